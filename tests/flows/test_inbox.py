"""Updates are kept sealed, once, and handed out in their order."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flows import inbox
from bot.flows.inbox import Wanted
from bot.store import sql
from bot.store.core import Dialect
from bot.store.crypt import Vault, new_key
from tests.fakes.clock import StandingClock

BOT = 4242
ME, OTHER = "me", "other"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner)
)


def said(update_id: int, chat: int, text: str = "hello") -> dict[str, Any]:
    return {"update_id": update_id, "message": {"message_id": 1, "chat": {"id": chat}, "text": text}}


async def test_an_update_that_comes_twice_is_kept_once(store: Dialect, vault: Vault, clock: StandingClock) -> None:
    await inbox.keep(BOT, [said(5, 1), said(5, 1)], vault, clock.now())
    await inbox.keep(BOT, [said(5, 1, "altered")], vault, clock.now())
    waiting = await inbox.waiting(vault, Wanted(ME, 10))
    assert [one.body for one in waiting] == [said(5, 1)]


async def test_a_handled_update_that_comes_again_stays_handled(
    store: Dialect, vault: Vault, clock: StandingClock
) -> None:
    await inbox.keep(BOT, [said(5, 1)], vault, clock.now())
    await inbox.settle(5, clock.now())
    await inbox.keep(BOT, [said(5, 1)], vault, clock.now())
    assert await inbox.waiting(vault, Wanted(ME, 10)) == []


async def test_updates_are_handed_out_in_their_order(store: Dialect, vault: Vault, clock: StandingClock) -> None:
    await inbox.keep(BOT, [said(9, 1), said(7, 2), said(8, 1)], vault, clock.now())
    assert [one.update_id for one in await inbox.waiting(vault, Wanted(ME, 2))] == [7, 8]


async def test_what_was_said_is_sealed_and_then_forgotten(store: Dialect, vault: Vault, clock: StandingClock) -> None:
    await inbox.keep(BOT, [said(5, 1, "my api key")], vault, clock.now())
    assert "my api key" not in str(await sql.rows("SELECT * FROM inbox"))
    await inbox.settle(5, clock.now())
    assert (await sql.rows("SELECT state, body FROM inbox"))[0] == {"state": "handled", "body": ""}


async def test_asking_goes_on_after_the_last_kept_update(store: Dialect, vault: Vault, clock: StandingClock) -> None:
    assert await inbox.next_offset(BOT, clock.now()) is None
    await inbox.keep(BOT, [said(9, 1), said(7, 2)], vault, clock.now())
    assert await inbox.next_offset(BOT, clock.now()) == 10
    assert await inbox.next_offset(BOT + 1, clock.now()) is None


async def test_after_a_long_silence_the_offset_is_forgotten(store: Dialect, vault: Vault, clock: StandingClock) -> None:
    await inbox.keep(BOT, [said(9, 1)], vault, clock.now())
    assert await inbox.next_offset(BOT, clock.now() + timedelta(days=7)) is None


async def test_a_body_whose_seal_does_not_open_is_none(store: Dialect, vault: Vault, clock: StandingClock) -> None:
    await inbox.keep(BOT, [said(5, 1)], vault, clock.now())
    assert [one.body for one in await inbox.waiting(Vault([new_key()]), Wanted(ME, 10))] == [None]


@pytest.mark.parametrize(
    ("update", "lane"),
    [
        (said(1, -100), -100),
        ({"callback_query": {"from": {"id": 7}, "message": {"chat": {"id": 8}}}}, 8),
        ({"callback_query": {"from": {"id": 7}}}, 7),
        ({"my_chat_member": {"chat": {"id": -5}}}, -5),
        ({"message_reaction": {"chat": {"id": -6}}}, -6),
        ({"inline_query": {"from": {"id": 9}}}, 9),
        ({"a_kind_of_tomorrow": {"what": 1}}, 0),
        ({"update_id": 1}, 0),
    ],
)
def test_the_lane_is_the_chat_or_else_the_person(update: dict[str, Any], lane: int) -> None:
    assert inbox.lane_of(update) == lane


@given(st.dictionaries(st.sampled_from(["message", "callback_query", "chat_member", "odd"]), JSON))
def test_any_json_has_a_lane(update: dict[str, Any]) -> None:
    assert isinstance(inbox.lane_of(update), int)


async def test_a_chat_with_enough_to_do_hides_nobody_else(store: Dialect, vault: Vault, clock: StandingClock) -> None:
    await inbox.keep(BOT, [*(said(number, 1) for number in range(1, 51)), said(51, 2)], vault, clock.now())
    first = await inbox.waiting(vault, Wanted(ME, 10))
    taken = {one.update_id for one in first}
    assert {one.lane for one in first} == {1}

    then = await inbox.waiting(vault, Wanted(ME, 10, working=[1], full=[1], taken=taken))
    assert [one.update_id for one in then] == [51]
    more = await inbox.waiting(vault, Wanted(ME, 13, working=[1, 2], taken=taken | {51}))
    assert [one.update_id for one in more] == [11, 12, 13]


async def test_numbers_that_no_database_can_hold_stop_nobody(
    store: Dialect, vault: Vault, clock: StandingClock
) -> None:
    for update in (said(2**70, 1), said(5, 2**70)):
        await inbox.take_in(update, vault, clock.now())
    assert [(one.update_id, one.lane) for one in await inbox.waiting(vault, Wanted(ME, 9))] == [(5, 0)]


async def test_of_what_several_connections_bring_the_earlier_is_waited_for_whosever_it_is(
    store: Dialect, vault: Vault, clock: StandingClock
) -> None:
    before = clock.now() - timedelta(seconds=1)
    for update in (said(1, 7), said(3, 2), said(4, 1), said(5, 1)):
        await inbox.take_in(update, vault, clock.now() if update["update_id"] > 1 else before)
    early, late = Wanted(ME, 10, before), Wanted(ME, 10, clock.now())
    assert [one.update_id for one in await inbox.waiting(vault, early)] == [1]
    assert [one.update_id for one in await inbox.waiting(vault, late)] == [1, 3, 4, 5]

    await inbox.take_in(said(2, 1), vault, clock.now())
    assert [one.update_id for one in await inbox.waiting(vault, early)] == [1, 2, 3, 4, 5]


async def test_who_has_enough_to_do_takes_on_no_further_chat(
    store: Dialect, vault: Vault, clock: StandingClock
) -> None:
    await inbox.keep(BOT, [said(1, 1), said(2, 2), said(3, 1)], vault, clock.now())
    busy = Wanted(ME, 10, working=[1], taken=[1], has_enough=True)
    assert [one.update_id for one in await inbox.waiting(vault, busy)] == [3]
    assert await inbox.waiting(vault, Wanted(OTHER, 10, has_enough=True)) == []


# ---- several processes


async def lanes_given(vault: Vault, holder: str, *working: int) -> list[int]:
    return [one.lane for one in await inbox.waiting(vault, Wanted(holder, 10, working=working))]


async def test_of_two_processes_one_has_a_chat_until_it_leaves_or_dies(
    postgres_store: None, vault: Vault, clock: StandingClock
) -> None:
    await inbox.keep(BOT, [said(5, 1), said(6, 2)], vault, clock.now())
    assert await lanes_given(vault, ME) == [1, 2]
    await inbox.keep(BOT, [said(7, 1), said(8, 3)], vault, clock.now())
    assert await lanes_given(vault, OTHER) == [3]

    await inbox.leave(ME)
    assert await lanes_given(vault, OTHER) == [1, 2, 1, 3]
    _ = await sql.run("UPDATE inbox_lane SET until_ms = 0 WHERE lane < 3")
    assert await lanes_given(vault, ME) == [1, 2, 1]


async def test_a_lane_at_work_is_kept_though_nothing_new_came(
    postgres_store: None, vault: Vault, clock: StandingClock
) -> None:
    await inbox.keep(BOT, [said(5, 1)], vault, clock.now())
    assert await lanes_given(vault, ME) == [1]
    _ = await sql.run("UPDATE inbox_lane SET until_ms = 0")
    await inbox.settle(5, clock.now())
    assert await lanes_given(vault, ME, 1) == []
    await inbox.keep(BOT, [said(6, 1)], vault, clock.now())
    assert await lanes_given(vault, OTHER) == []


async def test_many_processes_at_once_share_out_every_chat_once(
    postgres_store: None, vault: Vault, clock: StandingClock
) -> None:
    await inbox.keep(BOT, [said(number, number % 40) for number in range(400)], vault, clock.now())
    given = await asyncio.gather(*(inbox.waiting(vault, Wanted(f"p{number}", 1000)) for number in range(8)))
    assert sorted(one.update_id for some in given for one in some) == list(range(400))
