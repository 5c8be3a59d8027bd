"""How well a carrier is read: computed from its samples, never declared."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cache

from msgspec import Struct

from carriers.kit.samples import expected_of, faults, samples

GENUINE = frozenset({"real", "documentation"})


class Quality(StrEnum):
    """From best to worst; `unproven` where no sample is at hand, `failing` where one is read wrongly."""

    PLATINUM = "platinum"
    GOLD = "gold"
    SILVER = "silver"
    BRONZE = "bronze"
    FAILING = "failing"
    UNPROVEN = "unproven"


class Proof(Struct, frozen=True):
    """What a carrier's samples show. `real` answers, `genuine` (real or from its documentation), all of them, how many
    statuses of a parcel and kinds of errors they cover, how many are read wrongly."""

    real: int = 0
    genuine: int = 0
    samples: int = 0
    statuses: int = 0
    errors: int = 0
    wrong: int = 0


# Each level asks at least this; the first that holds is the carrier's.
LEVELS: Sequence[tuple[Quality, Proof]] = (
    (Quality.PLATINUM, Proof(real=2, genuine=2, samples=10, statuses=9, errors=4)),
    (Quality.GOLD, Proof(real=1, genuine=1, samples=6, statuses=6, errors=3)),
    (Quality.SILVER, Proof(genuine=1, samples=3, statuses=3, errors=1)),
    (Quality.BRONZE, Proof(samples=1)),
)


@cache
def proof_of(slug: str) -> Proof:
    """Reads all samples of a carrier."""
    names = [name for owner, name in samples() if owner == slug]
    expected = [expected_of(slug, name) for name in names]
    origins = [one["provenance"] for one in expected]
    return Proof(
        real=origins.count("real"),
        genuine=sum(origin in GENUINE for origin in origins),
        samples=len(names),
        statuses=len(_said(expected, "results", "status") - {"unknown"}),
        errors=len(_said(expected, "errors", "kind")),
        wrong=sum(bool(faults(slug, name)) for name in names),
    )


def quality(proof: Proof) -> Quality:
    """The level that the proof reaches."""
    if proof.wrong:
        return Quality.FAILING
    return next((level for level, least in LEVELS if _reaches(proof, least)), Quality.UNPROVEN)


def _reaches(proof: Proof, least: Proof) -> bool:
    return all(getattr(proof, name) >= getattr(least, name) for name in Proof.__struct_fields__ if name != "wrong")


def _said(expected: Iterable[dict[str, list[dict[str, str]]]], part: str, key: str) -> set[str]:
    return {one[key] for body in expected for one in body[part]}
