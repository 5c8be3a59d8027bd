"""How it went: asked once a ticket, one tap, changed for a while, never by a stranger; a low one is made up for."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from bot.domain.outgoing import Act, Leaving, Priority
from bot.flows import facts as composed_facts
from bot.flows import heard, outgoing
from bot.flows.calls import Call, Later
from bot.flows.outgoing import Composer
from bot.store import outbox
from bot.store.crypt import Vault
from bot.store.models import Audit, Customer, Member, OutboxRow, Person, Promise, Rating, Shipment, Ticket
from bot.store.ms import to_ms
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import GROUP, LAYLA, NOW, SpokenTalk, facts, follow_link, of_act, open_shop
from tests.fakes.desk import OMAR, SARA, join
from tests.fakes.talk import Talk, Who, kinds

TOPIC = 900
STRANGER = Who(8002, "Nadia", "en")


@pytest.fixture
def talk(store: str, clock: StandingClock, vault: Vault) -> Talk:
    return SpokenTalk(clock, vault)


async def at_desk(talk: Talk, text: str, **more: Any) -> list[Any]:
    return await talk.say(text, SARA, group=GROUP, message_thread_id=TOPIC, **more)


async def answered(talk: Talk) -> Ticket:
    """Sara has answered Layla's words."""
    shop = await open_shop()
    await follow_link(talk, shop)
    await talk.press(f"h:{shop.shipment.id}", LAYLA)
    await Customer.all().update(topic_chat_id=GROUP, topic_id=TOPIC, card_message_id=901)
    await join(talk, SARA)
    await at_desk(talk, "It comes tomorrow")
    return await Ticket.get()


async def asked(talk: Talk) -> Rating:
    """She has ended it and reads the question."""
    ticket = await answered(talk)
    await talk.press(f"ok:{ticket.id}", LAYLA, 39)
    return await Rating.get()


async def questions() -> list[Leaving]:
    """The questions that wait in the outbox."""
    rows = await OutboxRow.filter(state="queued", act="notice")
    return [
        Leaving(
            row.id, Act.NOTICE, orjson.loads(row.payload), row.cause, Priority(row.priority), row.lane, 1, NOW,
            chat_id=row.chat_id, customer_id=row.customer_id, merchant_id=row.merchant_id,
        )
        for row in rows
        if orjson.loads(row.payload)["kind"] == "rating_ask"
    ]  # fmt: skip


# ---- asked


async def test_after_an_agent_s_closing_it_is_asked_a_little_later(talk: Talk) -> None:
    _ = await answered(talk)
    await at_desk(talk, "/close")
    row = await OutboxRow.get(act="notice")
    assert row.due_ms == to_ms(NOW + timedelta(minutes=10))
    assert (await Rating.get()).asked_ms is None
    [question] = await questions()
    composed = await composed_facts.notice(question, NOW)
    assert composed is not None
    assert composed.facts["agent"] == "Sara"
    assert [target.split(":")[-1] for _, target in composed.buttons[0]] == ["1", "2", "3", "4", "5"]
    await heard.remember(question, NOW + timedelta(minutes=10))
    assert (await Rating.get()).asked_ms == to_ms(NOW + timedelta(minutes=10))


async def test_in_the_night_it_waits_for_the_morning(talk: Talk) -> None:
    _ = await answered(talk)
    await at_desk(talk, "/close")
    [question] = await questions()
    composer = Composer(composed_facts.notice, composed_facts.live, composed_facts.notice, "22-8")
    night = NOW.replace(hour=21)  # midnight in Riyadh
    assert await outgoing.prepare(question, composer, night) == Later(night.replace(day=25, hour=5))
    assert isinstance(await outgoing.prepare(question, composer, NOW), Call)


@pytest.mark.parametrize("closing", ["/close spam", "/close abuse", "/close Duplicate"])
async def test_it_is_not_asked_where_the_end_was_none_of_ours(talk: Talk, closing: str) -> None:
    _ = await answered(talk)
    await at_desk(talk, closing)
    assert await Rating.all().count() == 0


async def test_it_is_not_asked_where_no_person_has_answered(talk: Talk) -> None:
    shop = await open_shop()
    await follow_link(talk, shop)
    await talk.press(f"h:{shop.shipment.id}", LAYLA)
    await Customer.all().update(topic_chat_id=GROUP, topic_id=TOPIC, card_message_id=901)
    await join(talk, SARA)
    await at_desk(talk, "/close")
    assert await Rating.all().count() == 0


