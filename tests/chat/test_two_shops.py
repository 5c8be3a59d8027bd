"""What is one shop's does not exist for another: every button and every command of the bot is tried across."""

from collections.abc import Iterator
from typing import Any

import pytest
from aiogram import Router

from bot.chat.app import dispatcher
from bot.chat.filters import Pressed, Said
from bot.chat.speaking import Does
from bot.flows.ports import MemberView
from bot.store import sql
from bot.store.crypt import Vault
from bot.store.models import Customer, Follow, Member, Order, Shipment, Ticket, TicketMessage
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import of_act
from tests.fakes.desk import OMAR, SARA, TOPIC, Desk, open_desk, own
from tests.fakes.rows import GROUP
from tests.fakes.shops import (
    MARKS,
    NADIA,
    NOBODYS,
    NUMBER,
    ORDER,
    RAMI,
    THEIR_AGENT,
    THEIR_GROUP,
    THEIR_TOPIC,
    THEIRS,
    UNKNOWN_NUMBER,
    UNKNOWN_ORDER,
    open_both,
    plain,
    theirs,
)
from tests.fakes.talk import Talk, Who, kinds

USUAL = ("{id}", "{id}:{id}:s")
FORMS: dict[str, tuple[str, ...]] = {
    "s": ("{id}", "{id}:2026-11-26"),
    "lo": ("{id}:s", "{id}:m"),
    "df": ("{id}:{id}:s", "{id}:{id}:e", "{id}:{id}:d", "{id}:{id}:v"),
    "an": ("k:{id}:29930000", "n:{id}:29930000"),
    "ic": ("{id}:w", "{id}:s", "{id}:n"),
}
"""What stands behind a verb, where an argument leads further in than the usual ones."""
OPEN_TO_ALL = {"g"}
"""A customer's choice of a shop to write to: any shop may be chosen."""
NAMED = (
    (NUMBER, UNKNOWN_NUMBER),
    (ORDER, UNKNOWN_ORDER),
    (str(THEIRS), str(NOBODYS)),
    ("@zaynab lead", "@nobody lead"),
    ("@violetta", "@nobodyy"),
    ("use violet", "use vertigo"),
    ("test ups", "test usps"),
    ("remove ups", "remove usps"),
    ("alias @zaynab Zara", "alias @nobody Zara"),
    ("remove @violetta", "remove @nobodyy"),
    (f"add {NUMBER} carrier=ups", f"add {UNKNOWN_NUMBER} carrier=ups"),
)
"""How a command names something of theirs, and how something that does not exist."""
ALONE = {"forgetme", "mydata", "start"}
"""Commands about who says them, and links that open what they open for anybody."""
BY_NUMBER = {"track"}
"""In private whoever knows a tracking number reads the carrier's status of it, and no more; see its own test."""


def _routers(router: Router) -> Iterator[Router]:
    yield router
    for one in router.sub_routers:
        yield from _routers(one)


def _filters(kind: str) -> Iterator[Any]:
    for router in _routers(dispatcher()):
        for handler in router.observers[kind].handlers:
            yield from (one.callback for one in handler.filters or ())


def verbs() -> list[str]:
    """The verb of every button, from the handlers themselves."""
    return sorted({verb for one in _filters("callback_query") if isinstance(one, Pressed) for verb in one.verbs})


def commands(*, in_topic: bool) -> list[str]:
    """Every command of a topic, or of a private chat, from the handlers themselves."""
    if in_topic:
        return sorted({word for one in _filters("message") if isinstance(one, Does) for word in one.words})
    said = [one for one in _filters("message") if isinstance(one, Said) and not one.group]
    return sorted({word for one in said for word in one.words})


