"""Further numbers of shipments: kept as carriers name them, and asked for where the shop has an account for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain import cadence
from bot.flows.comparing import Polled
from bot.flows.judging import Case, spread
from bot.store import legs
from bot.store.legs import Heard, NewLeg
from carriers.kit.discovery import UnknownCarrier, find
from carriers.kit.errors import CarrierError
from carriers.kit.model import Leg, Status, TrackingResult
from carriers.kit.names import called
from carriers.kit.numbers import Refusal, detect, settled, validate

GOING_BACK = frozenset({Status.RETURNING, Status.RETURNED})


def asker(leg: Leg, first: str, number: str, accounts: Mapping[str, int]) -> str | None:
    """The slug of the account that can ask for it: the carrier named, the one its number tells, an aggregator.

    None where the first carrier is an aggregator: it follows both, and its scans would come twice.
    """
    if _asks_many(first):
        return None
    named = [slug for slug in called(leg.carrier) if slug in accounts] if leg.carrier else []
    guess = settled([one for one in detect(leg.number) if one.slug in accounts])
    told = [guess.slug] if guess is not None else []
    others = [slug for slug in accounts if _asks_many(slug)]
    fitting = (slug for slug in [*named, *told, *others] if not isinstance(validate(slug, leg.number), Refusal))
    return next((slug for slug in fitting if (slug, leg.number) != (first, number)), None)


def _asks_many(slug: str) -> bool:
    try:
        return find(slug).numbers.any_other
    except UnknownCarrier:
        return False


async def save(cases: Sequence[Case], batch: Sequence[Polled], now: datetime) -> None:
    """What a batch says of legs: those asked for, those it names, those whose shipment has come to its end."""
    asked = {one.shipment_id: one for one in batch}
    heard = [
        (case, polled) for case in cases if (polled := asked[case.shipment.id]).leg_id is not None and not case.failed
    ]
    await legs.save_heard([_heard(case, polled) for case, polled in heard if polled.answer is not None], now)
    await legs.save_asked(
        [(polled.leg_id or 0, case.step.next_poll_at, 0) for case, polled in heard if polled.answer is None]
    )
    named = [(case, leg) for case in cases if case.change is not None and (leg := _named(asked[case.shipment.id]))]
    if named:
        await _record(named, now)
    ended = [case.shipment for case in cases if case.step.over]
    over = [one.id for one in ended if one.legs or _named(asked[one.id]) is not None]
    if over:
        await legs.close(over)


def _heard(case: Case, polled: Polled) -> Heard:
    assert isinstance(polled.answer, TrackingResult)  # noqa: S101 - errors of legs are taken in apart
    return Heard(polled.leg_id or 0, polled.answer.status, polled.seal or 0, case.step.next_poll_at)


def _named(polled: Polled) -> Leg | None:
    return polled.answer.next_leg if isinstance(polled.answer, TrackingResult) else None


async def _record(named: Sequence[tuple[Case, Leg]], now: datetime) -> None:
    shops = await legs.accounts(sorted({case.shipment.merchant_id for case, _ in named}))
    new = []
    for case, leg in named:
        one = case.shipment
        accounts = shops[one.merchant_id]
        slug = asker(leg, one.slug, one.number, accounts)
        if slug is None and leg.number == one.number:
            continue
        back = one.status in GOING_BACK
        new.append(NewLeg(one.id, leg.number, leg.carrier, slug, accounts[slug] if slug else None, back))
    if new:
        await legs.record(new, now)


async def save_unanswered(unanswered: Sequence[Polled], now: datetime) -> None:
    """Legs that their carrier does not know, or did not answer for: the shipment itself has not been asked for."""
    missed = await legs.misses([one.leg_id or 0 for one in unanswered])
    rows = []
    for one in unanswered:
        leg_id = one.leg_id or 0
        misses = missed.get(leg_id, 0) + 1
        kind = one.answer.kind if isinstance(one.answer, CarrierError) else "server"
        rows.append((leg_id, now + cadence.retry_after(kind, misses, now, jitter=spread(leg_id, now)), misses))
    await legs.save_asked(rows)
