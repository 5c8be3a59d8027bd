"""Where in an unknown answer the scans are: a proposal for whoever describes a carrier, never used unseen."""

from collections.abc import Iterator, Mapping
from typing import Any

from carriers.kit import reading
from carriers.kit.reading import Entry

_DEEPEST = 8
_NAMES: Mapping[str, tuple[str, ...]] = {
    "time": ("time", "date", "at", "when", "timestamp", "created"),
    "code": ("code", "statuscode", "event", "type", "status", "state"),
    "text": ("description", "text", "message", "label", "remark", "detail", "title", "status", "activity"),
    "place": ("location", "place", "city", "station", "facility", "office", "hub"),
}
"""What such fields are called, likeliest first."""
_ETA = ("eta", "estimated", "expected", "promised", "scheduled")


def propose(answer: Any) -> dict[str, str]:
    """Expressions by part (`events`, `time`, `text`, `code`, `place`, `eta`); nothing where no scans are found."""
    lists = [(path, rows) for path, rows in _lists(answer, "", 0) if _field(rows[0], "time")]
    if not lists:
        return {}
    path, rows = max(lists, key=lambda one: (len(_fields(one[1][0])), len(one[1])))
    found = {"events": path or "@", **_fields(rows[0])}
    eta = next((place for place in _etas(answer, "", 0) if not place.startswith(f"{path}[")), None)
    return found | ({"eta": eta} if eta else {})


def _fields(row: Entry) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in _NAMES:
        key = _field(row, part, taken=set(found.values()))
        if key is not None:
            found[part] = key
    return found


def _field(row: Entry, part: str, taken: set[str] | None = None) -> str | None:
    fits = _is_time if part == "time" else _is_words
    keys = [key for key, value in row.items() if fits(value) and _quoted(key) not in (taken or ())]
    for name in _NAMES[part]:
        for key in keys:
            if name in key.casefold():
                return _quoted(key)
    return _quoted(keys[0]) if part == "time" and keys else None


def _is_time(value: object) -> bool:
    return isinstance(value, str) and reading.moment(value.strip()) is not None


def _is_words(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and not _is_time(value)


def _lists(value: Any, path: str, depth: int) -> Iterator[tuple[str, list[Entry]]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        rows = [row for row in value if isinstance(row, dict)]
        if rows:
            yield path, rows
            yield from _lists(rows[0], f"{path}[0]", depth + 1)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _lists(inner, _step(path, key), depth + 1)


def _etas(value: Any, path: str, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list) and value:
        yield from _etas(value[0], f"{path}[0]", depth + 1)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if _is_time(inner) and any(word in key.casefold() for word in _ETA):
                yield _step(path, key)
            yield from _etas(inner, _step(path, key), depth + 1)


def _step(path: str, key: str) -> str:
    return f"{path}.{_quoted(key)}" if path else _quoted(key)


def _quoted(key: str) -> str:
    plain = key.isascii() and key.replace("_", "a").isalnum() and not key[:1].isdigit()
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return key if plain else f'"{escaped}"'