# Thousands of presses: what they cover is covered elsewhere, and which shop a query asks for stands in the same words
# on both kinds of database.
ACROSS = [pytest.mark.no_cover, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def across(test: Any) -> Any:
    for mark in ACROSS:
        test = mark(test)
    return test


@pytest.fixture
async def desk(store: str, clock: StandingClock, vault: Vault) -> Desk:
    made = await open_desk(Talk(clock, vault))
    await open_both(made)
    return made


def test_the_buttons_and_commands_are_found_where_they_are_handled() -> None:
    assert len(verbs()) >= 38
    assert {"w", "df", "ic", "tl", "sl", "g", *FORMS} <= set(verbs())
    assert len(commands(in_topic=True)) >= 15
    assert len(commands(in_topic=False)) >= 24
    assert {"out", "team", "shipment", *ALONE, *BY_NUMBER} <= set(commands(in_topic=False))


async def _alike(desk: Desk, tries: list[tuple[str, str, Any]]) -> list[str]:
    """What is answered differently for a thing of theirs and, before and after it, for one that does not exist.

    Twice before: what opens a matter the first time goes on with it the second.
    """
    differing, answered = [], 0
    for their, none, say in tries:
        named = (*_parts(their), *_parts(none))
        none_before = [plain(await say(none), *named) for _ in range(2)]
        told = plain(await say(their), *named)
        answered += bool(told)
        if told not in (*none_before, plain(await say(none), *named)):
            differing.append(f"{their}: {told}")
    assert answered > 5
    return differing


def _parts(said: str) -> tuple[str, ...]:
    """The words by which the thing was named: they come back in answers."""
    return tuple(word for word in said.replace(":", " ").split() if len(word) > 2 and not word.startswith("/"))


@across
@pytest.mark.parametrize("who", ["owner", "agent", "customer"])
async def test_no_button_tells_or_does_anything_about_another_shops_things(desk: Desk, who: str) -> None:
    before = await theirs()
    assert len(before) > 15

    async def press(data: str) -> list[Any]:
        person = {"owner": NADIA, "agent": SARA, "customer": RAMI}[who]
        rows = await desk.talk.press(data, person, 40, group=GROUP if who == "agent" else None)
        return rows + [_toast(one) for one in desk.talk.toasts()]

    forms = [(verb, form) for verb in verbs() if verb not in OPEN_TO_ALL for form in FORMS.get(verb, USUAL)]
    tries = [(f"{v}:{f.format(id=THEIRS)}", f"{v}:{f.format(id=NOBODYS)}", press) for v, f in forms]
    assert await _alike(desk, tries) == []
    assert await theirs() == before
    assert await _said_of_theirs() == []


def _toast(said: str) -> dict[str, Any]:
    return {"act": "toast", "chat_id": None, "payload": {"text": said}}


async def _said_of_theirs(*but: str) -> list[str]:
    """What of the other shop's stands in anything that was answered, `but` what was asked for in these words."""
    rows = await sql.rows("SELECT payload FROM outbox ORDER BY id")
    said = "\n".join(row["payload"] for row in rows)
    return [mark for mark in MARKS if mark in said and mark not in but]


@across
async def test_no_command_of_a_topic_reaches_another_shops_things(desk: Desk) -> None:
    before = await theirs()
    words = commands(in_topic=True)
    tries = [(f"/{word} {their}", f"/{word} {none}", desk.says) for word in words for their, none in NAMED[:5]]
    assert await _alike(desk, tries) == []
    assert await theirs() == before
    assert await _said_of_theirs(NUMBER, ORDER) == []


@across
@pytest.mark.parametrize("who", [NADIA, RAMI], ids=["owner", "customer"])
async def test_no_command_in_private_reaches_another_shops_things(desk: Desk, who: Who) -> None:
    before = await theirs()

    async def say(text: str) -> list[Any]:
        return await desk.talk.say(text, who)

    words = [word for word in commands(in_topic=False) if word not in ALONE | BY_NUMBER]
    named = NAMED if who is NADIA else NAMED[:3]
    differing = await _alike(desk, [(f"/{w} {their}", f"/{w} {none}", say) for w in words for their, none in named])
    assert "\n".join(differing) == ""
    assert await theirs() == before
    assert await _said_of_theirs(NUMBER, ORDER) == []


# ---- the same people and the same numbers in both


async def test_an_agent_of_one_shop_who_stands_in_the_others_group_is_there_what_he_is_there(desk: Desk) -> None:
    await own(desk.parcel.merchant, OMAR, "lead")
    desk.talk.telegram.members[THEIR_GROUP, OMAR.id] = MemberView("member", name="Omar")
    await Member.filter(user_id=OMAR.id).update(alias="Abu Ali")
    rows = await desk.talk.say("/ban", OMAR, group=THEIR_GROUP, message_thread_id=THEIR_TOPIC)
    assert kinds(rows) == ["not_for_you"]  # a lead here, an agent there
    [words] = of_act(await desk.talk.say("Hello", OMAR, group=THEIR_GROUP, message_thread_id=THEIR_TOPIC), "text")
    assert words["payload"]["text"] == "Omar, Violet\nHello"  # the name that he has here is not told there
    _ = await Member.create(merchant_id=THEIRS, user_id=OMAR.id, role="none", created_ms=0)
    refused = await desk.talk.say("Hello", OMAR, group=THEIR_GROUP, message_thread_id=THEIR_TOPIC)
    assert [row["payload"].get("emoji") for row in refused] == ["🤷"]
    assert of_act(await desk.says("Hello", OMAR), "text")


async def test_a_topics_number_is_that_of_its_own_group(desk: Desk) -> None:
    """Both groups count their topics from one."""
    await Customer.filter(id=THEIRS).update(topic_id=TOPIC)
    [ours] = of_act(await desk.says("Hello Layla"), "text")
    assert ours["chat_id"] == 5
    assert await desk.talk.say("Hello", SARA, group=THEIR_GROUP, message_thread_id=TOPIC) != []
    assert await TicketMessage.filter(customer_id=THEIRS).count() == 1  # Sara is nobody there


async def test_a_button_that_was_forwarded_into_another_group_does_nothing(desk: Desk) -> None:
    before = await theirs()
    desk.talk.telegram.members[GROUP, THEIR_AGENT.id] = MemberView("member", name="Violetta")
    for data in (f"df:{THEIRS}:{THEIRS}:s", f"ic:{THEIRS}:w"):
        await desk.talk.press(data, THEIR_AGENT, 40, group=GROUP)
    assert await theirs() | {"person": None} == before | {"person": None}


async def _layla_in_both() -> Customer:
    other = await Customer.create(
        merchant_id=THEIRS, user_id=5, name="Layla", created_ms=0, topic_chat_id=THEIR_GROUP, topic_id=801,
        card_message_id=802,
    )  # fmt: skip
    _ = await Ticket.create(merchant_id=THEIRS, customer_id=other.id, cause="human", opened_ms=0)
    return other


LAYLA = Who(5, "Layla", "en")


async def test_a_customer_of_both_shops_answers_the_one_whose_words_he_replies_to(desk: Desk) -> None:
    other = await _layla_in_both()
    rows = {}
    for customer, source in ((desk.customer, (GROUP, 311)), (other, (THEIR_GROUP, 312))):
        _ = await TicketMessage.create(
            customer_id=customer.id, direction="out", user_id=SARA.id, source_chat_id=source[0],
            source_message_id=source[1], target_chat_id=5, target_message_id=source[1] + 1000, created_ms=0,
        )  # fmt: skip
        chat = {"id": 5, "type": "private", "first_name": "Layla"}
        said = {"message_id": source[1] + 1000, "date": 1795514400, "chat": chat, "text": "…"}
        told = await desk.talk.say("The blue one please", LAYLA, reply_to_message=said)
        rows[customer.id] = {row["customer_id"] for row in told if row["customer_id"] is not None}
    assert rows == {desk.customer.id: {desk.customer.id}, other.id: {other.id}}


async def test_a_customer_of_both_shops_has_a_topic_in_each_and_each_shows_its_own_parcels(desk: Desk) -> None:
    other = await _layla_in_both()
    _ = await Follow.create(shipment_id=THEIRS, customer_id=other.id, created_ms=0)
    ours = str((await desk.says("/card"))[0]["payload"])
    assert [mark for mark in MARKS if mark in ours] == []
    desk.talk.telegram.members[THEIR_GROUP, THEIR_AGENT.id] = MemberView("member", name="Violetta")
    card = await desk.talk.say("/card", THEIR_AGENT, group=THEIR_GROUP, message_thread_id=801)
    assert (NUMBER in str(card), desk.parcel.shipment.number in str(card)) == (True, False)


async def test_one_tracking_number_in_both_shops_is_two_parcels(desk: Desk) -> None:
    number = desk.parcel.shipment.number
    await Shipment.filter(id=THEIRS).update(number=number, slug="dhl_unified", status="delivered")
    await Order.filter(id=THEIRS).update(number="1001")
    before = await theirs()
    [shown] = await desk.says(f"/track {number}")
    assert "delivered" not in str(shown["payload"])
    await Shipment.filter(id=desk.parcel.shipment.id).update(slug="own")
    assert kinds(await desk.talk.say(f"/out {number}", NADIA)) == ["shipment_moved"]
    assert (await Shipment.get(id=desk.parcel.shipment.id)).status == "out_for_delivery"
    assert await theirs() == before


async def test_a_stranger_learns_of_a_number_what_its_carrier_tells_everybody(desk: Desk) -> None:
    [row] = await desk.talk.say(f"/track {NUMBER}", Who(7999, "Nobody", "en"))
    assert row["payload"]["kind"] == "state_bare"
    assert set(row["payload"]["facts"]) == {"at", "number", "carrier", "status"}