async def test_who_is_banned_meanwhile_is_not_asked(talk: Talk) -> None:
    _ = await answered(talk)
    await at_desk(talk, "/close")
    [question] = await questions()
    await Customer.all().update(banned_ms=1)
    assert await composed_facts.notice(question, NOW) is None


async def test_opened_again_before_it_left_it_is_asked_at_the_real_end(talk: Talk) -> None:
    _ = await answered(talk)
    await at_desk(talk, "/close")
    await at_desk(talk, "/reopen")
    assert (await questions(), await Rating.all().count()) == ([], 0)
    await at_desk(talk, "/close")
    assert len(await questions()) == 1


async def test_once_asked_it_is_not_asked_again(talk: Talk) -> None:
    ticket = await answered(talk)
    await at_desk(talk, "/close")
    [question] = await questions()
    await heard.remember(question, NOW)
    await outbox.settle([outbox.Settled(question, "sent", 5)], NOW)
    await talk.say("The box is broken", LAYLA)
    await at_desk(talk, "/close")
    assert (await questions(), await Rating.all().count()) == ([], 1)
    assert (await Ticket.get(id=ticket.id)).reopened == 1


# ---- said


async def test_one_tap_is_kept_with_who_had_it(talk: Talk) -> None:
    rating = await asked(talk)
    rows = await talk.press(f"rt:{rating.id}:5", LAYLA, 66)
    kept = await Rating.get()
    assert (kept.stars, kept.rated_ms, kept.agent_id, kept.asked_ms) == (5, to_ms(NOW), SARA.id, to_ms(NOW))
    assert (kinds(rows), rows[-1]["payload"]["message_id"]) == (["rating_noted"], 66)
    assert not of_act(rows, "desk", "topic")
    assert await Audit.filter(deed="customer.rated", detail="5").count() == 1


async def test_it_changes_for_a_day_and_stands_then(talk: Talk, clock: StandingClock) -> None:
    rating = await asked(talk)
    await talk.press(f"rt:{rating.id}:3", LAYLA)
    clock.advance(timedelta(hours=23))
    assert kinds(await talk.press(f"rt:{rating.id}:4", LAYLA, 41)) == ["rating_noted"]
    assert kinds(await talk.press(f"rt:{rating.id}:4", LAYLA, 42)) == ["rating_noted"]
    clock.advance(timedelta(hours=2))
    assert facts(await talk.press(f"rt:{rating.id}:5", LAYLA), "rating_kept")["stars"] == 4
    assert (await Rating.get()).stars == 4


async def test_a_week_later_it_is_kindly_too_late(talk: Talk, clock: StandingClock) -> None:
    rating = await asked(talk)
    clock.advance(timedelta(days=8))
    rows = await talk.press(f"rt:{rating.id}:1", LAYLA)
    assert (kinds(rows), (await Rating.get()).stars) == (["rating_over"], None)
    assert rows[0]["payload"]["buttons"] == [[["human", "h:0"]]]


@pytest.mark.parametrize("data", ["rt:{}:5", "rt:{}:0", "rt:{}:6", "rt:{}:x", "rt:x:5", "rt:{}", "rc:{}", "rc:x"])
async def test_a_stranger_s_press_says_nothing_and_keeps_nothing(talk: Talk, data: str) -> None:
    rating = await asked(talk)
    assert kinds(await talk.press(data.format(rating.id), STRANGER)) == ["not_for_you"]
    assert (await Rating.get()).stars is None


@pytest.mark.parametrize("data", ["rt:{}:0", "rt:{}:6", "rt:{}:x", "rt:{}", "rc:{}"])
async def test_a_forged_press_of_his_own_keeps_nothing(talk: Talk, data: str) -> None:
    rating = await asked(talk)
    assert kinds(await talk.press(data.format(rating.id), LAYLA)) == ["not_for_you"]
    assert (await Rating.get()).stars is None


async def test_a_few_words_are_kept_and_open_nothing(talk: Talk) -> None:
    rating = await asked(talk)
    await talk.press(f"rt:{rating.id}:5", LAYLA)
    assert kinds(await talk.press(f"rc:{rating.id}", LAYLA)) == ["rating_comment_ask"]
    rows = await talk.say("Late, but so kind", LAYLA)
    assert (kinds(rows), (await Rating.get()).comment) == (["rating_comment_noted"], "Late, but so kind")
    assert (await Ticket.get()).closed_ms is not None
    await talk.say("And where is my refund?", LAYLA)
    assert (await Ticket.get()).closed_ms is None


