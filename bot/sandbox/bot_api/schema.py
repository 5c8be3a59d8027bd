"""Checks a call's parameters against the Bot API's own description (bot-api.json) and brings them to type."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

Params = dict[str, Any]
PLAIN = frozenset({"Integer", "String", "Boolean", "Float", "InputFile", "Any"})
BOOLEANS = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}


class Mismatch(Exception):
    """A parameter that the description does not allow; the text names its path."""


class Upload:
    """A file of a multipart body."""

    def __init__(self, name: str, body: bytes, mime: str) -> None:
        self.name, self.body, self.mime = name, body, mime

    def __repr__(self) -> str:
        return f"Upload({self.name!r}, {len(self.body)} bytes)"


@cache
def description() -> Mapping[str, Any]:
    """The package's bot-api.json: `methods` and the `types` that they take; `!` marks what is required."""
    text = files(__package__).joinpath("bot-api.json").read_text("utf-8")
    read: Mapping[str, Any] = orjson.loads(text)
    return read


@cache
def method_named(name: str) -> str | None:
    """The method's own spelling; Telegram ignores the case."""
    return {one.lower(): one for one in description()["methods"]}.get(name.lower())


def read(method: str, given: Mapping[str, Any]) -> Params:
    """The parameters by type; raises Mismatch at the first that does not fit."""
    fields: Mapping[str, str] = description()["methods"][method]
    return _fields(fields, given, method, attached=given)


def _fields(fields: Mapping[str, str], given: Mapping[str, Any], path: str, attached: Mapping[str, Any]) -> Params:
    known = {}
    for name, value in given.items():
        if name not in fields:
            if isinstance(value, Upload):  # the body of an attach://name somewhere else
                continue
            raise Mismatch(f"{path} has no parameter {name!r}")
        if value is not None:
            known[name] = _value(fields[name], value, f"{path}.{name}", attached)
    for name, kinds in fields.items():
        if kinds.endswith("!") and name not in known:
            raise Mismatch(f"{path}.{name} is required")
    return known


@cache
def _kinds(spec: str) -> tuple[tuple[str, ...], str]:
    """The plain kinds, files first (else they would pass as text), and the kinds that an array may hold."""
    kinds = spec.rstrip("!").split("|")
    held = "|".join(kind.removeprefix("Array of ") for kind in kinds if kind.startswith("Array of "))
    plain = sorted((kind for kind in kinds if not kind.startswith("Array of ")), key=lambda kind: kind != "InputFile")
    return tuple(plain), held


def _value(spec: str, value: Any, path: str, attached: Mapping[str, Any]) -> Any:
    plain, held = _kinds(spec)
    problems = []
    for kind in plain:
        try:
            return _as(kind, value, path, attached)
        except Mismatch as problem:
            problems.append(str(problem))
    if not held:
        raise Mismatch("; ".join(dict.fromkeys(problems)))
    unfolded = _json(value, path)
    if not isinstance(unfolded, list):
        raise Mismatch(f"{path} is no array")
    return [_value(held, one, f"{path}[{at}]", attached) for at, one in enumerate(unfolded)]


def _as(kind: str, value: Any, path: str, attached: Mapping[str, Any]) -> Any:
    if kind in PLAIN:
        return PLAIN_READERS[kind](value, path, attached)
    if kind.startswith("="):
        if value != kind[1:]:
            raise Mismatch(f"{path} is not {kind[1:]!r}")
        return value
    unfolded = _json(value, path)
    if not isinstance(unfolded, dict):
        raise Mismatch(f"{path} is no {kind}")
    return _fields(description()["types"][kind], unfolded, path, attached)


def _json(value: Any, path: str) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise Mismatch(f"{path} is no JSON") from None


def _integer(value: Any, path: str, _: Mapping[str, Any]) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Mismatch(f"{path} is no Integer")
    try:
        return int(value)
    except ValueError:
        raise Mismatch(f"{path} is no Integer") from None


def _float(value: Any, path: str, _: Mapping[str, Any]) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Mismatch(f"{path} is no Float")
    try:
        return float(value)
    except ValueError:
        raise Mismatch(f"{path} is no Float") from None


def _boolean(value: Any, path: str, _: Mapping[str, Any]) -> bool:
    if isinstance(value, bool):
        return value
    found = BOOLEANS.get(value.lower()) if isinstance(value, str) else None
    if found is None:
        raise Mismatch(f"{path} is no Boolean")
    return found


def _string(value: Any, path: str, _: Mapping[str, Any]) -> str:
    if not isinstance(value, str):
        raise Mismatch(f"{path} is no String")
    return value


def _file(value: Any, path: str, attached: Mapping[str, Any]) -> str | Upload:
    if isinstance(value, Upload):
        return value
    if not isinstance(value, str):
        raise Mismatch(f"{path} is no InputFile")
    if not value.startswith("attach://"):
        return value
    found = attached.get(value.removeprefix("attach://"))
    if not isinstance(found, Upload):
        raise Mismatch(f"{path} names a file that is not attached")
    return found


def _any(value: Any, path: str, _: Mapping[str, Any]) -> Any:
    return value


PLAIN_READERS = {
    "Integer": _integer,
    "Float": _float,
    "Boolean": _boolean,
    "String": _string,
    "InputFile": _file,
    "Any": _any,
}
