"""A shop in shadow: its people see each warning first; what they decide, what happens by itself, what is counted."""

from datetime import timedelta

import orjson
import pytest

from bot.domain.draft import Held
from bot.domain.outgoing import Act, Leaving, Priority
from bot.flows import draft_sending, drafting, facts, heads_up, releasing, sweep
from bot.store import draft_scores, incidents, sql
from bot.store import drafts as rows
from bot.store.models import Audit, Consent, Customer, DraftScore, Follow, Member, Merchant, Person, Promise
from bot.store.ms import from_ms, to_ms
from bot.texts.messages import render
from carriers.kit.model import Reason, Status
from tests.fakes.answers import answer, scan
from tests.fakes.drafts import (
    DAY,
    HOUR,
    NOW,
    PROMISED,
    QUIET,
    asks,
    both_slip,
    drafted,
    drafts,
    kinds,
    leave,
    more,
    notices,
    posts,
    says,
    shadowed,
    shown,
    slips,
    states,
    twin,
)
from tests.fakes.parcels import Followed
from tests.fakes.rows import GROUP

pytestmark = pytest.mark.usefixtures("store")
SARA = 6001
MINUTE = timedelta(minutes=1)
CARRIERS = (
    "ups",
    "fedex",
    "gls",
    "dpd",
    "hermes",
    "postnord",
    "bring",
    "aramex",
    "smsa",
    "usps",
    "laposte",
    "correios",
)


async def send(number: int = 1, now: object = NOW) -> Held | None:
    [draft] = await rows.load([number])
    return await draft_sending.send(draft, SARA, now, QUIET)  # type: ignore[arg-type]


async def drop(number: int = 1) -> bool:
    [draft] = await rows.load([number])
    return await draft_sending.drop(draft, SARA, NOW)


async def live_of(parcel: Followed, now: object = NOW) -> str | None:
    """What the customer's live message would say."""
    [follow] = await Follow.filter(shipment_id=parcel.shipment.id)
    row = Leaving(0, Act.LIVE, {"follow": follow.id}, "", Priority.LIVE, "", 0, NOW)
    composed = await facts.live(row, now)  # type: ignore[arg-type]
    return None if composed is None else render(composed.kind, composed.facts, composed.reader).text


# ---- what becomes a draft


async def test_a_warning_is_shown_to_the_group_and_to_no_customer() -> None:
    await drafted()
    assert await kinds() == []
    assert [(post["chat_id"], post["customer_id"]) for post in await posts()] == [(GROUP, None)]
    assert await says() == (
        "Draft to Layla, order 1001\n"
        "Tracking number: 00340434161094042557\n"
        "Promised: Wednesday 25 November.\n"
        "• At risk: expected Friday 27 November instead of Wednesday 25 November.\n"
        "The customer would read:\n"
        "<blockquote>Order 1001 now arrives Friday 27 November, 2 days later than planned\n"
        "It was last scanned in Leipzig. We're sorry we can't keep the day we named."
        " There's nothing you need to do.\n"
        "Our next message comes by 10:00 on Friday, sooner if anything changes.</blockquote>\n"
        "One draft so far. 1 not known yet.\n"
        "[Send] [Edit] [Don't]"
    )


async def test_nothing_is_promised_by_a_draft() -> None:
    await drafted()
    assert await Promise.all().count() == 0
    assert (await Follow.get()).warned_ms is None


async def test_the_text_is_in_the_customers_language_and_the_rest_in_the_shops() -> None:
    parcel = await drafted()
    await Customer.filter(id=parcel.customer.id).update(locale="fa")
    text = await says()
    assert "Draft to Layla" in text
    assert "سفارش" in text.split("<blockquote>")[1]


