"""The keys that seal secrets: given by the environment, or made once beside a SQLite database."""

import os
from pathlib import Path

from cryptography.fernet import Fernet

from bot.settings import Settings, SettingsError


def read_keys(settings: Settings) -> list[str]:
    """The Fernet keys of this installation; SettingsError where PostgreSQL is used and none are set."""
    if settings.keys:
        _check(settings.keys)
        return settings.keys
    if settings.on_postgres:
        raise SettingsError("SECRET_KEYS: must be set with PostgreSQL, the same on every machine")
    if not settings.key_file.exists():
        write_keys(settings.key_file, [Fernet.generate_key().decode()])
    return _kept(settings.key_file)


def _kept(path: Path) -> list[str]:
    try:
        keys = path.read_text(encoding="ascii", errors="replace").split()
    except OSError as error:
        raise SettingsError(f"{path.name} cannot be read ({error.strerror})") from error
    if not keys:
        raise SettingsError(f"{path.name} holds no key: restore it from your backup")
    try:
        _check(keys)
    except SettingsError as error:
        raise SettingsError(f"{path.name} is damaged: restore it from your backup") from error
    return keys


def write_keys(path: Path, keys: list[str]) -> None:
    """Replace the key file in one step, readable by its owner only. Raises SettingsError."""
    fresh = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write("\n".join(keys) + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        raise SettingsError(f"{path.name} cannot be written ({error.strerror})") from error


def _check(keys: list[str]) -> None:
    for key in keys:
        try:
            Fernet(key)
        except ValueError as error:
            raise SettingsError("SECRET_KEYS: a Fernet key is 32 bytes in url-safe base64") from error
