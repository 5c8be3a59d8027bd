"""One update, one transaction: the change, the answers and the handled mark stand or fall together."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flows import inbox
from bot.flows.inbox import Wanted
from bot.flows.turn import Answer, Turn, meet, speak
from bot.store import sql
from bot.store.core import Dialect
from bot.store.crypt import Vault
from bot.store.models import Customer, Merchant
from tests.fakes.clock import StandingClock


async def make_turn(vault: Vault, clock: StandingClock, chat_id: int = 7, **changes: Any) -> Turn:
    await inbox.keep(1, [{"update_id": 5, "message": {"chat": {"id": chat_id}}}], vault, clock.now())
    return Turn(5, clock.now(), chat_id, 7, await meet(7, "Omar", None, "en"), **changes)


async def rename(turn: Turn, name: str) -> Answer:
    await sql.run("UPDATE person SET name = ? WHERE user_id = ?", (name, turn.user_id))
    return Answer("not_for_you")


async def fail(turn: Turn) -> Answer:
    await rename(turn, "Nobody")
    raise RuntimeError


async def test_the_change_the_answer_and_the_mark_commit_together(
    store: Dialect, vault: Vault, clock: StandingClock
) -> None:
    turn = await make_turn(vault, clock)
    await turn.run(rename, "Amr")
    assert (await sql.rows("SELECT name FROM person"))[0]["name"] == "Amr"
    assert (await sql.rows("SELECT state FROM inbox"))[0]["state"] == "handled"
    assert [row["cause"] for row in await sql.rows("SELECT cause FROM outbox")] == ["u5:0"]


async def test_a_flow_that_fails_changes_nothing(store: Dialect, vault: Vault, clock: StandingClock) -> None:
    turn = await make_turn(vault, clock)
    with pytest.raises(RuntimeError):
        await turn.run(fail)
    assert (await sql.rows("SELECT name FROM person"))[0]["name"] == "Omar"
    assert not turn.settled
    assert len(await inbox.waiting(vault, Wanted("me", 5))) == 1


async def test_an_update_handled_twice_changes_nothing_the_second_time(
    store: Dialect, vault: Vault, clock: StandingClock
) -> None:
    first = await make_turn(vault, clock)
    again = await make_turn(vault, clock)
    await first.run(rename, "Amr")
    await again.run(rename, "Nobody")
    assert (await sql.rows("SELECT name FROM person"))[0]["name"] == "Amr"
    assert again.settled


async def test_what_was_handled_after_all_is_not_given_up_aloud(
    store: Dialect, vault: Vault, clock: StandingClock
) -> None:
    turn = await make_turn(vault, clock)
    await turn.say(Answer("not_for_you"))
    await inbox.give_up(5, clock.now(), inbox.sorry(5, 7, {"locale": "en"}, clock.now()))
    assert [row["cause"] for row in await sql.rows("SELECT cause FROM outbox")] == ["u5:0"]
    assert (await sql.rows("SELECT state FROM inbox"))[0]["state"] == "handled"


async def test_an_update_handled_twice_answers_once(store: Dialect, vault: Vault, clock: StandingClock) -> None:
    turn = await make_turn(vault, clock)
    await turn.say(Answer("not_for_you"), Answer("nothing_here"))
    await turn.say(Answer("not_for_you"), Answer("nothing_here"))
    assert len(await sql.rows("SELECT id FROM outbox")) == 2


async def test_what_is_said_in_a_topic_is_answered_there(store: Dialect, vault: Vault, clock: StandingClock) -> None:
    turn = await make_turn(vault, clock, -100, chat_type="supergroup", thread_id=9)
    row = turn.outgoing(Answer("not_for_you"), 0)
    assert (row.chat_id, row.payload["thread_id"], row.lane) == (-100, 9, "group:-100:9")


async def test_an_answer_elsewhere_takes_no_topic_along(store: Dialect, vault: Vault, clock: StandingClock) -> None:
    turn = await make_turn(vault, clock, -100, chat_type="supergroup", thread_id=9)
    row = turn.outgoing(Answer("not_for_you", chat_id=7), 0)
    assert (row.chat_id, row.lane) == (7, "chat:7")
    assert "thread_id" not in row.payload


async def test_a_person_is_written_only_when_something_is_new(store: Dialect) -> None:
    await meet(7, "Omar", "omar", "ar")
    await sql.run("UPDATE person SET zone = 'Asia/Riyadh'")
    again = await meet(7, "Omar", "omar_h", "ar")
    assert (again.username, again.own_zone, again.locale) == ("omar_h", "Asia/Riyadh", "ar")
    assert len(await sql.rows("SELECT user_id FROM person")) == 1


@pytest.mark.parametrize(
    ("chosen", "app", "customer", "shop", "spoken"),
    [
        ("fa", "ar", "en", "en", "fa"),
        (None, "ar", "fa", "en", "ar"),
        (None, "de", "fa", "ar", "fa"),
        (None, None, None, "ar", "ar"),
    ],
)
async def test_the_language_is_his_choice_then_his_app_s_then_the_order_s_then_the_shop_s(
    store: Dialect, chosen: str | None, app: str | None, customer: str | None, shop: str, spoken: str
) -> None:
    merchant = await Merchant.create(name="Noor", locale=shop, created_ms=0)
    _ = await Customer.create(merchant_id=merchant.id, user_id=7, name="L", locale=customer, created_ms=0)
    await meet(7, "Layla", None, app)
    await sql.run("UPDATE person SET locale = ?", (chosen,))
    assert (await meet(7, "Layla", None, app)).locale == spoken


@pytest.mark.parametrize(
    ("said", "spoken"), [("en-GB", "en_GB"), ("prs", "fa"), ("fa-AF", "fa_AF"), ("xx", "en"), ("", "en")]
)
def test_a_region_stays_with_its_language(said: str, spoken: str) -> None:
    assert speak(said) == spoken


@given(st.lists(st.none() | st.text(max_size=12), max_size=4))
def test_some_language_is_always_spoken(wishes: list[str | None]) -> None:
    assert speak(*wishes).split("_")[0] in {"en", "ar", "fa"}