async def test_a_forecast_is_explained_in_numbers() -> None:
    await drafted()
    saw = {"basis": "forecast", "p_late": 0.83, "n": 212, "level": "lane", "mark": "x"}
    await sql.run("UPDATE finding SET evidence = ?", (orjson.dumps(saw).decode(),))
    assert "83 % likely to be late, going by parcels on this lane that had come as far (n = 212)" in await says()


async def test_who_has_a_topic_has_the_draft_in_it() -> None:
    parcel = await shadowed()
    await Customer.filter(id=parcel.customer.id).update(topic_chat_id=GROUP, topic_id=900, card_message_id=1)
    await slips(parcel)
    await drafting.sweep(NOW, QUIET)
    sent = [call for call in await leave() if call.step is Act.DRAFT]
    assert [call.params["message_thread_id"] for call in sent] == [900]


async def test_without_a_desk_each_owner_sees_it_in_his_language() -> None:
    parcel = await shadowed()
    await Merchant.all().update(desk_chat_id=None)
    for number, language in ((71, "en"), (72, "ar")):
        _ = await Person.create(user_id=number, name="O", locale=language)
        _ = await Member.create(merchant_id=parcel.merchant.id, user_id=number, role="owner", created_ms=0)
    await slips(parcel)
    await shown()
    assert [post["chat_id"] for post in await posts()] == [71, 72]
    assert "مسودة إلى" in await says(2)


async def test_news_and_good_words_go_to_customers_as_ever() -> None:
    parcel = await drafted()
    await asks(parcel, answer(scan(NOW + HOUR, Status.OUT_FOR_DELIVERY), eta=PROMISED), NOW + HOUR)
    assert await kinds() == ["out_for_delivery"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(Status.DELIVERY_ATTEMPTED, "attempt"), (Status.RETURNING, "returning"), (Status.LOST, "lost_probable")],
)
async def test_what_a_courier_says_of_trouble_is_a_draft_too(status: Status, kind: str) -> None:
    parcel = await shadowed()
    await asks(parcel, answer(scan(NOW, status)), NOW)
    assert [row["kind"] for row in await drafts()] == [kind]
    assert await kinds() == []


async def test_parcels_of_an_order_that_slip_together_are_one_draft() -> None:
    ids = await twin(await shadowed())
    await both_slip(ids)
    await shown()
    assert [row["kind"] for row in await drafts()] == ["delay_slight"]
    assert "One more parcel of the order is in it." in await says()
    assert await send() is Held.SENT
    [row] = await notices()
    assert row["payload"]["shipments"] == ids
    assert await Promise.filter(open=1).count() == 2


async def test_a_draft_comes_when_the_warning_would_have_left() -> None:
    parcel = await shadowed()
    night = NOW + 13 * HOUR
    await slips(parcel, 2, night)
    await shown(night)
    assert await posts() == []
    assert (await sweep.sweep(night, QUIET, seldom=False)).next_at == NOW + 21 * HOUR
    await shown(NOW + 21 * HOUR)
    assert await states() == ["open"]


async def test_what_is_no_longer_true_at_its_hour_is_shown_to_nobody() -> None:
    parcel = await shadowed()
    await slips(parcel, 2, NOW + 13 * HOUR)
    await asks(parcel, answer(scan(NOW + 14 * HOUR, Status.DELIVERED), eta=PROMISED), NOW + 14 * HOUR)
    await shown(NOW + 21 * HOUR)
    assert await states() == ["void"]
    assert await posts() == []


async def test_a_customer_who_wants_no_notices_has_no_drafts() -> None:
    parcel = await shadowed()
    _ = await Consent.create(
        customer_id=parcel.customer.id, kind="delivery_notices", wording="", channel="", given_ms=0, withdrawn_ms=1
    )
    await slips(parcel)
    await shown()
    assert await states() == ["void"]


# ---- not the same twice


async def test_a_further_slip_takes_the_open_drafts_place() -> None:
    parcel = await drafted()
    tomorrow = NOW + DAY
    await slips(parcel, 5, tomorrow)
    await shown(tomorrow)
    assert await states() == ["replaced", "open"]
    assert "A newer draft about the same stands in its place." in await says(1)
    assert "[Send]" not in await says(1)


