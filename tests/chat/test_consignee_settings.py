"""Customers choose how they are spoken to, see what is kept of them, and are forgotten."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from bot.domain.outgoing import Act, Leaving, Priority
from bot.flows import facts as facts_of
from bot.flows import privacy, settings_of_person
from bot.store import erasure
from bot.store.crypt import Vault
from bot.store.customers import has_consent
from bot.store.models import Customer, Follow, Order, OutboxRow, Person, Promise, Ticket, TicketMessage
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import GROUP, LAYLA, SpokenTalk, facts, follow_link, of_act, open_shop
from tests.fakes.shopkeeper import words
from tests.fakes.talk import Talk, kinds


@pytest.fixture
def talk(store: str, clock: StandingClock, vault: Vault) -> Talk:
    return SpokenTalk(clock, vault)


async def test_a_language_is_set_in_one_line_and_answered_in_it(talk: Talk) -> None:
    await follow_link(talk, await open_shop())
    await OutboxRow.all().update(state="sent")
    rows = await talk.say("/language فارسی", LAYLA)
    answer = of_act(rows, "answer")[0]["payload"]
    assert (answer["kind"], answer["reader"]["locale"]) == ("language_set", "fa")
    assert len(of_act(rows, "live")) == 1
    assert (await Person.get(user_id=LAYLA.id)).locale == "fa"


async def test_a_language_is_offered_by_buttons_in_its_own_words(talk: Talk) -> None:
    rows = await talk.say("/language", LAYLA)
    assert [row[0] for row in rows[0]["payload"]["buttons"][:3]] == [
        ["=English", "set:locale:en"], ["=العربية", "set:locale:ar"], ["=فارسی", "set:locale:fa"],
    ]  # fmt: skip
    pressed = await talk.press("set:locale:fa", LAYLA, message_id=40)
    assert (kinds(pressed), pressed[0]["payload"]["message_id"]) == (["language_set"], 40)


SETTINGS = (
    ("/settings quiet 23-6", "quiet", "23-6"),
    ("/settings quiet ٢١-٧", "quiet", "21-7"),
    ("/settings quiet off", "quiet", "off"),
    ("/settings quiet 22:30  -  07:15", "quiet", "22:30-07:15"),
    ("/settings zone Asia/Tehran", "zone", "Asia/Tehran"),
    ("/settings digits arab", "digits", "arab"),
    ("/settings calendar umalqura", "calendar", "umalqura"),
    ("/settings language en", "locale", "en"),
)


async def test_each_setting_is_written_in_one_line(talk: Talk) -> None:
    for said, column, value in SETTINGS:
        await talk.say(said, LAYLA)
        assert getattr(await Person.get(user_id=LAYLA.id), column) == value


async def test_a_setting_goes_back_to_the_default(talk: Talk) -> None:
    await talk.say("/settings quiet 23-6", LAYLA)
    await talk.say("/settings quiet default", LAYLA)
    assert (await Person.get(user_id=LAYLA.id)).quiet is None


REFUSED = (
    ("/settings quiet 26-99", "settings_wrong"),
    ("/settings zone ../../etc/passwd", "settings_wrong"),
    ("/settings zone Mars", "settings_wrong"),
    ("/settings colour blue", "settings_unknown"),
    ("/settings colour", "not_for_you"),
    ("/language klingon", "language_wrong"),
)


async def test_what_cannot_be_set_is_said_and_not_written(talk: Talk) -> None:
    for said, kind in REFUSED:
        assert kinds(await talk.say(said, LAYLA)) == [kind]
    person = await Person.get(user_id=LAYLA.id)
    assert (person.quiet, person.zone, person.locale) == (None, None, None)


async def test_settings_show_what_holds(talk: Talk) -> None:
    await follow_link(talk, await open_shop())
    said = facts(await talk.say("/settings", LAYLA), "settings")
    assert (said["zone"], said["quiet"], said["paused"]) == ("Asia/Riyadh", {"from": "22:00", "to": "08:00"}, False)


@pytest.mark.parametrize("how", ["/settings pause", "set:pause"])
async def test_a_pause_withdraws_the_consent_until_resumed(talk: Talk, how: str) -> None:
    await follow_link(talk, await open_shop())
    customer = await Customer.get()
    rows = await (talk.press(how, LAYLA) if ":" in how else talk.say(how, LAYLA))
    assert kinds(rows) == ["settings_paused"]
    assert not await has_consent(customer.id)
    assert facts(await talk.say("/settings", LAYLA), "settings")["paused"]
    await talk.press("set:resume", LAYLA)
    assert await has_consent(customer.id)


async def test_a_notice_to_who_paused_is_not_said(talk: Talk, clock: StandingClock) -> None:
    shop = await open_shop()
    await follow_link(talk, shop)
    row = Leaving(
        1, Act.NOTICE, {"kind": "late", "shipments": [shop.shipment.id]}, "c", Priority.WARNING, "chat:1", 0,
        clock.now(), customer_id=(await Customer.get()).id,
    )  # fmt: skip
    assert await facts_of.notice(row, clock.now()) is not None
    await talk.say("/settings pause", LAYLA)
    assert await facts_of.notice(row, clock.now()) is None


@pytest.mark.parametrize(
    ("word", "tag"),
    [("Arabic", "ar"), ("العربية", "ar"), ("ar-MA", "ar_MA"), ("FARSI", "fa"), ("xx", None), ("", None)],
)
def test_a_language_is_known_by_its_names_and_tags(word: str, tag: str | None) -> None:
    assert settings_of_person.language(word) == tag


# ---- what is kept, and its end


def document(rows: list[Any]) -> dict[str, Any]:
    """The parts put together again."""
    return dict(orjson.loads("".join(row["payload"]["text"] for row in of_act(rows, "text"))))


async def test_mydata_is_a_whole_json_document_in_parts_that_fit(talk: Talk) -> None:
    await follow_link(talk, await open_shop())
    for number in range(5):
        await talk.say(f"I need help, message {number} " + "😀" * 1000, LAYLA)
    rows = await talk.say("/mydata", LAYLA)
    kept = document(rows)
    assert len(kept["messages"]) == 5
    assert kept["orders"][0]["phone"] == "0501234567"
    parts = of_act(rows, "text")
    assert [row["act"] for row in rows] == ["answer", *["text"] * len(parts)]
    assert len(parts) == facts(rows, "mydata")["count"] > 1
    assert all(privacy.utf16(part["payload"]["text"]) <= 4096 for part in parts)


async def test_mydata_of_a_stranger_knows_only_that_he_spoke(talk: Talk) -> None:
    await open_shop()
    assert document(await talk.say("/mydata", LAYLA)).keys() == {"person"}


async def forget(talk: Talk) -> list[Any]:
    """Both confirmations."""
    first = (await talk.say("/forgetme", LAYLA))[0]["payload"]["buttons"][0][0][1]
    second = (await talk.press(first, LAYLA))[0]["payload"]["buttons"][0][0][1]
    return await talk.press(second, LAYLA)


async def test_nothing_is_erased_before_both_confirmations(talk: Talk, clock: StandingClock) -> None:
    await follow_link(talk, await open_shop())
    first = (await talk.say("/forgetme", LAYLA))[0]["payload"]["buttons"][0][0][1]
    second = await talk.press(first, LAYLA)
    assert kinds(second) == ["forget_sure"]
    assert kinds(await talk.press("forget:no", LAYLA, message_id=41)) == ["forget_kept"]
    clock.advance(timedelta(minutes=11))
    assert kinds(await talk.press(second[0]["payload"]["buttons"][0][0][1], LAYLA, 42)) == ["forget_late"]
    assert await Follow.all().count() == 1


async def test_being_forgotten_erases_name_contact_words_and_follows(talk: Talk) -> None:
    await follow_link(talk, await open_shop())
    await talk.say("my secret is here", LAYLA)
    rows = await forget(talk)
    assert kinds(rows) == ["forgotten"]
    order, customer, words = await Order.get(), await Customer.get(), await TicketMessage.get()
    assert (order.name, order.phone, order.email) == (None, None, None)
    assert (customer.name, words.text, await Follow.all().count()) == ("", "", 0)
    assert customer.user_id < 0
    assert await Person.filter(user_id=LAYLA.id).count() == 0
    assert (await Ticket.get()).state == "closed"
    assert await Promise.filter(open=1).count() == 0


async def test_the_forgotten_one_is_not_told_of_a_parcel_under_way_that_it_has_gone_for_sure(talk: Talk) -> None:
    shop = await open_shop()
    await follow_link(talk, shop)
    await forget(talk)
    await talk.say("/language en", LAYLA)
    said = await talk.press(f"w:{shop.shipment.id}", LAYLA)
    assert kinds(said) == ["parcel_gone"]
    assert "not among those you follow here, or" in words(said)


async def test_nothing_queued_for_the_forgotten_leaves_but_the_last_word(talk: Talk) -> None:
    await follow_link(talk, await open_shop())
    await talk.say("my secret is here", LAYLA)
    await forget(talk)
    left = await OutboxRow.filter(state="queued")
    assert [orjson.loads(row.payload)["kind"] for row in left] == ["forgotten"]
    assert not [row for row in await OutboxRow.all() if "secret" in row.payload]


async def test_words_in_the_topic_are_deleted_and_the_agents_are_told(talk: Talk) -> None:
    await follow_link(talk, await open_shop())
    await talk.say("my secret is here", LAYLA)
    await TicketMessage.all().update(target_chat_id=GROUP, target_message_id=77)
    await Customer.all().update(topic_chat_id=GROUP, topic_id=9)
    rows = await forget(talk)
    assert of_act(rows, "delete")[0]["payload"] == {"message_id": 77}
    assert [row["payload"]["kind"] for row in of_act(rows, "desk")] == ["desk_forgotten"]


async def test_a_keyed_hash_of_the_forgotten_remains_until_he_comes_back(talk: Talk) -> None:
    shop, other = await open_shop(), await open_shop("Rose", number="77", tracking="RB123456799GB", desk=None)
    await follow_link(talk, shop)
    await forget(talk)
    assert await erasure.is_suppressed(LAYLA.id)
    assert not await erasure.is_suppressed(LAYLA.id + 1)
    assert kinds(await follow_link(talk, shop)) == ["link_used"]
    assert kinds(await follow_link(talk, other)) == ["greeting"]
    assert not await erasure.is_suppressed(LAYLA.id)


def test_pieces_of_a_document_are_the_document() -> None:
    text = "".join(f"line {n} {'😀' * (n % 90)}\n" for n in range(600)) + "x" * 9000
    assert "".join(privacy.chunks(text)) == text
    assert max(privacy.utf16(piece) for piece in privacy.chunks(text)) <= privacy.CHUNK
