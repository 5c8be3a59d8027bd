"""Settings files of several bots: found, read, and kept apart."""

from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError
from bot.tenants import Tenant, check_apart, tenants

PARTS = ("listen", "web")


def written(folder: Path, name: str, **settings: str) -> Path:
    """A bot's file; token, database and port are its own unless given."""
    number = sum(map(ord, name))
    usual = {
        "BOT_TOKEN": f"{number}:secret-of-{name}",
        "DATABASE_URL": f"sqlite://{folder}/{name}.sqlite3",
        "HTTP_PORT": str(number),
    }
    file = folder / f"{name}.env"
    file.write_text("".join(f"{key}={value}\n" for key, value in (usual | settings).items()), encoding="utf-8")
    return file


def read(*files: Path) -> dict[Tenant, Settings]:
    return {one: one.read() for one in tenants(files)}


def test_a_folder_is_every_env_file_in_it_and_a_bot_is_called_after_its_file(tmp_path: Path) -> None:
    for name in ("b", "a", ".hidden"):
        written(tmp_path, name)
    (tmp_path / "notes.txt").touch()

    assert [one.name for one in tenants([tmp_path])] == ["a", "b"]


def test_a_file_called_only_env_is_called_after_its_folder(tmp_path: Path) -> None:
    written(tmp_path, "").rename(tmp_path / ".env")

    assert tenants([tmp_path / ".env"])[0].name == tmp_path.name


def test_what_stands_in_the_file_wins_over_the_environment_which_holds_what_is_common(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "1:common")
    monkeypatch.setenv("QUIET_HOURS", "23-7")

    settings = tenants([written(tmp_path, "a")])[0].read()

    assert settings.bot_token.get_secret_value() == "97:secret-of-a"
    assert settings.quiet_hours == "23-7"


def test_what_is_wrong_with_a_file_names_the_setting_and_no_value(tmp_path: Path) -> None:
    (broken,) = tenants([written(tmp_path, "a", BOT_TOKEN="no-token")])
    with pytest.raises(SettingsError, match="BOT_TOKEN") as caught:
        broken.read()
    assert "no-token" not in str(caught.value)

    broken.file.write_bytes(b"BOT_TOKEN=\xff\n")
    with pytest.raises(SettingsError, match=r"a\.env cannot be read"):
        broken.read()
    broken.file.unlink()
    with pytest.raises(SettingsError, match=r"a\.env cannot be read"):
        broken.read()


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no"):
        tenants([tmp_path / "absent.env"])
    with pytest.raises(SettingsError, match=r"ends in \.env"):
        tenants([tmp_path])


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        written(tmp_path / folder, "a")

    with pytest.raises(SettingsError, match=r"would have one name: .*one.*two"):
        tenants([tmp_path / "one", tmp_path / "two"])


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ({"BOT_TOKEN": "7:old-secret"}, {"BOT_TOKEN": "7:new-secret"}, "BOT_TOKEN"),
        ({"DATABASE_URL": "sqlite:///x/y.sqlite3"}, {"DATABASE_URL": "sqlite:///x/../x/y.sqlite3"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://a:old-secret@h/d"}, {"DATABASE_URL": "postgresql://b@h:5432/d"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres:///d?host=/tmp"}, {"DATABASE_URL": "postgres://b@/d?host=/tmp"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://a@h:1,i:2/d"}, {"DATABASE_URL": "postgres://b@h:1,i:2/d"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://a@h/d"}, {}, "SQLite or bots on PostgreSQL"),
        ({"HTTP_PORT": "8080"}, {"HTTP_PORT": "8080"}, "HTTP_PORT"),
    ],
)
def test_two_bots_that_share_what_must_be_their_own_are_refused_by_their_files(
    tmp_path: Path, first: dict[str, str], second: dict[str, str], said: str
) -> None:
    found = read(written(tmp_path, "a", **first), written(tmp_path, "b", **second))

    with pytest.raises(SettingsError, match=said) as caught:
        check_apart(found, PARTS)

    assert all(part in str(caught.value) for part in ("a.env", "b.env"))
    assert "secret" not in str(caught.value)


def test_bots_with_all_of_their_own_are_apart_and_ports_matter_where_they_are_opened(tmp_path: Path) -> None:
    found = read(written(tmp_path, "a", HTTP_PORT="8080"), written(tmp_path, "b", HTTP_PORT="8080"))
    check_apart(found, ("poll", "dispatch"))

    free = read(written(tmp_path, "a", HTTP_PORT="0"), written(tmp_path, "b", HTTP_PORT="0"))
    check_apart(free, PARTS)

    measured = read(written(tmp_path, "a", METRICS_PORT="9000"), written(tmp_path, "b", METRICS_PORT="9000"))
    with pytest.raises(SettingsError, match="METRICS_PORT"):
        check_apart(measured, ("poll",))


def test_bots_without_a_token_poll_side_by_side(tmp_path: Path) -> None:
    check_apart(read(written(tmp_path, "a", BOT_TOKEN=""), written(tmp_path, "b", BOT_TOKEN="")), ("poll",))


def test_a_bot_that_is_named_twice_is_one(tmp_path: Path) -> None:
    file = tmp_path / "a.env"
    file.write_text("BOT_TOKEN=1:a\n")
    assert len(tenants([tmp_path, file, tmp_path / "." / "a.env"])) == 1