async def test_on_one_day_one_warning_is_drafted() -> None:
    parcel = await drafted()
    await slips(parcel, 5, NOW + HOUR)
    [_, second] = await drafts()
    assert from_ms(second["due_ms"]) == NOW.replace(hour=8) + DAY


async def test_but_a_draft_that_nobody_sent_gives_way_to_a_truer_one_at_once() -> None:
    parcel = await drafted()
    await slips(parcel, 5, NOW + HOUR)
    await shown(NOW + HOUR)
    assert await states() == ["replaced", "open"]


async def test_what_was_dropped_is_not_raised_again_for_the_same_slip() -> None:
    parcel = await shadowed()
    await asks(parcel, answer(scan(NOW), eta=PROMISED, delay="late flight"), NOW)
    await shown()
    assert [row["kind"] for row in await drafts()] == ["hint"]
    assert await drop()
    await sql.run("UPDATE finding SET closed_ms = 1, outcome = 'withdrawn'")
    later = scan(NOW + 2 * HOUR, place="Köln")
    await asks(parcel, answer(later, eta=PROMISED, delay="late flight"), NOW + 2 * HOUR)
    assert [row["occurrence"] for row in await sql.rows("SELECT occurrence FROM finding ORDER BY id")] == [1, 2]
    assert await states() == ["dropped"]


async def test_a_false_alarm_that_nobody_sent_is_not_taken_back() -> None:
    parcel = await drafted()
    await asks(parcel, answer(scan(NOW + HOUR), eta=PROMISED), NOW + HOUR)
    await shown(NOW + HOUR)
    assert await kinds() == []
    assert await states() == ["expired"]


# ---- sent


async def test_what_is_sent_leaves_with_its_promise_made_from_then() -> None:
    parcel = await drafted()
    later = NOW + 3 * HOUR
    assert await send(now=later) is Held.SENT
    sent = [call for call in await leave(later) if call.step is Act.NOTICE]
    assert [call.chat_id for call in sent] == [parcel.customer.user_id]
    promise = await Promise.get(open=1)
    assert from_ms(promise.made_ms) == later
    assert from_ms(promise.due_ms) > later
    follow = await Follow.get()
    assert (follow.told_on, follow.slips, from_ms(follow.warned_ms or 0)) == ("2026-11-27", 1, later)


async def test_after_it_was_sent_the_live_message_says_the_new_day() -> None:
    parcel = await drafted()
    assert "27 November" not in (await live_of(parcel) or "")
    await send()
    await leave()
    assert "27 November" in (await live_of(parcel) or "")


async def test_nobody_sends_it_twice() -> None:
    await drafted()
    assert [await send(), await send(), await drop()] == [Held.SENT, None, False]
    assert len(await notices()) == 1


async def test_after_the_parcel_was_delivered_nothing_is_sent() -> None:
    parcel = await drafted()
    await asks(parcel, answer(scan(NOW + HOUR, Status.DELIVERED), eta=PROMISED), NOW + HOUR)
    assert await send() is Held.EXPIRED
    assert await kinds() == ["delivered"]
    assert "No longer true" in await says()


async def test_what_a_customer_knows_by_now_is_not_sent() -> None:
    await drafted()
    await sql.run("UPDATE follow SET told_on = '2026-11-30'")
    assert await send() is Held.EXPIRED
    assert await kinds() == []


async def test_at_night_it_is_said_when_it_leaves() -> None:
    await drafted()
    night = NOW + 13 * HOUR
    assert await send(now=night) is Held.SENT
    assert "It leaves on Wednesday 25 November, 8:00, after the customer's quiet hours." in await says(now=night)
    assert [call for call in await leave(night) if call.step is Act.NOTICE] == []


