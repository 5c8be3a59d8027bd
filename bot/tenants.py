"""Several bots in one installation: each has a settings file of its own, and by it a token, a database, keys and ports.

What stands in a bot's file wins over the environment, which holds what is common to all of them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl

from bot.settings import Settings, SettingsError, read_file


class Tenant(NamedTuple):
    """A bot by its settings file; its name stands in logs and metrics."""

    name: str
    file: Path

    def read(self) -> Settings:
        """Its settings. Raises SettingsError."""
        return read_file(self.file)


def tenants(paths: Iterable[Path]) -> list[Tenant]:
    """The bots of these files, and of every `*.env` in these folders. Raises SettingsError where there is none."""
    files = {file.resolve(): file for path in paths for file in _files(path)}  # named twice, it is one bot
    found = [Tenant(_name(file), file) for file in files.values()]
    _refuse("two bots would have one name:", {one: one.name for one in found})
    return found


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise SettingsError(f"--bot: there is no {path}")
    if not path.is_dir():
        return [path]
    found = sorted(one for one in path.glob("*.env") if not one.name.startswith("."))
    if not found:
        raise SettingsError(f"--bot: no file in {path} ends in .env")
    return found


def _name(file: Path) -> str:
    return file.stem if file.suffix else file.absolute().parent.name


def check_apart(read: Mapping[Tenant, Settings], parts: Sequence[str]) -> None:
    """Raises SettingsError where two bots would be in each other's way: what they share, and their files."""
    for what, of in _APART.items():
        _refuse(what, {one: of(settings) for one, settings in read.items()})
    for setting, ports in _ports(read, parts).items():
        _refuse(f"{setting}: the same for two bots:", ports)
    by_kind = {settings.on_postgres: one.file for one, settings in read.items()}
    if len(by_kind) > 1:
        both = f"{by_kind[False]}, {by_kind[True]}"
        raise SettingsError(f"DATABASE_URL: one process serves bots on SQLite or bots on PostgreSQL, not both: {both}")


def _refuse(what: str, values: Mapping[Tenant, str]) -> None:
    """Raises SettingsError where a value is that of two; none is said of names alone, as it may be a secret."""
    seen: dict[str, Tenant] = {}
    for one, value in values.items():
        if value and value in seen:
            raise SettingsError(f"{what} {seen[value].file}, {one.file}")
        seen[value] = one


def _database(settings: Settings) -> str:
    """Where it lies, whoever asks there and however it is written."""
    if not settings.on_postgres:
        return str(Path(settings.database_url.removeprefix("sqlite://").partition("?")[0]).resolve())
    before, _, query = settings.database_url.partition("://")[2].partition("?")
    place, _, name = before.rpartition("@")[2].partition("/")
    asked = dict(parse_qsl(query))
    place = place or asked.get("host", "localhost")
    port = "" if place[-6:].rpartition(":")[1] else f":{asked.get('port', 5432)}"
    return f"{place}{port}/{name or asked.get('dbname', '')}"


_APART: Mapping[str, Callable[[Settings], str]] = {
    "BOT_TOKEN: two files hold the token of one bot:": attrgetter("bot_number"),
    "DATABASE_URL: two bots would share one database:": _database,
}


def _ports(read: Mapping[Tenant, Settings], parts: Sequence[str]) -> Mapping[str, Mapping[Tenant, str]]:
    """By setting the ports that will be opened; 0 asks for a free one."""
    if "web" in parts:
        return {"HTTP_PORT": {one: f"{s.http_host}:{s.http_port}" for one, s in read.items() if s.http_port}}
    return {"METRICS_PORT": {one: f"{s.http_host}:{s.metrics_port}" for one, s in read.items() if s.metrics_port}}
