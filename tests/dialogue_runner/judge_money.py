"""Compares what was done to coupons, wallets, accounts and unpaid orders with what had to be."""

from tests.dialogue_runner.deviation import Deviation
from tests.dialogue_runner.happened import Effects
from tests.dialogue_runner.sample import Outcome

_NAMED = {
    "canceled": ("order", "canceled"),
    "order_frozen": ("order", "frozen"),
    "credited": ("recharge", "credited"),
    "account_frozen": ("customer", "frozen"),
}


def money(wanted: Outcome, effects: Effects) -> list[Deviation]:
    """Return what is wrong; whatever was done and is not named is wrong too."""
    wrong: list[Deviation] = []
    for kind, (what, done) in _NAMED.items():
        place, expected = wanted.places.get(kind, wanted.place), wanted.named.get(kind, ())
        came: list[str] = getattr(effects, kind)
        told = f"{done} were {', '.join(came) or 'none'}"
        wrong += [Deviation(place, f"{what} {name} {done}", told) for name in expected if name not in came]
        unnamed = [name for name in came if name not in expected and not _by_status(wanted, kind, name)]
        wrong += [Deviation(place, f"{what} {name} not {done}", told) for name in unnamed]
    return [*wrong, *_corrected(wanted, effects), *_coupons(wanted, effects)]


def _by_status(wanted: Outcome, kind: str, name: str) -> bool:
    """Say whether the order's wanted state tells already that it was canceled."""
    return kind == "canceled" and wanted.status.get(name) == "canceled"


def _corrected(wanted: Outcome, effects: Effects) -> list[Deviation]:
    place, expected, came = wanted.places.get("corrected", wanted.place), wanted.corrected or {}, effects.corrected
    told = "; ".join(f"order {name} has {account} now" for name, account in came.items()) or "none was corrected"
    wrong = [
        Deviation(place, f"the account of order {name} corrected{f' to {account}' if account else ''}", told)
        for name, account in expected.items()
        if name not in came or account not in ("", came[name])
    ]
    return [*wrong, *(Deviation(place, f"the account of order {n} as it was", told) for n in came if n not in expected)]


def _coupons(wanted: Outcome, effects: Effects) -> list[Deviation]:
    left, wrong = [*effects.coupons], []
    told = "; ".join(f"¥{one['yuan']} of {one['of']}" for one in left) or "there was none"
    for one in wanted.coupons or ():
        found = next((c for c in left if c["yuan"] == one.yuan and one.customer in (None, c["of"])), None)
        if found is None:
            owner = f" of {one.customer}" if one.customer else ""
            wrong.append(Deviation(one.place, f"a coupon over ¥{one.yuan}{owner}", told))
        else:
            left.remove(found)
    if wanted.coupons is None and not wanted.nothing:
        return []  # what a delay earns by policies.yml is no surprise
    place = wanted.places.get("coupon", wanted.place)
    return [*wrong, *(Deviation(place, "no coupon but those that are named", told) for _ in left)]