async def test_while_the_shop_pauses_it_is_said_that_it_waits() -> None:
    await drafted()
    await Merchant.all().update(paused_ms=to_ms(NOW))
    await send()
    assert "held back" in await says()


async def test_a_person_who_owes_the_next_word_hears_of_it_when_the_draft_is_sent() -> None:
    parcel = await shadowed()
    await asks(parcel, answer(scan(NOW, Status.RETURNING), eta=PROMISED), NOW)
    await shown()
    assert await sql.rows("SELECT id FROM ticket") == []
    await send()
    assert [row["cause"] for row in await sql.rows("SELECT cause FROM ticket")] == ["returning"]
    assert (await Promise.get(open=1)).by_person


async def test_a_second_slip_is_sent_as_one() -> None:
    parcel = await drafted()
    await send()
    await leave()
    tomorrow = NOW + DAY
    await slips(parcel, 6, tomorrow)
    await shown(tomorrow)
    assert [row["kind"] for row in await drafts()] == ["delay_slight", "delay_again"]
    assert await send(2, tomorrow) is Held.SENT
    assert await kinds() == ["delay_slight", "delay_again"]


# ---- the live message


async def test_the_live_message_betrays_no_later_day() -> None:
    parcel = await drafted()
    said = await live_of(parcel) or ""
    assert "27 November" not in said
    assert "Planned for Wednesday 25 November." in said


async def test_a_promised_day_that_is_over_is_not_named_by_it() -> None:
    parcel = await shadowed()
    after = NOW + 2 * DAY
    await asks(parcel, None, after)
    assert [row["kind"] for row in await drafts()] == ["late"]
    assert "25 November" not in (await live_of(parcel, after) or "")


async def test_while_a_parcel_is_in_trouble_it_stays_as_it_is() -> None:
    parcel = await shadowed()
    await leave()
    await asks(parcel, answer(scan(NOW, Status.EXCEPTION), eta=PROMISED, reason=Reason.CARRIER), NOW)
    assert await live_of(parcel) is None


async def test_what_is_told_by_itself_is_shown_by_it() -> None:
    parcel = await drafted()
    await asks(parcel, answer(scan(NOW + HOUR, Status.OUT_FOR_DELIVERY), eta=PROMISED + 2 * DAY), NOW + HOUR)
    assert "is out for delivery" in (await live_of(parcel) or "")


async def test_of_a_shop_that_speaks_it_says_all() -> None:
    parcel = await drafted()
    await Merchant.all().update(mode="live")
    assert "27 November" in (await live_of(parcel) or "")


# ---- many


async def test_many_drafts_are_pages_of_one_message() -> None:
    parcel = await shadowed()
    await more(parcel, 9)
    await shown()
    assert len(await posts()) == 1
    text = await says()
    assert text.startswith("9 drafts; this is number 1. To decide: 9.\nDraft to C0, order 2000")
    assert text.endswith("[Send] [Edit] [Don't] [Next]")


async def test_more_of_them_join_the_message_instead_of_making_another() -> None:
    parcel = await shadowed()
    await more(parcel, 8)
    await shown()
    await more(parcel, 6, NOW + MINUTE, "ups", first=8)
    await shown(NOW + MINUTE)
    assert len(await posts()) == 1
    assert (await says()).startswith("14 drafts; this is number 1. To decide: 14.")


async def test_few_drafts_are_messages_of_their_own() -> None:
    parcel = await shadowed()
    await more(parcel, 4)
    await shown()
    assert len(await posts()) == 4


async def test_a_hundred_drafts_within_an_hour_make_few_messages_and_few_edits() -> None:
    parcel = await shadowed()
    await leave()
    calls = []
    for number, slug in enumerate(CARRIERS):
        at = NOW + number * 2 * MINUTE
        await more(parcel, 9, at, slug, first=9 * number)
        await drafting.sweep(at, QUIET)
        calls += [call for call in await leave(at) if call.step is Act.DRAFT]
    assert len(await drafts()) == 9 * len(CARRIERS)
    assert len(await posts()) == 1
    assert len(calls) == len(CARRIERS)


