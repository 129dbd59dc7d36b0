"""`python -m desk staff`: accounts from the command line, for the first admin and for emergencies."""

import argparse
import sys
from getpass import getpass

from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from desk import clock
from desk.db import Database
from desk.errors import DeskError
from desk.settings import Settings
from desk.staff import service, two_factor
from desk.staff.errors import BadAccount

_ACTOR = "command"


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Do what was asked for and print what came of it; return the exit code: 0 done, 1 refused, 2 no database."""
    database = Database(settings.database)
    try:
        password = _password() if arguments.staff == "add" else ""
        with database.write() as session:
            for line in _done(session, arguments, password):
                print(line)
    except DeskError as problem:
        print(problem.text, file=sys.stderr)
        return 1
    except (OperationalError, ProgrammingError):
        print("数据库还没有建好，请先运行 python -m desk migrate", file=sys.stderr)
        return 2
    finally:
        database.close()
    return 0


def _done(session: Session, arguments: argparse.Namespace, password: str) -> list[str]:
    if arguments.staff == "list":
        return [_line(member) for member in service.members(session)]
    if arguments.staff == "add":
        service.add_agent(session, arguments.login, arguments.name, arguments.role, password, actor=_ACTOR)
        return [f"已添加账号 {service.normalised(arguments.login)}"]
    member = service.by_login(session, arguments.login)
    if arguments.staff == "stop":
        service.stop(session, member.id, actor=_ACTOR)
        return [f"已停用账号 {member.login}"]
    if arguments.two_factor:
        two_factor.switch_off(session, member.id, actor=_ACTOR)
    return [service.reset_password(session, member.id, actor=_ACTOR)]


def _line(member: service.Member) -> str:
    last = f"{clock.local(member.signed_in_at):%Y-%m-%d %H:%M}" if member.signed_in_at else "-"
    state = "在职" if member.active else "停用"
    safe = "两步验证" if member.two_factor else "-"
    return "\t".join((member.login, member.name, member.role, state, safe, last))


def _password() -> str:
    """Return the password: typed twice at a terminal, else the first line of standard input.

    Raises:
        BadAccount: the two differ.
    """
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass("密码：")
    if getpass("再输一次：") != first:
        raise BadAccount("两次输入的密码不一样")
    return first
