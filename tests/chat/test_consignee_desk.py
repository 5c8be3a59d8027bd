"""What customers say and press reaches a person, once, with its evidence."""

import asyncio
from datetime import timedelta
from typing import Any

import orjson
import pytest

from bot.flows import to_desk
from bot.store.crypt import Vault
from bot.store.models import Audit, Customer, Member, Merchant, Promise, Shipment, Ticket, TicketMessage
from bot.store.ms import from_ms, to_ms
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import GROUP, LAYLA, NOW, SpokenTalk, facts, follow_link, of_act, open_shop, scan
from tests.fakes.talk import Talk, Who, kinds

STRANGER = Who(8002, "Nadia", "en")


@pytest.fixture
def talk(store: str, clock: StandingClock, vault: Vault) -> Talk:
    return SpokenTalk(clock, vault)


async def evidence() -> list[dict[str, Any]]:
    """What the one ticket has recorded."""
    return list(orjson.loads((await Ticket.get()).evidence)["entries"])


async def test_words_open_a_ticket_with_topic_card_and_the_words(talk: Talk) -> None:
    await follow_link(talk, await open_shop())
    rows = await talk.say("It is a birthday present, please help", LAYLA)
    assert [row["act"] for row in rows] == ["topic", "card", "text", "answer"]
    assert {row["lane"] for row in rows[:3]} == {f"desk:{rows[0]['customer_id']}"}
    assert rows[2]["payload"]["text"] == "It is a birthday present, please help"
    assert rows[2]["payload"]["message"] == (await TicketMessage.get()).id
    assert kinds(rows) == ["human_coming"]


async def test_the_promised_answer_is_recorded_and_said(talk: Talk) -> None:
    await follow_link(talk, await open_shop())
    said = facts(await talk.say("help me", LAYLA), "human_coming")
    promise = await Promise.get()
    assert from_ms(promise.due_ms).isoformat() == said["next_at"]
    assert (promise.by_person, promise.open) == (True, 1)
    assert from_ms(promise.due_ms) - NOW == timedelta(hours=2)


async def test_out_of_hours_the_opening_is_named_and_the_answer_lies_in_it(talk: Talk, clock: StandingClock) -> None:
    await follow_link(talk, await open_shop())
    clock.advance(timedelta(hours=9))  # 22:00 in Riyadh
    said = facts(await talk.say("/human", LAYLA), "out_of_hours")
    assert said["back_at"] == "2026-11-25T06:00:00+00:00"
    assert said["next_at"] == "2026-11-25T08:00:00+00:00"


async def test_further_words_join_the_ticket_without_another_answer(talk: Talk) -> None:
    await follow_link(talk, await open_shop())
    await talk.say("first", LAYLA)
    rows = await talk.say("second", LAYLA)
    assert {row["act"] for row in rows} <= {"topic", "card", "text"}
    assert of_act(rows, "text")[0]["payload"]["text"] == "second"
    assert await Ticket.all().count() == 1


async def test_two_first_messages_at_once_make_one_ticket_and_one_topic(talk: Talk, clock: StandingClock) -> None:
    await follow_link(talk, await open_shop())
    other = Talk(clock, talk.vault, update_id=5000, message_id=500)
    rows, more = await asyncio.gather(talk.say("one", LAYLA), other.say("two", LAYLA))
    made = {row["id"]: row for row in [*rows, *more]}
    assert len(of_act(list(made.values()), "topic")) == 1
    assert len(of_act(list(made.values()), "text")) == 2
    assert await Ticket.all().count() == 1