# ---- over by itself


async def test_a_draft_that_is_no_longer_true_says_so_on_itself() -> None:
    parcel = await drafted()
    await asks(parcel, answer(scan(NOW + HOUR, Status.DELIVERED), eta=PROMISED), NOW + HOUR)
    await drafting.sweep(NOW + HOUR, QUIET)
    edits = [call for call in await leave(NOW + HOUR) if call.step is Act.DRAFT]
    assert [call.method for call in edits] == ["editMessageText"]
    assert "No longer true" in edits[0].params["text"]
    assert "reply_markup" not in edits[0].params


async def test_one_that_expires_is_edited_once() -> None:
    parcel = await drafted()
    await asks(parcel, answer(scan(NOW + HOUR, Status.DELIVERED), eta=PROMISED), NOW + HOUR)
    for minutes in range(3):
        await shown(NOW + HOUR + minutes * MINUTE)
    found = await sql.rows("SELECT state FROM outbox WHERE act = 'draft' ORDER BY id")
    assert [row["state"] for row in found] == ["sent", "sent"]


async def test_a_deleted_message_comes_again_only_while_it_asks_for_something() -> None:
    await drafted()
    await sql.run("UPDATE draft_post SET message_id = NULL, digest = 0")
    await drop()
    assert [call for call in await leave() if call.step is Act.DRAFT] == []


async def test_whoever_may_leave_leaves_with_the_next_sweep() -> None:
    parcel = await shadowed()
    await more(parcel, 7)
    await shown()
    await asks(parcel, None, NOW)
    await sql.run("UPDATE finding SET closed_ms = 1, outcome = 'resolved' WHERE shipment_id = 2")
    decided = await rows.decide_all(parcel.merchant.id, Held.ALLOWED, SARA, NOW)
    assert len(decided) == 7
    await shown(NOW + MINUTE)
    assert await states() == ["expired", *["sent"] * 6]
    assert len(await notices()) == 6


# ---- how right they were


async def tally() -> tuple[int, int, int, int, timedelta | None]:
    found = await draft_scores.tally(1)
    return found.drafts, found.right, found.wrong, found.open, found.ahead


async def test_a_draft_whose_parcel_comes_late_was_right_and_so_many_hours_ahead() -> None:
    parcel = await drafted()
    assert await tally() == (1, 0, 0, 1, None)
    late = NOW + 3 * DAY
    await asks(parcel, answer(scan(late, Status.DELIVERED), eta=PROMISED), late)
    assert await tally() == (1, 1, 0, 0, timedelta(hours=37))
    assert "1 would have been right, 37 h ahead in the median." in await says()


async def test_one_whose_parcel_comes_in_time_was_wrong() -> None:
    parcel = await drafted()
    await asks(parcel, answer(scan(NOW + HOUR, Status.DELIVERED), eta=PROMISED), NOW + HOUR)
    assert await tally() == (1, 0, 1, 0, None)
    assert "1 would have been wrong." in await says()


async def test_a_day_that_has_passed_proves_it_before_the_parcel_is_there() -> None:
    parcel = await drafted()
    await asks(parcel, None, NOW + 4 * DAY)
    assert await tally() == (1, 1, 0, 0, timedelta(hours=37))


async def test_a_parcel_counts_once_by_its_first_draft() -> None:
    parcel = await drafted()
    await slips(parcel, 5, NOW + DAY)
    await shown(NOW + DAY)
    assert len(await drafts()) == 2
    assert from_ms((await DraftScore.get()).drafted_ms) == NOW
    assert (await tally())[0] == 1


