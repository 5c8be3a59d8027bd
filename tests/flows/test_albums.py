"""Albums are gathered as rows: nothing of them is lost, doubled or overtaken, whatever comes in between."""

from datetime import timedelta

import pytest

from bot.domain.outgoing import Act, InDoubt, Outcome, Rejected, RetryAt, Sent, Unreachable, Vanished
from bot.flows import albums, doubt, outgoing, settling
from bot.flows.calls import Call, Drop, Later
from bot.store import inbox, outbox
from bot.store.models import Customer, OutboxRow, TicketMessage
from bot.store.ms import to_ms
from tests.fakes.rows import GROUP, NOON, customer, desk, private, shop
from tests.fakes.speaker import composer

pytestmark = pytest.mark.usefixtures("store")
WHOLE = NOON + albums.QUIET
THREE = (41, 42, 43)


async def home() -> Customer:
    return await customer(await shop(), topic_chat_id=GROUP, topic_id=7, card_message_id=30)


async def item(who: Customer, message_id: int, direction: str = "out", album: str = "a1") -> int:
    """An item of an album on its way; its number."""
    source = GROUP if direction == "out" else who.user_id
    kept = await TicketMessage.create(
        customer_id=who.id, direction=direction, user_id=9, media="photo", source_chat_id=source,
        source_message_id=message_id, album=album, created_ms=0,
    )  # fmt: skip
    said = {"from_chat_id": source, "from_message_id": message_id, "message": kept.id}
    cause = f"{direction}:{source}:{message_id}"
    if direction == "out":
        row = private(Act.COPY, payload=said, cause=cause, customer_id=who.id, merchant_id=who.merchant_id)
    else:
        row = desk(Act.COPY, who.id, payload=said, cause=cause)
    await albums.put([row], album, NOON)
    return int(kept.id)


async def leave(outcome: Outcome | None = None, *, after: timedelta = albums.QUIET) -> Call | Drop | Later:
    """The next row leaves."""
    at = NOON + after
    [row] = await outgoing.lease(1, at)
    call = await outgoing.prepare(row, composer(), at)
    if isinstance(call, Call):
        await settling.settle(row, call, outcome or Sent(77), at)
    else:
        await settling.settle(row, None, call, at)
    return call


async def copied(outcome: Outcome | None = None) -> Call:
    call = await leave(outcome)
    assert isinstance(call, Call)
    return call


async def fates() -> list[tuple[str, int | None]]:
    return [(one.fate, one.target_message_id) for one in await TicketMessage.all().order_by("id")]


async def test_items_wait_for_the_last_one_and_leave_as_one() -> None:
    who = await home()
    for number in THREE:
        await item(who, number)
    assert await outgoing.lease(1, NOON + albums.QUIET / 2) == []
    call = await copied(Sent(91, (91, 92, 93)))
    assert (call.method, call.params["message_ids"], call.cost) == ("copyMessages", list(THREE), 3)
    assert await fates() == [("sent", 91), ("sent", 92), ("sent", 93)]
    assert await OutboxRow.all().count() == 1


async def test_what_is_said_after_an_album_stays_behind_it() -> None:
    who = await home()
    await item(who, 41)
    await outbox.put([private(Act.TEXT, payload={"text": "these"}, customer_id=who.id)])
    assert await outgoing.lease(1, NOON) == []
    assert (await copied(Sent(91, (91,)))).method == "copyMessages"
    assert (await copied()).params["text"] == "these"


async def test_an_item_that_is_in_the_inbox_is_waited_for_but_not_for_ever() -> None:
    who = await home()
    await item(who, 41, "in")
    await inbox.put([(7001, who.user_id, "sealed")], NOON)
    assert await leave() == Later(WHOLE + albums.LOOK_AGAIN)
    call = await leave(Sent(91, (91,)), after=albums.QUIET + albums.PATIENCE)
    assert isinstance(call, Call)


async def test_an_item_that_comes_after_all_goes_by_itself() -> None:
    who = await home()
    await item(who, 41)
    await copied(Sent(91, (91,)))
    await item(who, 42)
    assert (await copied(Sent(92, (92,)))).params["message_ids"] == [42]
    assert await fates() == [("sent", 91), ("sent", 92)]


async def test_flood_control_doubles_nothing() -> None:
    who = await home()
    await item(who, 41)
    await copied(RetryAt(timedelta(seconds=3)))
    await item(who, 42)
    assert (await copied(Sent(91, (91, 92)))).params["message_ids"] == [41, 42]


