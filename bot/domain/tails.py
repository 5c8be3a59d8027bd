"""How long a shop's parcels are silent and come back all the same: learnt from ended ones, by carrier and stage.

Of each parcel the longest silence at each stage counts, in days of plain time, as the loss limits do. Counts add up
and fade; a place is a shop's carrier with one kind of service, inside the country or across borders.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import accumulate, pairwise
from types import MappingProxyType
from typing import NamedTuple

import msgspec
from msgspec import Struct

from bot.domain.carriage import CarrierKind, kind_of
from bot.domain.loss import DAY, Experience, Tail
from bot.domain.memory import decay
from carriers.kit.model import Status

VERSION = 1
HALF_LIFE = 180 * DAY
"""Long silences are seldom: half a year of them is worth keeping."""
MOST_DAYS = 60
"""Longer silences are one: no limit is later."""
MOST_PLACES = 5_000
"""More places than this are forgotten, the least seen first."""
WITHIN = 0.997
"""All but three in a thousand came back within the tail."""
CAME_BACK = frozenset({Status.DELIVERED, Status.RETURNED})
_NEGLIGIBLE = 0.001

Counts = dict[int, float]
"""Parcels by the whole days of their longest silence."""


class Passed(NamedTuple):
    """The movements scanned of one ended parcel, in any order. `home`: the country it was sent from, if known."""

    merchant_id: int
    slug: str
    service: str | None
    country: str | None
    home: str | None
    scans: Sequence[tuple[Status, datetime]]


class Tails(Struct, frozen=True):
    """What was counted, weighed as of `as_of`."""

    as_of: datetime
    places: Mapping[str, Counts] = MappingProxyType({})


# ---- counting


def counted(passed: Iterable[Passed], now: datetime) -> Tails:
    """The silences of these parcels, each parcel once; give none that did not come back."""
    places: dict[str, Counts] = {}
    for one in passed:
        where = _where(one)
        for stage, silence in longest(one.scans).items():
            counts = places.setdefault(f"{where}|{stage.value}", {})
            days = min(silence // DAY, MOST_DAYS)
            counts[days] = counts.get(days, 0.0) + 1.0
    return Tails(now, places)


def longest(scans: Sequence[tuple[Status, datetime]]) -> dict[Status, timedelta]:
    """The longest silence that another scan ended, at each stage; a scan that names none leaves it as it was."""
    found: dict[Status, timedelta] = {}
    stage = Status.UNKNOWN
    for (status, at), (_, then) in pairwise(sorted(scans, key=lambda scan: scan[1])):
        stage = stage if status is Status.UNKNOWN else status
        found[stage] = max(found.get(stage, timedelta()), then - at)
    return found


def _where(one: Passed) -> str:
    is_abroad = one.country is None or one.country != one.home
    return f"{one.merchant_id}|{one.slug}|{kind_of(one.slug, one.service).value}|{'abroad' if is_abroad else 'home'}"


def merged(one: Tails, other: Tails) -> Tails:
    """Both added up, as of the later of the two; of too many places the most seen."""
    as_of = max(one.as_of, other.as_of)
    places: dict[str, Counts] = {}
    for part in (one, other):
        factor = decay(part.as_of, as_of, HALF_LIFE)
        for place, counts in part.places.items():
            into = places.setdefault(place, {})
            for days, weight in counts.items():
                if weight * factor > _NEGLIGIBLE:
                    into[days] = into.get(days, 0.0) + weight * factor
    return Tails(as_of, _bounded({place: counts for place, counts in places.items() if counts}))


def _bounded(places: dict[str, Counts]) -> dict[str, Counts]:
    if len(places) <= MOST_PLACES:
        return places
    kept = sorted(places, key=lambda place: (-sum(places[place].values()), place))[:MOST_PLACES]
    return {place: places[place] for place in kept}


# ---- what it says


Carriage = tuple[int, str, CarrierKind]
"""A shop's carrier with one kind of service."""


def experiences(tails: Tails) -> dict[Carriage, Experience]:
    """What each shop's carriers have taught."""
    found: dict[Carriage, dict[str, dict[Status, Tail]]] = {}
    for place, counts in tails.places.items():
        merchant_id, slug, kind, way, stage = place.split("|")
        ways = found.setdefault((int(merchant_id), slug, CarrierKind(kind)), {"home": {}, "abroad": {}})
        ways[way][Status(stage)] = tail(counts)
    return {key: Experience(ways["home"], ways["abroad"]) for key, ways in found.items()}


def tail(counts: Counts) -> Tail:
    """The days within which all but a few in a thousand came back, of how many."""
    days = sorted(counts)
    sums = list(accumulate(counts[one] for one in days))
    most = next((one for one, total in zip(days, sums, strict=True) if total >= WITHIN * sums[-1]), days[-1])
    return Tail((most + 1) * DAY, round(sums[-1]))


# ---- keeping


class _Kept(Struct):
    version: int
    tails: Tails


def to_bytes(tails: Tails) -> bytes:
    """For the store."""
    return msgspec.msgpack.encode(_Kept(VERSION, Tails(tails.as_of, dict(tails.places))))


def from_bytes(stored: bytes, now: datetime) -> Tails:
    """As stored; nothing where it is of another version or no tails at all: learning begins anew."""
    try:
        kept = msgspec.msgpack.decode(stored, type=_Kept)
    except msgspec.MsgspecError:
        return Tails(now)
    return kept.tails if kept.version == VERSION else Tails(now)
