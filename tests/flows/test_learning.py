"""What ended is counted once, what was learnt is used, on both databases."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain import shipment as domain
from bot.domain.cadence import BUILT_IN
from bot.domain.learning import Model, from_bytes
from bot.flows import learning
from bot.flows.experience import FORECAST, Experience, counted, model_or_empty, silences
from bot.flows.ingest import Polled, Rules, ingest_batch
from bot.store import learnt, shipments
from bot.store.models import FindingRow, Merchant, ScanRow, Shipment
from bot.store.ms import to_ms
from tests.fakes import parcels
from tests.fakes.clock import StandingClock

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
DAY = timedelta(days=1)


async def ended(parcel: parcels.Followed, number: int, days: int, **changes: Any) -> Shipment:
    """A shipment of the same shop that was handed over 40 days ago and took `days` from then."""
    handed = NOW - 40 * DAY
    given: dict[str, Any] = {
        "merchant_id": parcel.merchant.id,
        "order_id": parcel.order.id,
        "slug": "dhl_unified",
        "number": f"E{number}",
        "status": "delivered",
        "status_ms": to_ms(handed + days * DAY),
        "delivered_ms": to_ms(handed + days * DAY),
        "zone": "Europe/Berlin",
        "country": "DE",
        "promised_on": (handed + 5 * DAY).date().isoformat(),
        "next_poll_ms": 0,
        "open": 0,
        "created_ms": to_ms(handed - DAY),
    } | changes
    shipment = await Shipment.create(**given)
    _ = await ScanRow.create(
        shipment_id=shipment.id, key=number, at_ms=to_ms(handed), status="in_transit", seen_ms=to_ms(handed)
    )
    return shipment


async def stored() -> Model:
    found = await learnt.load(FORECAST)
    assert found is not None
    return from_bytes(found[0])


async def test_an_ended_shipment_is_counted_once_ever(store: str, clock: StandingClock) -> None:
    parcel = await parcels.followed(NOW)
    for number in range(3):
        _ = await ended(parcel, number, days=3)
    assert await learning.left_to_learn() == 3
    assert await learning.learn_ended(NOW) == 3
    assert await learning.learn_ended(NOW) == 0
    assert 0 < (await stored()).parcels <= 3


async def test_open_shipments_are_counted_anew_each_time(store: str) -> None:
    await parcels.followed(NOW - 3 * DAY)
    await learning.learn_under_way(NOW)
    await learning.learn_under_way(NOW)
    tallies = [tally for slots in (await stored()).memory.under_way.values() for tally in slots.values()]
    assert tallies
    assert max(tally.weight for tally in tallies) <= 1
    assert (await stored()).parcels == 0


async def test_counting_the_ended_keeps_what_is_known_of_the_open_ones(store: str) -> None:
    parcel = await parcels.followed(NOW - 3 * DAY)
    await learning.learn_under_way(NOW)
    _ = await ended(parcel, 1, days=3)
    await learning.learn_ended(NOW)
    assert (await stored()).memory.under_way


async def test_a_shipment_given_up_counts_as_cut_off_not_as_arrived(store: str) -> None:
    parcel = await parcels.followed(NOW)
    _ = await ended(parcel, 1, days=3, status="in_transit", delivered_ms=None, polled_ms=to_ms(NOW - 20 * DAY))
    await learning.learn_ended(NOW)
    tallies = [tally for slots in (await stored()).memory.ended.values() for tally in slots.values()]
    assert any(tally.cut for tally in tallies)
    assert not any(tally.arrived for tally in tallies)


async def test_a_model_of_another_version_is_learnt_anew(store: str) -> None:
    await learnt.save(FORECAST, b"\x00 no model", NOW)
    assert (await model_or_empty(NOW)).parcels == 0


async def test_when_carriers_scan_is_counted_once_and_told_to_the_cadence(store: str) -> None:
    parcel = await parcels.followed(NOW)
    experience = Experience()
    await experience.refresh(NOW)
    assert experience.rhythms is Rules(experience=experience).rhythms is BUILT_IN
    for number in range(5):
        _ = await ended(parcel, number, days=3)
    await learning.learn_ended(NOW)
    known = await counted()
    assert list(known.carriers) == ["dhl_unified"]
    await learning.learn_ended(NOW)
    assert await counted() == known
    await experience.refresh(NOW + timedelta(minutes=11))
    assert list(Rules(experience=experience).rhythms.carriers) == ["dhl_unified"]


async def test_experience_is_read_again_once_it_has_changed(store: str) -> None:
    parcel = await parcels.followed(NOW)
    experience = Experience()
    await experience.refresh(NOW)
    for number in range(30):
        _ = await ended(parcel, number, days=20)
    await learning.learn_ended(NOW)
    shipment = await _known(parcel)
    before = experience.forecast(shipment, NOW)
    await experience.refresh(NOW + timedelta(minutes=1))
    assert experience.forecast(shipment, NOW) == before
    await experience.refresh(NOW + timedelta(minutes=11))
    after = experience.forecast(shipment, NOW)
    assert before is not None
    assert after is not None
    assert after.n > before.n


async def _known(parcel: parcels.Followed) -> domain.Shipment:
    return (await shipments.load([parcel.shipment.id]))[0]


@pytest.mark.parametrize("has_experience", [True, False])
async def test_a_parcel_that_will_be_late_by_experience_is_warned_of(store: str, has_experience: bool) -> None:
    parcel = await parcels.followed(
        NOW - 2 * DAY, country="DE", stage_ms=to_ms(NOW - 2 * DAY), promised_on="2026-11-26", scan_ms=to_ms(NOW - DAY)
    )
    for number in range(60):
        _ = await ended(parcel, number, days=20)
    await learning.learn_ended(NOW)
    rules = Rules(experience=Experience() if has_experience else None)
    await ingest_batch([Polled(parcel.shipment.id, None)], NOW, rules)
    kinds = [row.kind for row in await FindingRow.filter(shipment_id=parcel.shipment.id)]
    assert ("at_risk" in kinds) is has_experience


async def test_how_long_parcels_were_silent_and_came_moves_the_limit_of_loss(store: str) -> None:
    parcel = await parcels.followed(NOW, country="DE", scan_ms=to_ms(NOW - 8 * DAY), stage_ms=to_ms(NOW - 8 * DAY))
    await Merchant.filter(id=parcel.merchant.id).update(country="DE")
    for number in range(35):
        box = await ended(parcel, number, days=9)
        _ = await ScanRow.create(
            shipment_id=box.id, key=99, at_ms=box.delivered_ms, status="delivered", seen_ms=box.delivered_ms
        )
    for experience, found in ((Experience(), {"lost"}), (Experience(), set[str]())):
        await ingest_batch([Polled(parcel.shipment.id, None)], NOW, Rules(experience=experience))
        kinds = {row.kind for row in await FindingRow.filter(shipment_id=parcel.shipment.id)}
        assert kinds & {"lost"} == found
        await FindingRow.all().delete()
        await learning.learn_ended(NOW)
    assert len((await silences(NOW)).places) == 1


async def test_who_never_came_teaches_nothing_of_silence(store: str) -> None:
    parcel = await parcels.followed(NOW)
    for status in ("lost", "cancelled", "in_transit"):
        _ = await ended(parcel, len(status), days=3, status=status, delivered_ms=None)
    await learning.learn_ended(NOW)
    assert (await silences(NOW)).places == {}