async def test_a_restart_gives_items_on_their_way_some_time() -> None:
    who = await home()
    await item(who, 41)
    later = NOON + timedelta(hours=1)
    await doubt.recover(later)
    assert await outgoing.lease(1, later) == []
    assert (await OutboxRow.get()).due_ms == to_ms(later + albums.AFTER_RESTART)


async def test_what_was_in_flight_at_a_kill_is_in_doubt_and_marked_once() -> None:
    who = await home()
    for number in THREE:
        await item(who, number)
    [row] = await outgoing.lease(1, WHOLE)
    await outgoing.prepare(row, composer(), WHOLE)
    await item(who, 44)
    assert await doubt.recover(WHOLE) == 1
    assert [fate for fate, _ in await fates()] == ["in_doubt"] * 3 + ["queued"]
    reactions = await OutboxRow.filter(act="react")
    assert [row.chat_id for row in reactions] == [GROUP]


async def test_items_all_taken_back_leave_nothing_to_send() -> None:
    who = await home()
    await item(who, 41)
    await TicketMessage.all().update(fate="deleted")
    assert await leave() == Drop("nothing")


async def test_an_item_that_its_author_took_back_is_found_by_asking() -> None:
    who = await home()
    for number in THREE:
        await item(who, number, "in")
    await copied(Sent(91, (91, 92)))
    answers: list[Outcome] = [Sent(41), Vanished(), Sent(43)]
    for number, outcome in zip(THREE, answers, strict=True):
        asked = await copied(outcome)
        assert (asked.method, asked.chat_id, asked.params) == (
            "setMessageReaction", who.user_id, {"message_id": number, "reaction": []},
        )  # fmt: skip
    assert await fates() == [("sent", 91), ("deleted", None), ("sent", 92)]
    assert (await OutboxRow.get()).state == "sent"


async def test_where_nobody_can_tell_which_is_missing_the_album_is_in_doubt() -> None:
    who = await home()
    for number in THREE:
        await item(who, number)
    await copied(Sent(91, (91, 92)))
    for number in THREE:
        await copied(Sent(number))
    assert [fate for fate, _ in await fates()] == ["in_doubt"] * 3
    assert (await TicketMessage.first()).trouble == "album_item"  # type: ignore[union-attr]
    assert await OutboxRow.filter(act="react", chat_id=GROUP).count() == 1


async def test_asking_is_repeated_as_often_as_it_takes() -> None:
    who = await home()
    for number in THREE[:2]:
        await item(who, number)
    await copied(Sent(91, (91,)))
    answers: list[Outcome] = [RetryAt(timedelta(seconds=1)), InDoubt("timeout"), Vanished(), Sent(42)]
    for outcome in answers:
        await copied(outcome)
    assert await fates() == [("deleted", None), ("sent", 91)]


async def test_who_blocks_the_bot_before_an_album_leaves_fails_all_of_it() -> None:
    who = await home()
    await outbox.put([private(Act.TEXT, payload={"text": "first"}, customer_id=who.id, merchant_id=who.merchant_id)])
    for number in THREE:
        await item(who, number)
    [row] = await outgoing.lease(1, NOON + timedelta(days=1))
    call = await outgoing.prepare(row, composer(), NOON)
    assert isinstance(call, Call)
    await settling.settle(row, call, Unreachable("blocked"), NOON)
    assert [fate for fate, _ in await fates()] == ["failed"] * 3
    assert [one.trouble for one in await TicketMessage.all()] == ["blocked"] * 3


async def test_a_customers_album_in_doubt_is_repeated_once_and_marked_in_the_topic() -> None:
    who = await home()
    for number in THREE[:2]:
        await item(who, number, "in")
    await copied(InDoubt("timeout"))
    assert (await copied(Sent(91, (91, 92)))).params["message_ids"] == [41, 42]
    assert await fates() == [("sent", 91), ("sent", 92)]
    mark = await copied()
    assert (mark.method, mark.params["message_id"], mark.params["reaction"]) == ("setMessageReaction", 91, ["🤔"])


async def test_where_no_copy_came_of_it_at_all_the_album_is_in_doubt() -> None:
    who = await home()
    await item(who, 41)
    await copied(Sent())
    await copied(Sent(41))
    assert await fates() == [("in_doubt", None)]


async def test_an_album_with_a_caption_too_long_to_copy_is_forwarded_into_the_desk() -> None:
    who = await home()
    await item(who, 41, "in")
    await copied(Rejected("caption_too_long"))
    assert (await copied(Sent(91, (91,)))).method == "forwardMessages"
