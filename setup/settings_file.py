"""The settings file: made on the first run, never overwritten, checked on every run."""

import base64
import binascii
import difflib
import os
import re
import secrets
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from setup.failure import SetupError

PREFIX = "KAMIDESK_"
_AGAIN = "delete the line to have one generated"
_YES_NO = {"true", "false", "1", "0", "yes", "no", "on", "off"}


class BadSetting(SetupError):
    """A setting has a value that cannot be used; the message names the line or the variable."""


class LostVaultKey(SetupError):
    """A database is there whose card keys the settings can no longer decrypt."""


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _demo_password() -> str:
    """Return a password that people can type: no look-alike letters, 60 bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3))


SECRETS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(32),
    "VAULT_KEY": _fernet_key,
    "BOT_TOKEN": lambda: secrets.token_urlsafe(32),
    "SHOP_SECRET": lambda: secrets.token_urlsafe(32),
    "DEMO_PASSWORD": _demo_password,
}


def _port(value: str) -> str | None:
    return None if value.isdecimal() and 1 <= int(value) <= 65535 else "must be a port number from 1 to 65535"


def _yes_or_no(value: str) -> str | None:
    return None if value.lower() in {"true", "false", "1", "0", "yes", "no", "on", "off"} else "must be true or false"


def _fernet(value: str) -> str | None:
    try:
        whole = len(base64.b64decode(value.encode(), altchars=b"-_", validate=True)) == 32
    except (ValueError, binascii.Error):
        whole = False
    return None if whole else "must be a Fernet key: 32 bytes in url-safe base64 (44 characters)"


def _long(value: str) -> str | None:
    return None if len(value) >= 32 else f"must have at least 32 characters; {_AGAIN}"


def _password(value: str) -> str | None:
    return None if len(value) >= 8 else f"must have at least 8 characters; {_AGAIN}"


def _seconds(value: str) -> str | None:
    return None if re.fullmatch(r"\d+(\.\d+)?", value) and float(value) > 0 else "must be seconds, for example 8"


CHECKS: dict[str, Callable[[str], str | None]] = {
    "PORT": _port,
    "BOT_PORT": _port,
    "ACTIONS_PORT": _port,
    "DEMO": _yes_or_no,
    "COOKIE_SECURE": _yes_or_no,
    "BOT_TIMEOUT": _seconds,
    "VAULT_KEY": _fernet,
    "SECRET_KEY": _long,
    "BOT_TOKEN": _long,
    "SHOP_SECRET": _long,
    "DEMO_PASSWORD": _password,
}


def location(root: Path, env: Mapping[str, str] = os.environ) -> Path:
    """Return where the settings file is: `KAMIDESK_SETTINGS`, or kamidesk.env at the root."""
    named = env.get(f"{PREFIX}SETTINGS")
    return Path(named).expanduser().absolute() if named else root / "kamidesk.env"


def ensure(file: Path, template: Path, root: Path, env: Mapping[str, str] = os.environ) -> list[str]:
    """Make the settings file when there is none and add the secrets that it lacks.

    A secret that the environment sets is not generated: it is kept elsewhere on purpose.

    Args:
        file: the settings file.
        template: what a new one is made from.
        root: the project's folder, from which a relative state folder is taken.
        env: the environment.

    Returns:
        The names (without prefix) of the secrets that were generated now.

    Raises:
        BadSetting: the file, or the environment, has a value that cannot be used.
        LostVaultKey: the key is missing that the existing database was encrypted with.
    """
    existed = file.exists()
    text = file.read_text("utf-8") if existed else template.read_text("utf-8")
    values = check(file, env)
    missing = [name for name in SECRETS if name not in values]
    database = root / values.get("STATE_DIR", "var") / "desk.db"
    if "VAULT_KEY" in missing and database.exists() and "DATABASE_URL" not in values:
        raise LostVaultKey(
            f"{database} holds card keys that only the old KAMIDESK_VAULT_KEY opens; {file.name} lacks it.\n"
            "Bring the old settings file (or that line) back. To begin anew, move the database away.\n"
            "数据库里的卡密需要原来的 KAMIDESK_VAULT_KEY 才能解开，请先恢复旧的配置文件。"
        )
    if not existed:
        for name in missing:
            text = text.replace(f"#{PREFIX}{name}=\n", f"{PREFIX}{name}={SECRETS[name]()}\n", 1)
        _write_new(file, text)
    elif missing:
        added = "".join(f"{PREFIX}{name}={SECRETS[name]()}\n" for name in missing)
        with file.open("a", encoding="utf-8") as out:
            out.write(("" if text.endswith("\n") or not text else "\n") + added)
    return missing


def check(file: Path, env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the settings in force that file and environment name (without prefix).

    Raises:
        BadSetting: a value cannot be used. Values never stand in the message: they may be secret.
    """
    inside = parse(file.read_text("utf-8"), file) if file.exists() else {}
    values = {name.removeprefix(PREFIX): (value, f"{file}, line {line}") for name, (value, line) in inside.items()}
    for name, value in env.items():
        if name.startswith(PREFIX):
            values[name.removeprefix(PREFIX)] = (value, f"the environment variable {name}")
    for name, (value, place) in values.items():
        problem = CHECKS[name](value) if name in CHECKS and value else None
        if problem:
            raise BadSetting(
                f"{PREFIX}{name} {problem}. It comes from {place}.\n配置项 {PREFIX}{name} 的值无效，请修改后重试。"
            )
    return {name: value for name, (value, _) in values.items() if value}


def remarks(file: Path, template: Path) -> list[str]:
    """Return what is odd but no reason to stop: names without a setting, unwanted readers."""
    known = set(re.findall(rf"^#?({PREFIX}\w+)=", template.read_text("utf-8"), re.MULTILINE))
    found = []
    for name, (_, line) in parse(file.read_text("utf-8"), file).items():
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, 1)
            found.append(f"{file.name}, line {line}: no setting {name}" + (f"; {near[0]}?" if near else ""))
    if stat.S_IMODE(file.stat().st_mode) & stat.S_IROTH:
        found.append(f"everybody on this machine can read the secrets in {file.name}: chmod 600 {file}")
    return found


def parse(text: str, file: Path) -> dict[str, tuple[str, int]]:
    """Read a settings file: name to value and line number; the last of two wins, as for the desk.

    Raises:
        BadSetting: a line is neither a comment nor NAME=value.
    """
    found: dict[str, tuple[str, int]] = {}
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        match = re.fullmatch(r"(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)", line)
        if not match:
            raise BadSetting(f"{file}, line {number} is neither a comment (#…) nor NAME=value.")
        found[match[1]] = (_unquoted(match[2]), number)
    return found


def _unquoted(value: str) -> str:
    """Take quotes, or else a trailing comment, away."""
    quoted = re.fullmatch(r"""(['"])(.*)\1(?:\s+#.*)?""", value)
    return quoted[2] if quoted else re.sub(r"(^|\s+)#.*$", "", value).strip()


def _write_new(file: Path, text: str) -> None:
    """Write a file that nobody else may read; whole or not at all. The caller holds the set-up's lock."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    os.replace(unfinished, file)
