"""A card over as many messages as it takes: what is said where, given what fits into one."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any


def divided(
    head: dict[str, Any],
    groups: Sequence[list[dict[str, Any]]],
    fits: Callable[[str, Mapping[str, Any]], bool],
    most: int | None = None,
) -> list[tuple[str, dict[str, Any]]]:
    """The head and each parcel's entries over as few messages as hold them; a parcel is kept together where it fits.

    Given up once they are more than `most`: to try each costs a rendering.
    """
    found = [("card_full", {name: fact for name, fact in head.items() if name != "more"})]
    for group in groups:
        if most is not None and len(found) > most:
            break
        kind, told = found[-1]
        joined = {**told, "entries": [*told.get("entries", ()), *group]}
        if fits(kind, joined):
            found[-1] = kind, joined
        else:
            found.append(("card_more", shortened({"entries": group}, lambda said: fits("card_more", said))))
    return found


def bounded(said: list[tuple[str, dict[str, Any]]], most: int, unseen: int) -> list[tuple[str, dict[str, Any]]]:
    """No more than so many messages; the last says how many parcels are on none of them."""
    left = unseen + sum(one["is"] == "parcel" for _, told in said[most:] for one in told["entries"])
    kind, told = said[most - 1] if len(said) >= most else said[-1]
    return [*said[: most - 1 if len(said) >= most else -1], (kind, told | ({"more": left} if left > 0 else {}))]


def shortened(told: dict[str, Any], fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Without the last lines of its parcels, as many as must go."""
    while not fits(told) and told.get("entries"):
        told = told | {"entries": told["entries"][:-1]}
    return told
