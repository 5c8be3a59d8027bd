"""What a rule of a shop is, as `/rules` reads and writes it."""

from collections.abc import Callable

from msgspec import Struct

Value = float | int | bool | list[int]


class Rule(Struct, frozen=True):
    """Where a rule lies in the shop's settings (names of domain/policy.py), how it is read and counted.

    `one`: how much of what is stored makes one of what is shown.
    """

    path: tuple[str, ...]
    read: Callable[[str], Value | None]
    unit: str
    one: float = 1
