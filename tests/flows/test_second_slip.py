"""From the second slip on: the window in the finding, in every text about the parcel, and a person on it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest

from bot.domain.outgoing import Act, Leaving, Priority
from bot.flows import facts, lookup
from bot.flows.experience import Experience
from bot.flows.ingest import Polled, Rules, ingest_batch
from bot.flows.turn import PersonView, Turn
from bot.store import customers, sql
from bot.store.models import Follow, Shipment, Ticket
from bot.store.ms import to_ms
from bot.texts.messages import render
from tests.fakes.answers import answer, scan
from tests.fakes.parcels import Followed, finding, followed, notice

pytestmark = pytest.mark.usefixtures("store")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ONCE = {"slip": 1, "mark": "1", "eta_on": "2026-11-26", "promised_on": "2026-11-25"}
WINDOW = {"from_on": "2026-11-28", "to_on": "2026-12-02", "coverage": 0.9}
TWICE = ONCE | {"slip": 3, "window": WINDOW}


async def slipped_once() -> Followed:
    parcel = await followed(NOW, eta_on="2026-11-26")
    await finding(parcel, NOW - DAY, kind="at_risk", severity="slight", saw=ONCE)
    await Follow.filter(id=parcel.follow.id).update(slips=1, told_on="2026-11-26", warned_ms=to_ms(NOW - 2 * DAY))
    return parcel


async def slipped_twice(window: dict[str, Any] = WINDOW, **changes: Any) -> tuple[Followed, int]:
    parcel = await followed(NOW, **{"eta_on": "2026-11-28"} | changes)
    return parcel, await finding(parcel, NOW, kind="at_risk", saw=ONCE | {"slip": 3, "window": window})


async def test_a_second_slip_is_told_as_the_forecasts_window_and_opens_a_ticket() -> None:
    parcel = await slipped_once()
    said = answer(scan(NOW), eta=date(2026, 11, 29))
    await ingest_batch([Polled(parcel.shipment.id, said)], NOW, Rules(experience=Experience()))

    (seen,) = await sql.rows("SELECT id, evidence FROM finding WHERE closed_ms IS NULL")
    window = orjson.loads(seen["evidence"])["window"]
    (row,) = await sql.rows("SELECT payload, customer_id FROM outbox WHERE act = 'notice'")
    payload = orjson.loads(row["payload"])
    assert window["to_on"] >= "2026-11-29"
    assert payload["told"][0]["told_on"] == window["to_on"]
    assert (await Ticket.get(customer_id=parcel.customer.id)).cause == "at_risk"

    composed = await facts.notice(leaving(parcel, payload), NOW)
    assert composed is not None
    assert (composed.facts["eta_from_on"], composed.facts["eta_on"]) == (window["from_on"], window["to_on"])
    assert "between" in render(composed.kind, composed.facts, composed.reader, composed.buttons).text


def leaving(parcel: Followed, payload: dict[str, Any]) -> Leaving:
    return Leaving(1, Act.NOTICE, payload, "c", Priority.WARNING, "chat:5", 1, NOW, customer_id=parcel.customer.id)


async def test_a_third_slip_is_not_called_the_second() -> None:
    parcel, found = await slipped_twice()
    for slips, once_more in ((1, None), (2, True)):
        await Follow.filter(id=parcel.follow.id).update(slips=slips)
        composed = await facts.notice(notice(parcel, "delay_again", NOW, finding=found), NOW)
        assert composed is not None
        assert composed.facts.get("once_more") is once_more


async def test_a_window_without_an_end_is_no_day() -> None:
    parcel, found = await slipped_twice({"from_on": "2026-11-28", "coverage": 0.9})
    composed = await facts.notice(notice(parcel, "delay_again", NOW, finding=found), NOW)
    assert composed is not None
    text = render(composed.kind, composed.facts, composed.reader, composed.buttons).text
    assert "We won't name another day" in text
    assert "28 November" not in text


async def test_several_parcels_have_each_its_own_window() -> None:
    parcel, found = await slipped_twice()
    other = await Shipment.create(
        **{name: getattr(parcel.shipment, name) for name in ("merchant_id", "order_id", "slug", "status", "zone")},
        number="2", promised_on="2026-11-25", eta_on="2026-11-28", next_poll_ms=0, created_ms=0,
    )  # fmt: skip
    later = WINDOW | {"to_on": "2026-12-05"}
    await finding(parcel._replace(shipment=other), NOW, kind="late", saw=ONCE | {"slip": 3, "window": later})
    ids = [parcel.shipment.id, other.id]
    composed = await facts.notice(notice(parcel, "delay_again", NOW, finding=found, shipments=ids), NOW)
    assert composed is not None
    assert [one["eta_on"] for one in composed.facts["parcels"]] == ["2026-12-02", "2026-12-05"]


async def test_the_live_message_and_an_answer_say_the_window_too() -> None:
    parcel, _ = await slipped_twice()
    row = Leaving(1, Act.LIVE, {"follow": parcel.follow.id}, "c", Priority.LIVE, "chat:5", 1, NOW)
    live = await facts.live(row, NOW)
    turn = Turn(1, NOW, 5, 5, PersonView(5))
    said = await lookup.state(turn, (await customers.followed(parcel.customer.user_id))[0])
    assert live is not None
    assert (live.facts["eta_on"], said.facts["eta_on"]) == ("2026-12-02", "2026-12-02")


@pytest.mark.parametrize("status", ["out_for_delivery", "available_for_pickup"])
async def test_who_has_it_at_the_door_reads_of_no_window(status: str) -> None:
    parcel, _ = await slipped_twice(status=status)
    known = await facts.recorded(parcel.shipment, parcel.customer)
    assert "eta_on" not in known


async def test_what_was_found_on_coming_or_is_over_leaves_no_window() -> None:
    parcel, found = await slipped_twice()
    await sql.run("UPDATE finding SET closed_ms = 1 WHERE id = ?", (found,))
    await finding(parcel, NOW, kind="late", baseline=True, saw=TWICE)
    assert "eta_on" not in await facts.recorded(parcel.shipment, parcel.customer)
