"""What each preset of early warning would have meant for a shop's own parcels, by what was known at the time."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bot.domain.hindsight import Lived, Score, first_warnings, lived, score
from bot.domain.journey import ENDINGS
from bot.domain.odds import Preset
from bot.domain.policy import Policy
from bot.domain.rehearsal import Move, Past, Rehearsal, Warned, live, presets, rehearsed
from bot.domain.shipment import Shipment
from carriers.kit.model import Status

VERSION = 2
OWN = "own"
"""The name under which a shop's own thresholds are tried beside the presets."""
SPAN = timedelta(days=180)
"""Parcels whose promised day is longer ago tell of another time."""
MOST = 2_000
"""So many of the last parcels are lived through again: a second or two of work."""
LEAST = 30
"""Parcels from which on figures are said: with fewer, one parcel more or less turns them over."""


class Meant(Struct, frozen=True):
    """Warnings before the promised day was over; one that came later is none, everybody sees it by then.

    `right`: the day was missed; `unwarned`: missed and not warned of in time; `lead`: hours, the median of the right.
    """

    warned: int
    right: int
    unwarned: int
    wrong_per_thousand: float
    lead: float | None = None

    @property
    def percent(self) -> int | None:
        """Right ones of a hundred."""
        return round(100 * self.right / self.warned) if self.warned else None


class Trial(Struct, frozen=True):
    """Of so many `parcels`, the last with a promised day that was over at `until`; so many `missed` it.

    `presets` are empty where the parcels are too few. `own`: what thresholds of the shop's own, the `odds` of its
    settings, would have meant.
    """

    parcels: int = 0
    missed: int = 0
    presets: Mapping[Preset, Meant] = MappingProxyType({})
    until: datetime | None = None
    own: Meant | None = None
    odds: Mapping[str, float | str] = MappingProxyType({})


GENERAL = Trial(
    parcels=1010,
    missed=143,
    presets=MappingProxyType(
        {
            Preset.CAREFUL: Meant(warned=167, right=143, unwarned=0, wrong_per_thousand=23.8, lead=24.0),
            Preset.BALANCED: Meant(warned=179, right=143, unwarned=0, wrong_per_thousand=35.6, lead=48.0),
            Preset.EARLY: Meant(warned=200, right=143, unwarned=0, wrong_per_thousand=56.4, lead=96.0),
        }
    ),
)
"""For a shop without a history: another one's last months, as tests/benchmarks/warned.py measures them."""


# ---- what is lived through again


def past_of(shipment: Shipment, scans: Sequence[tuple[Status, datetime]], now: datetime) -> Past:
    """A parcel as it was ordered, and what its scans tell of it. Whatever else is known of it was learnt later."""
    ordered = Shipment(
        id=shipment.id,
        merchant_id=shipment.merchant_id,
        order_id=shipment.order_id,
        account_id=shipment.account_id,
        slug=shipment.slug,
        number=shipment.number,
        status=Status.UNKNOWN,
        created_at=shipment.created_at,
        zone=shipment.zone,
        promised_on=shipment.promised_on,
        country=shipment.country,
        service=shipment.service,
        origin=shipment.origin,
        destination=shipment.destination,
    )
    return Past(ordered, tuple(_moves(shipment, scans, now)), is_void=shipment.status is Status.CANCELLED)


def _moves(shipment: Shipment, scans: Sequence[tuple[Status, datetime]], now: datetime) -> Iterator[Move]:
    """Each run of a status once, and the end that people told us of."""
    known = sorted((at, status) for status, at in scans if status is not Status.UNKNOWN and at <= now)
    stood = Status.UNKNOWN
    for at, status in known:
        if status is not stood:
            stood = status
            yield Move(status, at)
    ended_at = shipment.delivered_at or shipment.status_at
    if shipment.status in ENDINGS and stood is not shipment.status and ended_at is not None and ended_at <= now:
        yield Move(shipment.status, ended_at)


# ---- what it would have meant


def tried(
    history: Sequence[Past], home: str | None, now: datetime, odds: Mapping[str, float | str] = MappingProxyType({})
) -> Trial:
    """All presets, and a shop's own `odds` where it has some, on one history.

    It begins with nothing learnt, and learns each day from what had ended by then.
    """
    lives = {past.shipment.id: life for past in history if (life := lived(past, now)) is not None}
    judged = score(lives, {})
    if judged.parcels < LEAST:
        return Trial(judged.parcels, judged.missed, until=now)
    policies = presets(home) | ({OWN: rehearsed({"odds": odds}, home)} if odds else {})
    warned = _warnings(history, policies, home, now)
    meant = {preset: _meant(lives, warned, preset) for preset in Preset}
    own = _meant(lives, warned, OWN) if odds else None
    return Trial(judged.parcels, judged.missed, meant, now, own, dict(odds))


def _warnings(history: Sequence[Past], policies: Mapping[str, Policy], home: str | None, now: datetime) -> list[Warned]:
    start = min(past.shipment.created_at for past in history)
    ticks = live(Rehearsal(policies, home), history, start, now)
    return [one for tick in ticks for one in tick.warned]


def _meant(lives: Mapping[int, Lived], warned: Sequence[Warned], policy: str) -> Meant:
    told = first_warnings((one.id, one.at) for one in warned if one.policy == policy and one.id in lives)
    return meaning(score(lives, told))


def meaning(one: Score) -> Meant:
    """A score by what was warned of ahead."""
    return Meant(
        warned=one.ahead + one.wrong,
        right=one.ahead,
        unwarned=one.missed - one.ahead,
        wrong_per_thousand=round(one.per_thousand or 0.0, 1),
        lead=one.lead,
    )


# ---- keeping


class _Kept(Struct):
    version: int
    trial: Trial


def to_bytes(trial: Trial) -> bytes:
    """For the store."""
    return msgspec.msgpack.encode(_Kept(VERSION, replace(trial, presets=dict(trial.presets), odds=dict(trial.odds))))


def from_bytes(stored: bytes) -> Trial | None:
    """As stored; None where it is of another version or no trial at all."""
    try:
        kept = msgspec.msgpack.decode(stored, type=_Kept)
    except msgspec.MsgspecError:
        return None
    return kept.trial if kept.version == VERSION else None
