"""Floods, bans, and strangers in numbers: no complaint is lost, and nobody with a parcel is asked anything."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.flood import MOST
from bot.flows.set_aside import MOST as MOST_ASIDE
from bot.flows.set_aside import ONE_BY_ONE
from bot.flows.strangers import FREE, SIGNS
from bot.store import sql
from bot.store.crypt import Vault
from bot.store.models import Customer, Ticket, TicketMessage
from bot.store.ms import to_ms
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import SpokenTalk, of_act
from tests.fakes.desk import SARA, Desk, leave_all, open_desk, own
from tests.fakes.rows import NOON
from tests.fakes.talk import Who, kinds

LAYLA = Who(5, "Layla", "en")
GUEST = Who(7900, "Guest", "en")
OWNER = Who(6011, "Nour", "en")


@pytest.fixture
async def desk(store: str, clock: StandingClock, vault: Vault) -> Desk:
    return await open_desk(SpokenTalk(clock, vault))


# ---- a flood


async def writes(desk: Desk, count: int, who: Who = LAYLA) -> list[Any]:
    return [row for n in range(count) for row in await desk.talk.say(f"It is broken {n}", who)]


async def test_a_flood_is_kept_word_for_word_and_shown_in_fewer_messages(desk: Desk) -> None:
    await writes(desk, MOST + 20)
    rows = await sql.rows("SELECT payload FROM outbox WHERE act = 'text' AND customer_id = ?", (desk.customer.id,))
    assert len(rows) == MOST + 1
    said = "\n".join(row["payload"] for row in rows)
    assert [n for n in range(MOST + 20) if f"broken {n}" not in said] == []
    assert await TicketMessage.filter(direction="in").count() == MOST + 20


async def test_he_is_told_once_and_kindly(desk: Desk) -> None:
    rows = await writes(desk, MOST + 20)
    assert kinds(rows).count("flood_noted") == 1


async def test_the_order_holds_and_afterwards_he_is_read_word_by_word(desk: Desk, clock: StandingClock) -> None:
    await writes(desk, MOST + 2)
    clock.advance(timedelta(minutes=2))
    await desk.talk.say("still waiting to be shown", LAYLA)  # what was gathered has not left: it stays before this
    rows = await sql.rows("SELECT payload FROM outbox WHERE act = 'text' ORDER BY id DESC LIMIT 1")
    assert rows[0]["payload"].count("broken") == 2
    await leave_all()
    await sql.run("UPDATE outbox SET state = 'sent' WHERE state = 'queued'")
    [alone] = of_act(await desk.talk.say("and now?", LAYLA), "text")
    assert "broken" not in alone["payload"]["text"]


async def test_a_picture_in_a_flood_comes_after_the_words_before_it(desk: Desk) -> None:
    await writes(desk, MOST + 2)
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    rows = await desk.talk.say("", LAYLA, photo=photo)
    assert len(of_act(rows, "copy")) == 1
    assert await sql.rows("SELECT id FROM outbox WHERE collapse LIKE 'flood:%' AND state = 'queued'") == []


# ---- banned


async def test_only_a_lead_bans_it_is_written_down_and_undone(desk: Desk) -> None:
    assert kinds(await desk.says("/ban")) == ["not_for_you"]
    await own(desk.parcel.merchant, SARA, "lead")
    assert kinds(await desk.says("/ban")) == ["desk_banned"]
    assert await desk.talk.say("Hello?", LAYLA) == []
    assert await TicketMessage.filter(direction="in").count() == 0
    assert kinds(await desk.says("/ban")) == ["desk_unbanned"]
    assert of_act(await desk.talk.say("It is broken", LAYLA), "text")
    deeds = await sql.rows("SELECT deed FROM audit ORDER BY id")
    assert [row["deed"] for row in deeds] == ["desk.ban", "desk.unban"]


async def test_who_is_banned_still_sees_his_parcels(desk: Desk) -> None:
    await Customer.filter(id=desk.customer.id).update(banned_ms=1)
    assert kinds(await desk.talk.say("/parcels", LAYLA)) == ["state"]


# ---- strangers


async def wave(desk: Desk, count: int = FREE) -> None:
    """So many strangers have just come."""
    for number in range(count):
        ids = {"merchant_id": desk.parcel.merchant.id}
        one = await Customer.create(**ids, user_id=90_000 + number, name="x", created_ms=0)
        _ = await Ticket.create(**ids, customer_id=one.id, cause="words", opened_ms=to_ms(NOON), state="new")


def right(rows: list[Any]) -> str:
    [said] = [row for row in rows if row["payload"].get("kind") == "puzzle"]
    return f"hp:{said['payload']['facts']['sign']}"


def wrong(rows: list[Any]) -> str:
    return next(f"hp:{sign}" for sign in SIGNS if f"hp:{sign}" != right(rows))


async def test_a_stranger_in_quiet_times_is_asked_nothing(desk: Desk) -> None:
    await wave(desk, FREE - 1)
    assert of_act(await desk.talk.say("Where do I complain?", GUEST), "text")


async def test_in_a_wave_one_tap_lets_his_first_words_through(desk: Desk) -> None:
    await wave(desk)
    asked = await desk.talk.say("Where do I complain?", GUEST)
    assert (kinds(asked), of_act(asked, "text")) == (["puzzle"], [])
    assert await desk.talk.say("It is broken", GUEST) == []
    rows = await desk.talk.press(right(asked), GUEST)
    assert [row["payload"]["text"] for row in of_act(rows, "text")] == ["Where do I complain?", "It is broken"]
    assert of_act(await desk.talk.say("Hello again", GUEST), "text")  # asked no more


async def test_however_much_he_writes_before_the_tap_all_of_it_arrives_and_the_first_words_first(desk: Desk) -> None:
    await wave(desk)
    asked = await desk.talk.say("The courier threatened me, please call", GUEST)
    for number in range(ONE_BY_ONE + 25):
        assert await desk.talk.say(f"more {number}.", GUEST) == []
    await desk.talk.press(right(asked), GUEST)
    rows = await sql.rows("SELECT payload FROM outbox WHERE act = 'text' ORDER BY id")
    said = "\n".join(row["payload"] for row in rows)
    assert [n for n in range(ONE_BY_ONE + 25) if f"more {n}." not in said] == []
    assert "threatened" in rows[0]["payload"]


async def test_where_no_more_can_wait_he_is_told_so_and_what_waits_stays(desk: Desk) -> None:
    await wave(desk)
    asked = await desk.talk.say("The courier threatened me", GUEST)
    long = "x" * 3000
    rows = [row for _ in range(MOST_ASIDE) for row in await desk.talk.say(long, GUEST)]
    assert kinds(rows) == ["waiting_full"]
    assert "threatened" in of_act(await desk.talk.press(right(asked), GUEST), "text")[0]["payload"]["text"]


async def test_who_did_not_see_the_puzzle_is_asked_again_the_next_day_and_nothing_is_lost(
    desk: Desk, clock: StandingClock
) -> None:
    await wave(desk)
    await desk.talk.say("It is broken", GUEST)
    clock.advance(timedelta(hours=30))
    asked = await desk.talk.say("well?", GUEST)
    rows = await desk.talk.press(right(asked), GUEST)
    assert [row["payload"]["text"] for row in of_act(rows, "text")] == ["It is broken", "well?"]


async def test_what_the_machine_answers_while_the_puzzle_is_open_waits_with_the_rest(desk: Desk) -> None:
    await wave(desk)
    asked = await desk.talk.say("It is broken", GUEST)
    assert kinds(await desk.talk.say("my parcel 1001 never came!", GUEST)) == ["nothing_here"]
    assert await desk.talk.say("123456789", GUEST) == []
    rows = await desk.talk.press(right(asked), GUEST)
    said = [row["payload"]["text"] for row in of_act(rows, "text")]
    assert said == ["It is broken", "my parcel 1001 never came!", "123456789"]


async def test_the_answer_takes_the_place_of_the_puzzle(desk: Desk) -> None:
    await wave(desk)
    asked = await desk.talk.say("It is broken", GUEST)
    rows = await desk.talk.press(right(asked), GUEST, 77)
    assert [row["payload"]["message_id"] for row in rows if row["payload"].get("kind") == "human_coming"] == [77]


async def test_who_has_become_known_meanwhile_is_read_with_all_that_waited(desk: Desk) -> None:
    await wave(desk)
    await desk.talk.say("It is broken", GUEST)
    await own(desk.parcel.merchant, GUEST, "agent")
    rows = await desk.talk.say("I said that it is broken", GUEST)
    assert [row["payload"]["text"] for row in of_act(rows, "text")] == ["It is broken", "I said that it is broken"]


async def test_human_asks_the_puzzle_too(desk: Desk) -> None:
    await wave(desk)
    asked = await desk.talk.say("/human", GUEST)
    assert kinds(asked) == ["puzzle"]
    assert "human_coming" in kinds(await desk.talk.press(right(asked), GUEST))


async def test_wrong_taps_are_limited_and_nothing_is_lost(desk: Desk, clock: StandingClock) -> None:
    await wave(desk)
    asked = await desk.talk.say("It is broken", GUEST)
    for message_id in (41, 42):
        asked = await desk.talk.press(wrong(asked), GUEST, message_id)
        assert kinds(asked) == ["puzzle"]
    assert kinds(await desk.talk.press(wrong(asked), GUEST, 43)) == ["puzzle_wait"]
    for sign in SIGNS:
        assert kinds(await desk.talk.press(f"hp:{sign}", GUEST, 44)) == ["puzzle_wait"]
    clock.advance(timedelta(hours=1, seconds=1))
    again = await desk.talk.say("Please", GUEST)
    rows = await desk.talk.press(right(again), GUEST, 45)
    assert [row["payload"]["text"] for row in of_act(rows, "text")] == ["It is broken", "Please"]


async def test_who_has_a_parcel_an_earlier_matter_or_a_role_is_never_asked(desk: Desk) -> None:
    await wave(desk, FREE + 5)
    await own(desk.parcel.merchant, OWNER)
    before = Who(90_000, "x", "en")
    for who in (LAYLA, before):
        assert of_act(await desk.talk.say("It is broken", who), "text")
    assert "puzzle" not in kinds(await desk.talk.say("Hello there my friend", OWNER))


@pytest.mark.parametrize("data", ["hp:apple", "hp:nonsense", "hp"])
async def test_a_puzzle_that_nobody_asked_is_over(desk: Desk, data: str) -> None:
    assert kinds(await desk.talk.press(data, GUEST)) == ["puzzle_over"]


async def test_what_is_no_sign_is_a_wrong_one(desk: Desk) -> None:
    await wave(desk)
    await desk.talk.say("It is broken", GUEST)
    assert kinds(await desk.talk.press("hp:nonsense", GUEST)) == ["puzzle"]
