"""The second step of signing in: setting it up, checking its codes, recovery codes, switching it off."""

import re
import secrets

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from desk import clock
from desk.audit.service import record
from desk.db import announce
from desk.options.service import current
from desk.staff import totp
from desk.staff.access import Access
from desk.staff.errors import TwoFactorOff, TwoFactorOn, WrongCode
from desk.staff.model import RecoveryCode, StaffAccount, TwoFactor
from desk.staff.topics import topic
from desk.vault.service import Vault

RECOVERY_CODES = 10
# Without signs that look like others.
_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
_PURPOSE = "staff.two_factor"


def is_on(session: Session, agent_id: int) -> bool:
    """Return whether the account signs in with a code."""
    row = session.get(TwoFactor, agent_id)
    return row is not None and row.confirmed_at is not None


def all_on(session: Session) -> set[int]:
    """Return the accounts that sign in with a code."""
    return set(session.scalars(select(TwoFactor.agent_id).where(TwoFactor.confirmed_at.is_not(None))))


def required(session: Session, role: str) -> bool:
    """Return whether accounts of this role must have it."""
    return role in current(session, Access).two_factor_roles


def begin(session: Session, vault: Vault, agent_id: int) -> str:
    """Return the secret to put into an app; a set-up that was not finished goes on with the same one.

    Raises:
        TwoFactorOn: it is on.
    """
    row = _locked(session, agent_id)
    if row is not None and row.confirmed_at is not None:
        raise TwoFactorOn
    if row is None:
        secret = totp.new_secret()
        session.add(TwoFactor(agent_id=agent_id, sealed=vault.seal(secret, _of(agent_id)), last_step=0))
        session.flush()
        return secret
    return vault.unseal(row.sealed, _of(agent_id))


def secret_in_hand(session: Session, vault: Vault, agent_id: int) -> str | None:
    """Return the secret of a set-up that is not finished."""
    row = session.get(TwoFactor, agent_id)
    return vault.unseal(row.sealed, _of(agent_id)) if row is not None and row.confirmed_at is None else None


def confirm(session: Session, vault: Vault, agent_id: int, code: str) -> list[str]:
    """Switch it on with a first code; return the recovery codes, which are not to be seen again.

    Raises:
        TwoFactorOff: nothing was begun.
        TwoFactorOn: it is on.
        WrongCode: the app shows another one.
    """
    row = _locked(session, agent_id)
    if row is None:
        raise TwoFactorOff
    if row.confirmed_at is not None:
        raise TwoFactorOn
    step = totp.accepted(vault.unseal(row.sealed, _of(agent_id)), code, clock.now(), row.last_step)
    if step is None:
        raise WrongCode
    row.confirmed_at, row.last_step = clock.now(), step
    record(session, f"agent:{agent_id}", "staff.two_factor_on", f"agent:{agent_id}")
    announce(session, topic(agent_id))
    return _new_codes(session, vault, agent_id)


def new_recovery_codes(session: Session, vault: Vault, agent_id: int) -> list[str]:
    """Replace the recovery codes.

    Raises:
        TwoFactorOff: it is not on.
    """
    if not is_on(session, agent_id):
        raise TwoFactorOff
    record(session, f"agent:{agent_id}", "staff.recovery_codes", f"agent:{agent_id}")
    return _new_codes(session, vault, agent_id)


def codes_left(session: Session, agent_id: int) -> int:
    """Return how many recovery codes are unused."""
    query = select(func.count()).where(RecoveryCode.agent_id == agent_id, RecoveryCode.used_at.is_(None))
    return session.scalar(query) or 0


def check(session: Session, vault: Vault, agent_id: int, code: str) -> None:
    """Accept a code of the app, or a recovery code, each once.

    Raises:
        WrongCode: it is neither, or was used before.
    """
    row = _locked(session, agent_id)
    if row is None or row.confirmed_at is None:
        raise WrongCode
    step = totp.accepted(vault.unseal(row.sealed, _of(agent_id)), code, clock.now(), row.last_step)
    if step is not None:
        row.last_step = step
        return
    digest = _digest(vault, agent_id, code)
    spare = session.scalar(
        select(RecoveryCode).where(
            RecoveryCode.agent_id == agent_id, RecoveryCode.digest == digest, RecoveryCode.used_at.is_(None)
        )
    )
    if spare is None:
        raise WrongCode
    spare.used_at = clock.now()
    record(session, f"agent:{agent_id}", "staff.recovery_used", f"agent:{agent_id}")


def switch_off(session: Session, agent_id: int, *, actor: str) -> bool:
    """Forget secret and recovery codes; return whether it was on. Whoever may is the caller's business."""
    was_on = is_on(session, agent_id)
    session.execute(delete(RecoveryCode).where(RecoveryCode.agent_id == agent_id))
    session.execute(delete(TwoFactor).where(TwoFactor.agent_id == agent_id))
    if was_on:
        record(session, actor, "staff.two_factor_off", f"agent:{agent_id}")
        announce(session, topic(agent_id))
    return was_on


def _locked(session: Session, agent_id: int) -> TwoFactor | None:
    # The account, not the row: there may be none yet, and the same code may come twice at once.
    session.get_one(StaffAccount, agent_id, with_for_update={"key_share": True})
    return session.get(TwoFactor, agent_id, populate_existing=True)


def _new_codes(session: Session, vault: Vault, agent_id: int) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.agent_id == agent_id))
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(agent_id=agent_id, digest=_digest(vault, agent_id, code)) for code in codes)
    return codes


def _new_code() -> str:
    signs = [secrets.choice(_SIGNS) for _ in range(10)]
    return "".join(signs[:5]) + "-" + "".join(signs[5:])


def _digest(vault: Vault, agent_id: int, code: str) -> str:
    # Keyed: ten signs are few enough to be tried out by whoever has only the database.
    plain = re.sub(r"[\s-]", "", code).casefold()[:40]
    return vault.digest("staff.recovery", f"{agent_id}\n{plain}")


def _of(agent_id: int) -> str:
    return f"{_PURPOSE}:{agent_id}"
