"""What somebody does with their own password."""

from desk import clock
from desk.audit.service import record
from desk.db import Database
from desk.options.service import current
from desk.staff import open_sessions, password_rules, passwords, tries
from desk.staff.access import Access
from desk.staff.errors import WeakPassword, WrongPassword
from desk.staff.model import StaffAccount
from desk.staff.sessions import SignedIn


def prove(database: Database, staff: SignedIn, password: str, client: str) -> None:
    """Let somebody show, by the password, that it is them who sit at the browser. Tries count as those of signing in.

    Raises:
        WrongPassword: it is not the one that counts now.
        SignInLocked: too many were wrong lately.
    """
    with database.write() as session:
        tries.reserve(session, staff.login, client)
        stored = session.get_one(StaffAccount, staff.id).password_hash
    if not passwords.fits(stored, password):
        raise WrongPassword
    with database.write() as session:
        tries.forgive(session, staff.login, client)


def change_password(database: Database, staff: SignedIn, present: str, chosen: str, client: str) -> None:
    """Let somebody choose a new password; all other sessions of theirs end.

    It runs its own transactions: nobody waits while passwords are hashed.

    Raises:
        WrongPassword, SignInLocked: see `prove`.
        WeakPassword: `chosen` breaks a rule, or is the same.
    """
    prove(database, staff, present, client)
    if present == chosen:
        raise WeakPassword("新密码不能和当前密码一样")
    with database.read() as session:
        shortest = current(session, Access).password_length
    password_rules.check(chosen, login=staff.login, name=staff.name, shortest=shortest)
    fresh = passwords.hashed(chosen)
    with database.write() as session:
        account = session.get_one(StaffAccount, staff.id, with_for_update={"key_share": True})
        account.password_hash, account.must_change, account.password_at = fresh, False, clock.now()
        open_sessions.end_all(session, staff.id, but=staff.handle)
        record(session, f"agent:{staff.id}", "staff.password", f"agent:{staff.id}")
