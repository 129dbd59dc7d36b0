"""Compares what was done with what had to be: whatever moved and was not named is a deviation too."""

from typing import Any

from tests.dialogue_runner import judge_money
from tests.dialogue_runner.deviation import Deviation
from tests.dialogue_runner.happened import Effects
from tests.dialogue_runner.sample import Outcome, TicketExpected

_KINDS = {
    "delivered": "keys delivered",
    "resent": "keys shown again",
    "reissued": "keys re-issued",
    "retried": "top-ups sent again",
    "extended": "keys extended",
    "surplus_refunded": "surplus payments refunded",
}


def outcome(wanted: Outcome, effects: Effects) -> list[Deviation]:
    """Return what is wrong with what was done."""
    if wanted.nothing:
        return [] if effects.nothing else [Deviation(wanted.places["nothing"], "nothing done", _told(effects))]
    wrong: list[Deviation] = []
    for kind in ("delivered", "resent", "reissued", "extended", "surplus_refunded"):
        came: dict[str, list[int]] = getattr(effects, kind)
        wrong += _moved(wanted, kind, {name: (len(places), tuple(places)) for name, places in came.items()})
    wrong += _moved(wanted, "retried", {name: (count, ()) for name, count in effects.retried.items()})
    wrong += _refunds(wanted, effects)
    wrong += judge_money.money(wanted, effects)
    wrong += _tickets(wanted, effects)
    wrong += _handoffs(wanted, effects)
    for name, status in wanted.status.items():
        if effects.status[name] != status:
            told = f"it is {effects.status[name]}"
            wrong.append(Deviation(wanted.places["status"], f"order {name} in state {status}", told))
    if wanted.owner and effects.owner != wanted.owner:
        wrong.append(Deviation(wanted.places["owner"], f"owner {wanted.owner}", f"it is {effects.owner}"))
    return wrong


def _moved(wanted: Outcome, kind: str, came: dict[str, tuple[int, tuple[int, ...]]]) -> list[Deviation]:
    if kind not in wanted.moved:
        # Showing a key again to its owner moves nothing: it need not be named.
        if not came or kind == "resent":
            return []
        return [Deviation(wanted.place, f"no {_KINDS[kind]} (the outcome names none)", _counts(kind, came))]
    expected, place, wrong = wanted.moved[kind], wanted.places[kind], []
    for name, (count, keys) in expected.items():
        there, places = came.get(name, (0, ()))
        if not there or (count and there != count) or (keys and set(keys) != set(places)):
            told = f"{_KINDS[kind]} of order {name}"
            told += f" ({_what(kind)} {', '.join(map(str, keys))})" if keys else f" ({count})" if count else ""
            wrong.append(Deviation(place, told, _counts(kind, came)))
    for name in came.keys() - expected.keys():
        wrong.append(Deviation(place, f"no {_KINDS[kind]} of order {name}", _counts(kind, came)))
    return wrong


def _what(kind: str) -> str:
    return "payment" if kind == "surplus_refunded" else "key"


def _counts(kind: str, came: dict[str, tuple[int, tuple[int, ...]]]) -> str:
    told = [
        f"order {name}: {count}" + (f" ({_what(kind)} {', '.join(map(str, keys))})" if keys else "")
        for name, (count, keys) in came.items()
    ]
    return f"there were {'; '.join(told)}" if told else "there were none"


def _refunds(wanted: Outcome, effects: Effects) -> list[Deviation]:
    place, came = wanted.places.get("refund", wanted.place), effects.refunds
    told = "; ".join(f"order {n}: {r['state']}, {r['amount']}" for n, r in came.items()) or "there was none"
    wrong = []
    for name, fields in (wanted.refunds or {}).items():
        there = came.get(name)
        if there is None or any(there[field] != value for field, value in fields.items()):
            expected = ", ".join(["a refund", f"order {name}", *fields.values()])
            wrong.append(Deviation(place, expected, told))
    for name in came.keys() - (wanted.refunds or {}).keys():
        wrong.append(Deviation(place, f"no refund of order {name}", told))
    return wrong


def _tickets(wanted: Outcome, effects: Effects) -> list[Deviation]:
    place, left = wanted.places.get("ticket", wanted.place), [*effects.tickets]
    told = "; ".join(map(_of_ticket, [*effects.tickets, *effects.touched])) or "there was none"
    wrong, touched = [], [*effects.touched]
    for one in wanted.tickets or ():
        found = next((there for there in [*left, *touched] if _fits(one, there)), None)
        if found is None:
            wrong.append(Deviation(one.place, f"a ticket with {_pairs(one.fields)}", f"opened or changed: {told}"))
        else:
            (left if found in left else touched).remove(found)
    for more in left:
        wrong.append(Deviation(place, "no ticket but those that are named", f"there is one: {_of_ticket(more)}"))
    return wrong


def _fits(wanted: TicketExpected, there: dict[str, Any]) -> bool:
    return all(str(there[name]).lower() == value.lower() for name, value in wanted.fields.items())


def _handoffs(wanted: Outcome, effects: Effects) -> list[Deviation]:
    place, came = wanted.places.get("handoff", wanted.place), effects.handoffs
    told = "; ".join(_pairs(one) for one in came) or "there was none"
    if wanted.handoff:
        fits = [one for one in came if all(str(one.get(n)) == value for n, value in wanted.handoff.items())]
        return [] if fits else [Deviation(place, f"a hand-off with {_pairs(wanted.handoff)}", told)]
    return [Deviation(place, "no hand-off", told)] if came else []


def _told(effects: Effects) -> str:
    return f"there was {effects.as_json()}"


def _pairs(fields: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in fields.items() if value is not None)


def _of_ticket(ticket: dict[str, Any]) -> str:
    return _pairs({name: value for name, value in ticket.items() if name != "department"})
