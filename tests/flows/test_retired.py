"""What is past a shop's time of keeping goes with all that hangs on it; what was counted stays right."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.retention import SILENT
from bot.flows import tidying
from bot.flows.tidying import CHORES
from bot.store import adding, audit, grace, links, measures, merchants, packing, pushes, sql
from bot.store.adding import Wanted
from bot.store.due import NEVER_MS
from bot.store.models import (
    Bygone,
    Claim,
    Customer,
    Follow,
    Gesture,
    HeadsUp,
    LossOffer,
    Merchant,
    Order,
    Person,
    Promise,
    Rating,
    ScanRow,
    Shipment,
    Ticket,
    TicketMessage,
    TicketPart,
    ToldRow,
    Trouble,
    WaitRow,
)
from bot.store.ms import to_ms
from bot.store.pruning import DAY
from tests.fakes import database, parcels
from tests.fakes.parcels import Followed, followed
from tests.fakes.rows import NOON

pytestmark = pytest.mark.usefixtures("store")
KEPT = 180 * DAY
JUST_PAST = NOON + KEPT + timedelta(hours=1)


async def over(**changes: Any) -> Followed:
    """A parcel that was delivered at NOON, learnt from and packed, with something in every table of a parcel."""
    given: dict[str, Any] = {
        "status": "delivered",
        "status_ms": to_ms(NOON),
        "delivered_ms": to_ms(NOON),
        "open": 0,
        "learnt": 2,
    }
    parcel = await followed(NOON - 3 * DAY, **given | {"next_poll_ms": NEVER_MS} | changes)
    box, shop, who = parcel.shipment.id, parcel.merchant.id, parcel.customer.id
    await Customer.all().update(created_ms=to_ms(NOON))
    found = await parcels.finding(parcel, NOON, closed_ms=to_ms(NOON), outcome="resolved")
    both: dict[str, Any] = {"merchant_id": shop, "shipment_id": box}
    his: dict[str, Any] = both | {"customer_id": who}
    _ = await ScanRow.create(shipment_id=box, key=1, at_ms=to_ms(NOON), status="delivered", seen_ms=0)
    _ = await Claim.create(**his, open=0, created_ms=0)
    _ = await HeadsUp.create(**both, finding_id=found, open=0, due_ms=to_ms(JUST_PAST))
    _ = await LossOffer.create(**his, ways="r", made_by=1, made_ms=0)
    _ = await Promise.create(**his, kind="late", due_ms=0, made_ms=to_ms(JUST_PAST), open=0, kept_ms=0)
    _ = await ToldRow.create(**his, kind="late", to_on="2026-11-25", at_ms=to_ms(NOON), ended=1, came_on="2026-11-24")
    _ = await Trouble.create(**his, at_ms=to_ms(NOON), warned_ms=to_ms(NOON), ended=1, late=0)
    _ = await Gesture.create(**his, made_by=1, state="made", kind="coupon", month="2026-11", slip=0, made_ms=0)
    await links.keep("hash", shop, parcel.order.id, NOON)
    await audit.write(shop, 1, "shipment.add", f"shipment:{box}", NOON)
    return parcel


async def tidied(now: datetime) -> int:
    """Every chore to its end."""
    gone = 0
    for chore in CHORES:
        after = None
        while True:
            done = await tidying.bite(chore, after, now)
            gone += done.gone
            if (after := done.after) is None:
                break
    return gone


async def left() -> dict[str, int]:
    """Rows by table, of those that hold any."""
    counts = {one: (await sql.rows(f"SELECT count(*) AS n FROM {one}"))[0]["n"] for one in await database.tables()}
    return {name: count for name, count in counts.items() if count and name != "tortoise_migrations"}


async def test_a_parcel_that_is_past_goes_with_all_that_hangs_on_it() -> None:
    await over()
    await tidied(NOON + KEPT)
    assert await Shipment.all().count() == 1
    await tidied(JUST_PAST)
    assert await left() == {"merchant": 1, "customer": 1, "audit": 1, "bygone": 2}


async def test_what_was_counted_stays_right() -> None:
    parcel = await over()
    before = await merchants.counts(parcel.merchant.id)
    assert before["delivered"] == 1
    looked_back = await measures.measured(parcel.merchant.id, JUST_PAST - 90 * DAY, JUST_PAST)
    await tidied(JUST_PAST)
    assert await merchants.counts(parcel.merchant.id) == before
    assert await measures.measured(parcel.merchant.id, JUST_PAST - 90 * DAY, JUST_PAST) == looked_back
    counts = {row.what: row.count for row in await Bygone.filter(merchant_id=parcel.merchant.id, month="2026-11")}
    assert counts == {"parcel.delivered": 1, "carrier.dhl_unified": 1}


async def test_the_audit_log_stays_and_can_be_read() -> None:
    parcel = await over()
    await tidied(JUST_PAST)
    assert [row["target"] for row in await audit.page(parcel.merchant.id, None, 5)] == [
        f"shipment:{parcel.shipment.id}"
    ]
    assert await audit.names(parcel.merchant.id, "shipment", [parcel.shipment.id]) == {}


async def test_counts_of_one_month_add_up() -> None:
    await over()
    await tidied(JUST_PAST)
    shop = await Merchant.get()
    order: dict[str, Any] = {"order_id": 77, "slug": "dhl_unified", "number": "2"}
    ended: dict[str, Any] = {"status": "delivered", "status_ms": to_ms(NOON), "open": 0, "learnt": 0, "next_poll_ms": 0}
    _ = await Shipment.create(merchant_id=shop.id, created_ms=to_ms(NOON), **order, **ended)
    await tidied(JUST_PAST)
    assert (await Bygone.get(what="parcel.delivered")).count == 2


@pytest.mark.parametrize("learnt", [0, 1, 2])
async def test_it_goes_however_far_it_was_learnt_from(learnt: int) -> None:
    await over(learnt=learnt, next_poll_ms=0)
    await tidied(JUST_PAST)
    assert await Shipment.all().count() == 0


async def test_while_its_follower_has_an_open_matter_it_stays() -> None:
    parcel = await over()
    ticket = await Ticket.create(
        merchant_id=parcel.merchant.id, customer_id=parcel.customer.id, cause="human", opened_ms=to_ms(JUST_PAST)
    )
    await tidied(JUST_PAST)
    assert await Shipment.all().count() == 1
    await Ticket.filter(id=ticket.id).update(closed_ms=to_ms(JUST_PAST), shipment_id=parcel.shipment.id)
    await tidied(JUST_PAST)
    assert await Shipment.all().count() == 0
    assert (await Ticket.get()).shipment_id is None


async def test_while_a_claim_is_to_be_made_it_stays() -> None:
    await over()
    await Claim.all().update(open=1)
    await tidied(JUST_PAST)
    assert await Shipment.all().count() == 1


async def test_a_shop_keeps_as_long_as_it_chose() -> None:
    await over()
    await Merchant.all().update(settings='{"keep_parcels": 300}')
    await tidied(NOON + 299 * DAY)
    assert await Shipment.all().count() == 1
    await tidied(NOON + 301 * DAY)
    assert await Shipment.all().count() == 0


@pytest.mark.parametrize(
    "said",
    [
        '{"keep_parcels": 0}',
        '{"keep_parcels": "long"}',
        '{"keep_parcels": 99',
        '{"keep_said_at": "2026-11-24T12:00:00"}',
    ],
)
async def test_a_shop_whose_choice_cannot_be_read_keeps_all_and_stops_no_other(said: str) -> None:
    theirs = await over()
    await Merchant.all().update(settings=said)
    given: dict[str, Any] = {"status": "delivered", "status_ms": to_ms(NOON), "open": 0, "next_poll_ms": NEVER_MS}
    other = await Merchant.create(name="Other", created_ms=0)
    named: dict[str, Any] = {"merchant_id": other.id, "order_id": 77, "slug": "ups", "number": "1Z"}
    _ = await Shipment.create(created_ms=to_ms(NOON), **named, **given)
    await tidied(NOON + 729 * DAY)
    assert [one.id for one in await Shipment.all()] == [theirs.shipment.id]
    await tidied(NOON + 731 * DAY)
    assert await Shipment.all().count() == 0


async def test_after_the_update_all_is_kept_for_two_weeks_from_the_first_walk_on() -> None:
    await over()
    await sql.run("INSERT INTO mark (name, value) VALUES (?, '')", [grace.NAME])
    assert await grace.until(JUST_PAST) == JUST_PAST + grace.GRACE
    await tidied(JUST_PAST)
    await tidied(JUST_PAST + 13 * DAY)
    assert await grace.until(JUST_PAST + 13 * DAY) == JUST_PAST + grace.GRACE
    assert (await Shipment.all().count(), await Customer.all().count()) == (1, 1)
    await tidied(JUST_PAST + 14 * DAY)
    assert await grace.until(JUST_PAST + 14 * DAY) is None
    assert await Shipment.all().count() == 0


async def test_a_shop_that_has_just_shortened_its_time_loses_nothing_by_it_for_a_day() -> None:
    await over()
    said_at = NOON + 100 * DAY
    await Merchant.all().update(settings=f'{{"keep_parcels": 90, "keep_said_at": "{said_at.isoformat()}"}}')
    await tidied(said_at + DAY - timedelta(seconds=1))
    assert await Shipment.all().count() == 1
    await tidied(said_at + DAY)
    assert await Shipment.all().count() == 0


async def test_a_parcel_under_way_stays_and_one_that_never_ends_goes_after_a_year_of_silence() -> None:
    await over(status="in_transit", open=1, learnt=0, delivered_ms=None)
    await tidied(NOON + SILENT)
    assert await Shipment.all().count() == 1
    await tidied(NOON + SILENT + KEPT + DAY)
    assert await Shipment.all().count() == 0


async def test_an_order_stays_with_its_link_while_another_parcel_of_it_is_kept() -> None:
    parcel = await over()
    given: dict[str, Any] = {"slug": "ups", "number": "1Z", "next_poll_ms": 0, "created_ms": to_ms(JUST_PAST)}
    _ = await Shipment.create(merchant_id=parcel.merchant.id, order_id=parcel.order.id, **given)
    await sql.run("UPDATE follow_link SET user_id = 5")
    await tidied(JUST_PAST)
    assert (await Order.all().count(), len(await sql.rows("SELECT 1 AS one FROM follow_link"))) == (1, 1)
    assert await Follow.all().count() == 0


async def test_a_number_that_is_used_again_is_a_new_parcel() -> None:
    parcel = await over()
    await tidied(JUST_PAST)
    box = parcel.shipment
    assert await pushes.numbered(1, [box.number], JUST_PAST) == []
    fresh, is_new = await adding.keep(Wanted(parcel.merchant.id, box.slug, box.number, "2002", None, "UTC"), JUST_PAST)
    assert (is_new, fresh.reuse, fresh.status) == (True, 0, "unknown")
    assert await packing.past(fresh.id) == []


# ---- matters


async def solved() -> Followed:
    parcel = await over()
    who: dict[str, Any] = {"customer_id": parcel.customer.id}
    ticket = await Ticket.create(
        merchant_id=parcel.merchant.id,
        **who,
        cause="late",
        state="closed",
        opened_ms=to_ms(NOON),
        closed_ms=to_ms(NOON),
    )
    said: dict[str, Any] = {
        "direction": "in",
        "user_id": 5,
        "source_chat_id": 5,
        "text": "Where is it?",
        "created_ms": to_ms(NOON),
    }
    for number, of in enumerate((ticket.id, None)):
        words = await TicketMessage.create(**who, ticket_id=of, source_message_id=number, **said)
        _ = await TicketPart.create(message_id=words.id, number=1, target_chat_id=1, target_message_id=number)
    _ = await WaitRow.create(merchant_id=parcel.merchant.id, ticket_id=ticket.id, is_first=True, asked_ms=0, due_ms=0)
    rated: dict[str, Any] = {"stars": 5, "comment": "Kind", "made_ms": 0, "rated_ms": to_ms(NOON)}
    _ = await Rating.create(merchant_id=parcel.merchant.id, ticket_id=ticket.id, **who, **rated)
    _ = await Person.create(user_id=parcel.customer.user_id, name="Layla")
    await sql.run(
        "INSERT INTO consent (customer_id, kind, wording, channel, given_ms) VALUES (?, 'greeting', '1', 'link', 0)",
        (parcel.customer.id,),
    )
    return parcel


async def test_a_matter_goes_two_years_after_its_end_with_its_words_and_then_its_customer() -> None:
    await solved()
    await tidied(NOON + 730 * DAY)
    assert (await Ticket.all().count(), await TicketMessage.all().count(), await Person.all().count()) == (1, 2, 1)
    await tidied(NOON + 734 * DAY)
    await tidied(NOON + 734 * DAY)
    assert await left() == {"merchant": 1, "audit": 1, "bygone": 4}
    counts = {row.what: row.count for row in await Bygone.exclude(what="parcel.delivered")}
    assert counts == {"carrier.dhl_unified": 1, "ticket.late": 1, "rating.5": 1}


async def test_who_is_banned_or_works_for_a_shop_is_not_forgotten() -> None:
    parcel = await solved()
    await Customer.all().update(banned_ms=1)
    await tidied(NOON + 734 * DAY)
    assert (await Customer.all().count(), await Person.all().count()) == (1, 1)
    await Customer.all().update(banned_ms=None)
    member = (parcel.merchant.id, parcel.customer.user_id)
    await sql.run("INSERT INTO member (merchant_id, user_id, role, created_ms) VALUES (?, ?, 'agent', 0)", member)
    await tidied(NOON + 734 * DAY)
    assert (await Customer.all().count(), await Person.all().count()) == (0, 1)


async def test_an_open_matter_never_goes() -> None:
    await solved()
    await Ticket.all().update(closed_ms=None, state="new")
    await tidied(NOON + 3000 * DAY)
    assert (await Ticket.all().count(), await TicketMessage.filter(ticket_id__not_isnull=True).count()) == (1, 1)


async def test_a_parcel_of_a_shop_that_nobody_knows_is_kept_as_long_as_ours() -> None:
    await over()
    await Merchant.all().delete()
    await tidied(NOON + KEPT)
    assert await Shipment.all().count() == 1
    await tidied(JUST_PAST)
    assert await Shipment.all().count() == 0