async def test_what_a_scan_says_foretells_nothing() -> None:
    parcel = await shadowed()
    await asks(parcel, answer(scan(NOW, Status.DELIVERY_ATTEMPTED), eta=PROMISED), NOW)
    await shown()
    assert (await DraftScore.get()).outcome == "fact"
    assert await tally() == (1, 0, 0, 0, None)


async def test_a_warning_after_it_counts_in_its_place() -> None:
    parcel = await drafted()
    await DraftScore.all().update(outcome="fact")
    await slips(parcel, 5, NOW + DAY)
    await shown(NOW + DAY)
    assert (await DraftScore.get()).outcome is None


@pytest.mark.parametrize(("spans", "median"), [((10,), 10), ((10, 20), 15), ((90, 10, 20), 20), ((1, 2, 3, 4), 2.5)])
async def test_the_median_is_the_middle_one_or_the_mean_of_two(spans: tuple[int, ...], median: float) -> None:
    for number, span in enumerate(spans):
        _ = await DraftScore.create(
            shipment_id=number, merchant_id=1, drafted_ms=0, due_ms=span * 3_600_000, outcome="right"
        )
    assert (await tally())[4] == timedelta(hours=median)


# ---- the rest of the house


async def test_the_shop_hears_of_no_customer_who_hears_by_himself() -> None:
    parcel = await shadowed(status="pre_transit")
    at = NOW + DAY
    await sql.run("UPDATE shipment SET status = 'pre_transit', scan_ms = ?, eta_on = NULL", (to_ms(NOW),))
    await asks(parcel, None, at)
    await heads_up.tell_due(at + 20 * MINUTE)
    found = await sql.rows("SELECT payload FROM outbox WHERE act = 'answer'")
    told = [orjson.loads(row["payload"])["facts"] for row in found]
    assert [item["touches"] for one in told for item in one.get("unscanned", one.get("unsent", []))] == [False]


async def test_everything_is_written_down() -> None:
    parcel = await drafted()
    await send()
    await slips(parcel, 6, NOW + DAY)
    await shown(NOW + DAY)
    await drop(2)
    deeds = [(one.deed, one.user_id) for one in await Audit.all().order_by("id")]
    assert deeds == [("draft.show", None), ("draft.send", SARA), ("draft.show", None), ("draft.drop", SARA)]


async def test_a_shop_that_cannot_be_shown_its_drafts_stops_no_other() -> None:
    parcel = await shadowed()
    await slips(parcel)
    await sql.run(
        "INSERT INTO draft (merchant_id, customer_id, kind, state, cause, due_ms)"
        " SELECT 0, customer_id, kind, state, 'other', due_ms FROM draft"
    )
    await sql.run(
        "INSERT INTO draft_part (draft_id, shipment_id, finding_id, mark, slips)"
        " SELECT 2, shipment_id, finding_id, mark, slips FROM draft_part"
    )
    assert await drafting.show_due(NOW) == 1
    assert await states() == ["open", "waiting"]
    [_, waiting] = await drafts()
    assert from_ms(waiting["due_ms"]) == NOW + drafting.SET_ASIDE


async def test_parcels_that_slip_together_are_an_incident_and_no_drafts() -> None:
    await more(await shadowed(), 30)
    assert len(await sql.rows("SELECT id FROM incident")) == 1
    assert await drafts() == []


async def test_what_still_holds_when_an_incident_is_over_becomes_drafts() -> None:
    await more(await shadowed(), 30)
    await incidents.close(1, NOW)
    await releasing.let_go(NOW, QUIET)
    await shown()
    assert await kinds() == []
    assert await states() == ["open"] * 30
    assert (await says()).startswith("30 drafts; this is number 1. To decide: 30.")


async def test_a_draft_is_proven_right_though_an_incident_holds_what_proves_it() -> None:
    parcel = await drafted()
    await more(parcel, 30, NOW + HOUR)
    await asks(parcel, None, NOW + 4 * DAY)
    assert (await DraftScore.get(shipment_id=parcel.shipment.id)).outcome == "right"
