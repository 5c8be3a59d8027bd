"""Number formats of couriers, from the shipped files; read when first needed."""

import re
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct

from carriers.kit.codes import FOLDER
from carriers.kit.digits import Rule, holds

_GROUP = re.compile(r"\(\?<(?=[A-Za-z])")


class Fit(Enum):
    """How a number fits a format."""

    NOT = 0
    BAD_CHECK_DIGIT = 1
    SHAPE = 2
    CHECKED = 3


class Format(Struct, frozen=True):
    """One way in which a courier writes its numbers; `ref` is "file/id"."""

    ref: str
    courier: str
    name: str
    pattern: re.Pattern[str]
    rule: Rule | None
    prepend: tuple[re.Pattern[str], str] | None
    lookups: Mapping[str, list[Mapping[str, Any]]]
    valid: tuple[str, ...]
    invalid: tuple[str, ...]

    def fit(self, number: str) -> Fit:
        """How a folded number fits."""
        match = self.pattern.fullmatch(number)
        if match is None or not all(self._listed(match, group) for group in self.lookups):
            return Fit.NOT
        if self.rule is None:
            return Fit.SHAPE
        right = holds(self.rule, self._serial(match["SerialNumber"]), match["CheckDigit"])
        return Fit.CHECKED if right else Fit.BAD_CHECK_DIGIT

    def country(self, number: str) -> str:
        """The country an S10 number names, else ""."""
        match = self.pattern.fullmatch(number)
        named = match.groupdict().get("CountryCode") if match else None
        return named or ""

    def _serial(self, serial: str) -> str:
        if self.prepend is not None and self.prepend[0].match(serial):
            return self.prepend[1] + serial
        return serial

    def _listed(self, match: re.Match[str], group: str) -> bool:
        said = match[group]
        return any(
            row.get("matches") == said or re.fullmatch(row.get("matches_regex", r"(?!)"), said)
            for row in self.lookups[group]
        )


@cache
def formats() -> tuple[Format, ...]:
    """All shipped formats."""
    found: list[Format] = []
    for path in sorted((FOLDER / "numbers").glob("*.json")):
        courier = msgspec.json.decode(path.read_bytes())
        for row in courier["tracking_numbers"]:
            found.append(_format(path.stem, courier["name"], row))
    return tuple(found)


@cache
def of(reference: str) -> tuple[Format, ...]:
    """The formats a carrier means by "file" or "file/id"."""
    return tuple(one for one in formats() if reference in (one.courier, one.ref))


def _format(courier: str, courier_name: str, row: Mapping[str, Any]) -> Format:
    given = row["regex"]
    pattern = _compiled(given if isinstance(given, str) else "".join(given))
    validation = row["validation"]
    must = validation.get("additional", {}).get("exists", [])
    named = [one for one in row.get("additional", []) if one["name"] in must]
    before = validation.get("serial_number_format", {}).get("prepend_if")
    return Format(
        ref=f"{courier}/{row.get('id') or row['name']}",
        courier=courier,
        name=row["name"] if courier_name in row["name"] else f"{courier_name} {row['name']}",
        pattern=pattern,
        rule=validation.get("checksum"),
        prepend=(_compiled(before["matches_regex"]), before["content"]) if before else None,
        lookups={one["regex_group_name"]: one["lookup"] for one in named},
        valid=tuple(row["test_numbers"]["valid"]),
        invalid=tuple(row["test_numbers"]["invalid"]),
    )


def _compiled(pattern: str) -> re.Pattern[str]:
    # Folded numbers have lost their dashes.
    return re.compile(_GROUP.sub("(?P<", pattern).replace(r")-\s*", r")-?\s*"))