@pytest.mark.parametrize(
    ("media", "kind"),
    [
        ({"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]}, "photo"),
        ({"voice": {"file_id": "a", "file_unique_id": "b", "duration": 1}}, "voice"),
        ({"location": {"latitude": 1.0, "longitude": 2.0}}, "location"),
    ],
)
async def test_media_are_copied_into_the_topic(talk: Talk, media: dict[str, Any], kind: str) -> None:
    await follow_link(talk, await open_shop())
    rows = await talk.say("", LAYLA, **media)
    copy = of_act(rows, "copy")[0]["payload"]
    assert (copy["from_chat_id"], copy["from_message_id"]) == (LAYLA.id, talk.message_id)
    assert (await TicketMessage.get()).media == kind


async def test_a_reply_points_at_the_same_message_in_the_topic(talk: Talk) -> None:
    await follow_link(talk, await open_shop())
    await talk.say("first", LAYLA)
    await TicketMessage.all().update(target_chat_id=GROUP, target_message_id=77)
    chat = {"id": LAYLA.id, "type": "private", "first_name": "L"}
    replied = {"message_id": talk.message_id, "date": 1, "chat": chat}
    rows = await talk.say("and this", LAYLA, reply_to_message=replied)
    assert of_act(rows, "text")[0]["payload"]["reply_to"] == 77


async def test_while_a_ticket_is_open_understood_words_reach_the_topic_too(talk: Talk) -> None:
    await follow_link(talk, await open_shop())
    await talk.say("please help", LAYLA)
    rows = await talk.say("where is my parcel?", LAYLA)
    assert kinds(rows) == ["state"]
    assert of_act(rows, "text")[0]["payload"]["text"] == "where is my parcel?"


async def test_the_robot_question_is_answered_honestly(talk: Talk) -> None:
    await follow_link(talk, await open_shop())
    said = facts(await talk.say("are you a robot?", LAYLA), "robot")
    assert (said["shop"], said["until_at"]) == ("Noor", "2026-11-24T15:00:00+00:00")


async def test_a_pressed_human_button_tells_the_desk_once(talk: Talk) -> None:
    shop = await open_shop()
    await follow_link(talk, shop)
    rows = await talk.press(f"h:{shop.shipment.id}", LAYLA)
    assert [row["payload"]["kind"] for row in of_act(rows, "desk")] == ["desk_human"]
    again = await talk.press(f"h:{shop.shipment.id}", LAYLA)
    assert not of_act(again, "desk", "topic")
    assert facts(again, "human_coming")["next_at"] == facts(rows, "human_coming")["next_at"]
    assert await Promise.all().count() == 1


# ---- buttons with evidence


async def test_nobody_came_is_evidence_beside_what_the_carrier_says(talk: Talk) -> None:
    shop = await open_shop(status="delivery_attempted")
    await scan(shop.shipment, "delivery_attempted", "Recipient absent")
    await follow_link(talk, shop)
    rows = await talk.press(f"n:{shop.shipment.id}", LAYLA)
    entry = (await evidence())[0]
    assert (entry["cause"], entry["at"]) == ("nobody_came", NOW.isoformat())
    assert entry["scans"][0]["text"] == "Recipient absent"
    assert [row["payload"]["kind"] for row in of_act(rows, "desk")] == ["desk_nobody_came"]
    assert "next_at" in facts(rows, "nobody_came")


async def test_not_received_claims_no_inquiry_that_nobody_made(talk: Talk) -> None:
    shop = await open_shop(status="delivered", open=0, delivered_ms=to_ms(NOW - timedelta(hours=2)))
    await scan(shop.shipment, "delivered", "Handed in at reception")
    await follow_link(talk, shop)
    rows = await talk.press(f"x:{shop.shipment.id}", LAYLA)
    said = facts(rows, "not_received")
    assert "inquiry" not in said
    assert (await evidence())[0]["delivered_at"] == (NOW - timedelta(hours=2)).isoformat()
    assert (await Shipment.get()).priority == 1


async def test_i_did_not_get_it_is_understood_as_the_button_where_it_says_delivered(talk: Talk) -> None:
    await follow_link(talk, await open_shop(status="delivered", open=0))
    assert kinds(await talk.say("لم تصل شحنتي", LAYLA)) == ["not_received"]


async def test_sooner_asks_for_the_day_and_offers_days_before_the_expected_one(talk: Talk) -> None:
    shop = await open_shop(eta_on="2026-11-27")
    await follow_link(talk, shop)
    rows = await talk.press(f"s:{shop.shipment.id}", LAYLA)
    assert kinds(rows) == ["sooner_ask"]
    offered = [row[0][1] for row in rows[0]["payload"]["buttons"]]
    assert offered == [f"s:{shop.shipment.id}:2026-11-{day}" for day in (25, 26)] + [f"h:{shop.shipment.id}"]
    assert await Ticket.all().count() == 0


@pytest.mark.parametrize("answer", ["الخميس", "26/11", "٢٦ نوفمبر", "s"])
async def test_the_day_he_names_raises_the_priority_and_opens_a_ticket(talk: Talk, answer: str) -> None:
    shop = await open_shop(eta_on="2026-11-28")
    await follow_link(talk, shop)
    await talk.press(f"s:{shop.shipment.id}", LAYLA)
    day = f"s:{shop.shipment.id}:2026-11-26"
    rows = await (talk.press(day, LAYLA) if answer == "s" else talk.say(answer, LAYLA))
    assert facts(rows, "sooner_noted")["needed_on"] == "2026-11-26"
    parcel = await Shipment.get()
    assert (parcel.needed_on, parcel.priority) == ("2026-11-26", 2)
    assert (await evidence())[0]["eta_on"] == "2026-11-28"


async def test_no_day_at_all_goes_to_a_person(talk: Talk) -> None:
    shop = await open_shop()
    await follow_link(talk, shop)
    await talk.press(f"s:{shop.shipment.id}", LAYLA)
    rows = await talk.say("before my daughter's party", LAYLA)
    assert kinds(rows) == ["human_coming"]
    assert of_act(rows, "text")


NOBODY_NEED_ACT = {"k": "wait_noted", "f": "all_fine", "i": "wasnt_in", "w": "state"}
SOMEBODY_MUST_ACT = {
    "d": "day_ask", "a": "address_ask", "t": "too_late_noted", "p": "something_wrong", "r": "more_time_noted",
}  # fmt: skip


@pytest.mark.parametrize(("verbs", "tickets"), [(NOBODY_NEED_ACT, 0), (SOMEBODY_MUST_ACT, 1)])
async def test_every_button_is_answered_and_opens_a_ticket_where_somebody_must_act(
    talk: Talk, verbs: dict[str, str], tickets: int
) -> None:
    shop = await open_shop()
    await follow_link(talk, shop)
    for verb, kind in verbs.items():
        assert kinds(await talk.press(f"{verb}:{shop.shipment.id}", LAYLA)) == [kind]
    assert await Ticket.all().count() == tickets
    assert await Audit.all().count() == len(verbs.keys() - {"w"})


async def test_a_button_pressed_twice_changes_nothing_more(talk: Talk) -> None:
    shop = await open_shop()
    await follow_link(talk, shop)
    await talk.press(f"a:{shop.shipment.id}", LAYLA)
    again = await talk.press(f"a:{shop.shipment.id}", LAYLA)
    assert kinds(again) == ["address_ask"]
    assert not of_act(again, "desk", "topic")
    assert len(await evidence()) == 1


async def test_only_a_follower_touches_a_parcel(talk: Talk) -> None:
    shop = await open_shop()
    for press in ("n:{id}", "s:{id}:2026-11-26", "w:{id}", "x:999999", "n:abc", "s:{id}:yesterday", "h:٣"):
        rows = await talk.press(press.format(id=shop.shipment.id), STRANGER)
        assert kinds(rows) == ["parcel_gone"]
    assert await Ticket.all().count() == 0


# ---- guests, several shops, no desk


async def test_who_has_no_parcel_is_the_guest_of_the_only_shop(talk: Talk) -> None:
    shop = await open_shop()
    rows = await talk.say("Do you ship to Kuwait?", STRANGER)
    assert kinds(rows) == ["human_coming"]
    guest = await Customer.get()
    assert (guest.merchant_id, guest.name) == (shop.merchant.id, "Nadia")


async def test_with_several_shops_he_is_asked_which_and_his_words_wait(talk: Talk) -> None:
    await open_shop()
    rose = await open_shop("Rose", number="77", tracking="RB123456799GB", desk=-100600)
    first = await talk.say("Do you ship to Kuwait?", STRANGER)
    assert kinds(first) == ["which_shop"]
    await talk.say("And how fast?", STRANGER)
    rows = await talk.press(f"g:{rose.merchant.id}", STRANGER)
    assert [row["payload"]["text"] for row in of_act(rows, "text")] == ["Do you ship to Kuwait?", "And how fast?"]
    assert kinds(rows) == ["human_coming"]
    assert (await Customer.get()).merchant_id == rose.merchant.id


async def test_without_a_shop_nothing_breaks(talk: Talk) -> None:
    assert kinds(await talk.say("hello there, anybody?", STRANGER)) == ["nothing_here"]


async def test_without_a_desk_the_owner_reads_it_and_a_desk_bound_later_gets_everything(
    talk: Talk, clock: StandingClock
) -> None:
    shop = await open_shop(desk=None)
    _ = await Member.create(merchant_id=shop.merchant.id, user_id=1, role="owner", created_ms=0)
    await follow_link(talk, shop)
    rows = await talk.say("please help", LAYLA) + await talk.say("are you there now?", LAYLA)
    to_owner = [row for row in rows if row["chat_id"] == 1]
    assert [row["act"] for row in to_owner] == ["answer", "text", "text"]
    assert not of_act(rows, "topic", "card")
    await Merchant.all().update(desk_chat_id=GROUP)
    assert await to_desk.bring_to_desk(shop.merchant.id, clock.now()) == 1
    assert {one.fate for one in await TicketMessage.all()} == {"queued"}


async def test_a_banned_customer_is_heard_by_nobody(talk: Talk) -> None:
    await follow_link(talk, await open_shop())
    await Customer.all().update(banned_ms=1)
    assert await talk.say("you are all liars", LAYLA) == []
    assert await Ticket.all().count() == 0


async def test_who_writes_can_be_reached_again(talk: Talk) -> None:
    await follow_link(talk, await open_shop())
    await Customer.all().update(unreachable_ms=1, unreachable_reason="blocked")
    await talk.say("I am back, please help", LAYLA)
    assert (await Customer.get()).unreachable_ms is None


async def test_telegrams_own_notes_about_the_chat_are_nobodys_words(talk: Talk) -> None:
    await follow_link(talk, await open_shop())
    pinned = {"message_id": 3, "date": 1, "chat": {"id": LAYLA.id, "type": "private", "first_name": "L"}}
    assert await talk.say("", LAYLA, pinned_message=pinned) == []


async def test_thanks_are_no_matter_for_a_person(talk: Talk) -> None:
    await follow_link(talk, await open_shop())
    assert kinds(await talk.say("شكرا", LAYLA)) == ["thanks_noted"]
    assert await Ticket.all().count() == 0


async def test_a_note_for_the_courier_is_asked_for_and_its_words_reach_the_desk(talk: Talk) -> None:
    shop = await open_shop()
    await follow_link(talk, shop)
    await Shipment.filter(id=shop.shipment.id).update(status="out_for_delivery")
    rows = await talk.press(f"c:{shop.shipment.id}", LAYLA)
    assert "courier_note_ask" in kinds(rows)
    assert [row["payload"]["kind"] for row in of_act(rows, "desk")] == ["desk_courier_note"]
    words = await talk.say("The bell is broken, please ring", LAYLA)
    assert of_act(words, "text")[0]["payload"]["text"] == "The bell is broken, please ring"