# ---- made up for


async def test_a_low_one_opens_a_case_for_who_leads_with_the_whole_story(talk: Talk) -> None:
    rating = await asked(talk)
    await Shipment.all().update(promised_on="2026-11-20", eta_on="2026-11-24")
    for who, role in ((OMAR, "lead"), (STRANGER, "owner")):
        _ = await Member.create(merchant_id=rating.merchant_id, user_id=who.id, role=role, created_ms=0)
        _ = await Person.update_or_create({"name": who.name, "private_ms": 0}, user_id=who.id)
    rows = await talk.press(f"rt:{rating.id}:1", LAYLA)
    case = await Ticket.get(cause="recovery")
    assert (case.assignee_id, case.state, (await Rating.get()).recovery_id) == (OMAR.id, "waiting_us", case.id)
    story = facts(of_act(rows, "desk"), "recovery")
    assert (story["stars"], story["days_late"], story["had_by"], story["order"]) == (1, 4, "Sara", "1001")
    assert {"opened_at", "answered_at", "closed_at", "next_at"} <= story.keys()
    private = [row for row in rows if row["chat_id"] == OMAR.id]
    assert [row["payload"]["kind"] for row in private] == ["recovery"]
    assert not [row for row in rows if row["chat_id"] == STRANGER.id]
    low = facts(rows, "rated_low")
    assert (low["agent"], low["lead"], low["days_late"]) == ("Omar", True, 4)
    assert (await Promise.get(ticket_id=case.id)).open == 1


async def test_a_lead_who_cannot_be_told_in_private_has_it_all_the_same_and_is_named_at_the_desk(talk: Talk) -> None:
    rating = await asked(talk)
    _ = await Member.create(merchant_id=rating.merchant_id, user_id=OMAR.id, role="lead", alias="Omar", created_ms=0)
    rows = await talk.press(f"rt:{rating.id}:1", LAYLA)
    assert (await Ticket.get(cause="recovery")).assignee_id == OMAR.id
    assert facts(of_act(rows, "desk"), "recovery")["leads"] == "Omar"
    assert not [row for row in rows if row["chat_id"] == OMAR.id]


async def test_a_second_low_tap_opens_no_second_case(talk: Talk) -> None:
    rating = await asked(talk)
    await talk.press(f"rt:{rating.id}:1", LAYLA)
    rows = await talk.press(f"rt:{rating.id}:2", LAYLA, 41)
    assert (kinds(rows), await Ticket.filter(cause="recovery").count()) == (["rating_noted"], 1)


async def test_without_anybody_who_leads_the_case_waits_at_the_desk(talk: Talk) -> None:
    rating = await asked(talk)
    rows = await talk.press(f"rt:{rating.id}:2", LAYLA)
    assert (await Ticket.get(cause="recovery")).assignee_id is None
    assert "agent" not in facts(rows, "rated_low")
    assert len(of_act(rows, "desk")) == 1


async def test_its_words_and_a_low_rating_reach_the_same_open_case(talk: Talk) -> None:
    rating = await asked(talk)
    await talk.press(f"rt:{rating.id}:2", LAYLA)
    rows = await talk.say("It was four days late", LAYLA)
    assert of_act(rows, "text")[0]["payload"]["text"] == "It was four days late"
    assert await Ticket.filter(closed_ms=None).count() == 1


async def test_the_person_with_the_fewest_cases_gets_the_next(talk: Talk) -> None:
    rating = await asked(talk)
    for who in (SARA, OMAR):
        _ = await Member.create(merchant_id=rating.merchant_id, user_id=who.id, role="lead", created_ms=0)
        _ = await Person.update_or_create({"name": who.name, "private_ms": 0}, user_id=who.id)
    _ = await Ticket.create(
        merchant_id=rating.merchant_id, customer_id=0, cause="recovery", assignee_id=SARA.id, opened_ms=0
    )
    await talk.press(f"rt:{rating.id}:1", LAYLA)
    assert (await Ticket.get(customer_id=rating.customer_id, cause="recovery")).assignee_id == OMAR.id


def test_acts_of_places_may_be_repeated() -> None:
    from bot.domain.outgoing import REPEATABLE

    assert Act.PLACE in REPEATABLE
