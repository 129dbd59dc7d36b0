"""The settings file: made once, completed when something is missing, never overwritten."""

import stat
from base64 import urlsafe_b64decode
from pathlib import Path

import pytest

from setup.settings_file import SECRETS, BadSetting, LostVaultKey, check, ensure, location, parse, remarks

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "kamidesk.env.example"
GOOD_KEY = "A" * 43 + "="
LONG = "x" * 32


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sub" / "kamidesk.env"


def values(file: Path) -> dict[str, str]:
    return {name.removeprefix("KAMIDESK_"): value for name, (value, _) in parse(file.read_text(), file).items()}


def test_first_run_generates_every_secret_into_a_private_file(file: Path) -> None:
    assert ensure(file, TEMPLATE, file.parent, {}) == list(SECRETS)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    made = values(file)
    assert set(made) == set(SECRETS)
    assert len(urlsafe_b64decode(made["VAULT_KEY"])) == 32
    assert min(len(made[name]) for name in ("SECRET_KEY", "BOT_TOKEN", "SHOP_SECRET")) >= 32
    # Each secret stands below its explanation, and nothing else of the template has changed.
    assert len(file.read_text().splitlines()) == len(TEMPLATE.read_text().splitlines())
    assert list(file.parent.iterdir()) == [file]


def test_two_installations_share_no_secret(tmp_path: Path) -> None:
    ensure(tmp_path / "a", TEMPLATE, tmp_path, {})
    ensure(tmp_path / "b", TEMPLATE, tmp_path, {})
    one, other = values(tmp_path / "a"), values(tmp_path / "b")
    assert not set(one.values()) & set(other.values())


def test_second_run_changes_nothing(file: Path) -> None:
    ensure(file, TEMPLATE, file.parent, {})
    before = file.read_bytes()
    assert ensure(file, TEMPLATE, file.parent, {}) == []
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "added"),
    [
        ("", list(SECRETS)),
        (f"KAMIDESK_SECRET_KEY={LONG}", ["VAULT_KEY", "BOT_TOKEN", "SHOP_SECRET", "DEMO_PASSWORD"]),
        (
            f"# mine\nexport KAMIDESK_VAULT_KEY='{GOOD_KEY}'\nKAMIDESK_BOT_TOKEN={LONG} # note\n",
            ["SECRET_KEY", "SHOP_SECRET", "DEMO_PASSWORD"],
        ),
        (
            f"KAMIDESK_SECRET_KEY=\nKAMIDESK_VAULT_KEY={GOOD_KEY}",
            ["SECRET_KEY", "BOT_TOKEN", "SHOP_SECRET", "DEMO_PASSWORD"],
        ),
    ],
)
def test_missing_secrets_are_added_below_what_is_there(file: Path, content: str, added: list[str]) -> None:
    file.parent.mkdir()
    file.write_text(content)
    assert ensure(file, TEMPLATE, file.parent, {}) == added
    assert file.read_text().startswith(content)
    assert all(values(file)[name] for name in SECRETS)
    assert ensure(file, TEMPLATE, file.parent, {}) == []


def test_secrets_of_the_environment_are_not_written_down(file: Path) -> None:
    env = {"KAMIDESK_VAULT_KEY": GOOD_KEY, "KAMIDESK_SECRET_KEY": LONG}
    assert ensure(file, TEMPLATE, file.parent, env) == ["BOT_TOKEN", "SHOP_SECRET", "DEMO_PASSWORD"]
    assert GOOD_KEY not in file.read_text()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("KAMIDESK_PORT=80O0", "KAMIDESK_PORT must be a port number"),
        ("KAMIDESK_BOT_PORT=0", "KAMIDESK_BOT_PORT must be a port number"),
        ("KAMIDESK_ACTIONS_PORT=65536", "KAMIDESK_ACTIONS_PORT must be a port number"),
        ("KAMIDESK_DEMO=maybe", "KAMIDESK_DEMO must be true or false"),
        ("KAMIDESK_BOT_TIMEOUT=soon", "KAMIDESK_BOT_TIMEOUT must be seconds"),
        ("KAMIDESK_SECRET_KEY=short", "KAMIDESK_SECRET_KEY must have at least 32"),
        ("KAMIDESK_VAULT_KEY=" + "A" * 42 + "==", "KAMIDESK_VAULT_KEY must be a Fernet key"),
        ("KAMIDESK_VAULT_KEY=" + "密" * 44, "KAMIDESK_VAULT_KEY must be a Fernet key"),
        ("KAMIDESK_DEMO_PASSWORD=1234", "KAMIDESK_DEMO_PASSWORD must have at least 8"),
        ("this is no setting", "is neither a comment"),
    ],
)
def test_bad_value_is_refused_with_its_line_and_without_the_value(file: Path, line: str, problem: str) -> None:
    file.parent.mkdir()
    file.write_text(f"# first\n\n{line}\n")
    with pytest.raises(BadSetting) as refused:
        ensure(file, TEMPLATE, file.parent, {})
    assert problem in str(refused.value)
    assert "line 3" in str(refused.value)
    value = line.partition("=")[2]
    assert not value or value not in str(refused.value).replace(str(file), "")
    assert file.read_text() == f"# first\n\n{line}\n"


def test_the_environment_wins_over_the_file_and_is_named_when_it_is_wrong(file: Path) -> None:
    ensure(file, TEMPLATE, file.parent, {})
    assert check(file, {"KAMIDESK_PORT": "9000"})["PORT"] == "9000"
    with pytest.raises(BadSetting, match="environment variable KAMIDESK_PORT"):
        check(file, {"KAMIDESK_PORT": "x"})


def test_a_lost_vault_key_is_not_replaced_while_there_is_a_database(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "desk.db").write_bytes(b"keys")
    with pytest.raises(LostVaultKey):
        ensure(tmp_path / "kamidesk.env", TEMPLATE, tmp_path, {})
    assert not (tmp_path / "kamidesk.env").exists()


def test_slips_of_the_pen_and_open_files_are_remarked_on(file: Path) -> None:
    ensure(file, TEMPLATE, file.parent, {})
    assert remarks(file, TEMPLATE) == []
    file.write_text(file.read_text() + "KAMIDESK_PROT=9000\n")
    file.chmod(0o644)
    slip, readable = remarks(file, TEMPLATE)
    assert "KAMIDESK_PROT; KAMIDESK_PORT?" in slip
    assert "chmod 600" in readable


@pytest.mark.parametrize(
    ("env", "expected"),
    [({}, "root/kamidesk.env"), ({"KAMIDESK_SETTINGS": "/etc/kamidesk.env"}, "/etc/kamidesk.env")],
)
def test_where_the_file_is(env: dict[str, str], expected: str) -> None:
    assert location(Path("root"), env) == Path(expected)


def test_the_template_explains_every_setting_with_its_true_default() -> None:
    from desk.settings import Settings

    lines = [line[1:].partition("=") for line in TEMPLATE.read_text().splitlines() if line.startswith("#KAMIDESK_")]
    told = {name.removeprefix("KAMIDESK_").lower(): value for name, _, value in lines}
    assert set(told) == set(Settings.model_fields)
    for name, value in told.items():
        default = Settings.model_fields[name].default
        if name.upper() not in SECRETS:
            plain = str(default).lower() if isinstance(default, bool) else str(default)
            assert value == plain.removesuffix(".0"), name
