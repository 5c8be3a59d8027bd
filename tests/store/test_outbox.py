"""The outbox on both databases: what is put, what may leave, what is remembered of it."""

from datetime import timedelta

import pytest

from bot.domain.outgoing import Act, Leaving, Outgoing, Priority
from bot.store import core, outbox, placing
from bot.store.models import Merchant, OutboxRow
from tests.fakes.rows import GROUP, NOON, answer, customer, desk, private, shop

pytestmark = pytest.mark.usefixtures("store")


async def take(limit: int = 10, held: tuple[int, ...] = (), resting: tuple[int, ...] = ()) -> list[Leaving]:
    return await outbox.lease(limit, NOON + timedelta(seconds=1), held, resting)


async def test_a_row_leaves_once_and_is_marked_before_it_does() -> None:
    [id_] = await outbox.put([answer()])
    assert [row.id for row in await take()] == [id_]
    assert await take() == []
    assert (await OutboxRow.get(id=id_)).state == "leaving"


async def test_a_known_cause_is_put_once() -> None:
    await outbox.put([answer(cause="u7:0")])
    assert len(await outbox.put([answer(cause="u7:0"), answer(cause="u7:1")])) == 1


async def test_a_cause_twice_in_one_batch_is_put_once() -> None:
    assert len(await outbox.put([answer(cause="same"), answer(cause="same")])) == 1


async def test_many_rows_are_put_at_once_and_keep_their_order() -> None:
    ids = await outbox.put([private(Act.TEXT, payload={"text": str(n)}) for n in range(450)])
    assert len(ids) == 450
    assert [row.payload for row in await OutboxRow.all().order_by("id")] == [f'{{"text":"{n}"}}' for n in range(450)]


async def test_what_is_put_in_a_transaction_that_fails_was_never_there() -> None:
    async def fails() -> None:
        async with core.transaction():
            await outbox.put([answer()])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fails()
    assert await take() == []


async def test_edits_of_one_message_collapse_to_the_newest() -> None:
    def live(cause: str, at: int) -> Outgoing:
        due_at = NOON + timedelta(seconds=at)
        return private(
            Act.LIVE, priority=Priority.LIVE, cause=cause, payload={"at": at}, collapse="live:1", due_at=due_at
        )

    await outbox.put([live("a", 1)])
    assert await outbox.put([live("b", 2), live("c", 3)]) == []
    assert await outbox.put([live("c", 4)]) == []
    [row] = await take()
    assert (row.payload, row.cause) == ({"at": 3}, "c")


async def test_a_collapse_that_is_leaving_is_left_alone_and_a_new_row_waits_behind_it() -> None:
    await outbox.put([private(Act.LIVE, collapse="live:1", payload={"at": 1})])
    [first] = await take()
    assert len(await outbox.put([private(Act.LIVE, collapse="live:1", payload={"at": 2})])) == 1
    assert await take() == []
    await outbox.settle([outbox.Settled(first, "sent", 9)], NOON)
    assert [row.payload for row in await take()] == [{"at": 2}]


async def test_of_two_that_wait_because_one_came_back_the_newer_is_replaced() -> None:
    await outbox.put([private(Act.TEXT, collapse="edit:1", payload={"text": "a"})])
    [first] = await take()
    await outbox.put([private(Act.TEXT, collapse="edit:1", payload={"text": "b"})])
    await outbox.requeue(first, counted=False)
    await outbox.put([private(Act.TEXT, collapse="edit:1", payload={"text": "c"})])
    rows = await OutboxRow.filter(state="queued").order_by("id")
    assert [row.payload for row in rows] == ['{"text":"a"}', '{"text":"c"}']


async def test_a_row_that_may_be_a_repeat_stays_one_when_newer_content_takes_it_over() -> None:
    await outbox.put([private(Act.LIVE, collapse="live:1", payload={"follow": 1, "repeat": True})])
    await outbox.put([private(Act.LIVE, collapse="live:1", payload={"follow": 1})])
    assert (await take())[0].payload == {"follow": 1, "repeat": True}


async def test_a_lane_has_one_row_in_flight_and_lanes_do_not_wait_for_each_other() -> None:
    await outbox.put([answer(5), answer(5), answer(6)])
    assert [row.chat_id for row in await take()] == [5, 6]


async def test_the_urgent_leaves_first_and_persons_words_in_their_order() -> None:
    late, early = NOON, NOON - timedelta(hours=1)
    await outbox.put(
        [private(Act.TEXT, due_at=late, payload={"n": 1}), private(Act.TEXT, due_at=early, payload={"n": 2})]
    )
    await outbox.put([answer(6, due_at=early), private(Act.NOTICE, 7, Priority.WARNING, due_at=late)])
    left = await take()
    assert [row.chat_id for row in left] == [5, 6, 7]
    assert left[0].payload == {"n": 1}


async def test_what_is_not_due_and_what_is_held_stays() -> None:
    await outbox.put([answer(5, due_at=NOON + timedelta(minutes=1)), answer(6), answer(7)])
    assert [row.chat_id for row in await take(held=(6,))] == [7]


async def test_a_reaction_costs_a_group_nothing_and_leaves_though_its_budget_is_spent() -> None:
    mark, late = {"message_id": 7, "emoji": "x"}, {"of": 3, "emoji": "x"}
    await outbox.put([private(Act.REACT, GROUP, lane="a", payload=mark), private(Act.TEXT, GROUP, lane="b")])
    await outbox.put([private(Act.REACT, GROUP, lane="c", payload=late)])
    assert [row.payload for row in await take(held=(GROUP,))] == [mark]
    assert await take(held=(GROUP,), resting=(GROUP,)) == []
    assert len(await take(resting=(GROUP,))) == 0
    assert len(await take()) == 2


async def test_words_leave_before_cards_and_cards_before_names_whatever_was_wished_for_them() -> None:
    who = [await customer(await shop(), n) for n in (5,)] + [await customer(await shop(desk_chat_id=-9), 6)]
    for one in who:
        rename = desk(Act.TOPIC, one.id, payload={"rename": True})
        await outbox.put([rename, desk(Act.CARD, one.id), desk(Act.TEXT, one.id)])
    acts = [row.act for _ in range(3) for row in await taken()]
    assert acts == [Act.TEXT, Act.TEXT, Act.CARD, Act.CARD, Act.TOPIC, Act.TOPIC]


async def taken() -> list[Leaving]:
    """What may leave now, and has arrived."""
    rows = await take()
    await outbox.settle([outbox.Settled(row, "sent", 1) for row in rows], NOON)
    return rows


async def test_a_card_does_not_wait_for_ever_behind_words() -> None:
    who, other = await customer(await shop()), await customer(await shop(desk_chat_id=-9), 6)
    await outbox.put([desk(Act.CARD, who.id, due_at=NOON)])
    for minutes, first in ((14, Act.TEXT), (16, Act.CARD)):
        now = NOON + timedelta(minutes=minutes)
        await outbox.put([desk(Act.TEXT, other.id, due_at=now)])
        [row] = await outbox.lease(1, now)
        assert row.act is first
        await outbox.settle([outbox.Settled(row, "sent", 1)], now)


async def test_words_of_others_that_wait_for_a_group_are_counted() -> None:
    merchant = await shop()
    layla, omar = await customer(merchant), await customer(merchant, 6)
    await outbox.put([desk(Act.TEXT, layla.id), *(desk(Act.TEXT, omar.id) for _ in range(3)), desk(Act.CARD, omar.id)])
    now = NOON + timedelta(seconds=1)
    assert await outbox.words_waiting(GROUP, f"desk:{layla.id}", now, 9) == 3
    assert await outbox.words_waiting(GROUP, f"desk:{layla.id}", now, 2) == 2
    assert await outbox.words_waiting(GROUP, f"desk:{omar.id}", now, 9) == 1


async def test_what_is_left_of_a_groups_minute_is_kept_for_words_but_not_from_what_has_waited_long() -> None:
    who = await customer(await shop())
    await outbox.put([desk(Act.CARD, who.id), answer(GROUP, lane="a"), desk(Act.TEXT, who.id)])
    now = NOON + timedelta(seconds=1)
    left = await outbox.lease(5, now, spared=(GROUP,))
    assert [row.act for row in left] == [Act.TEXT, Act.ANSWER]
    await outbox.settle([outbox.Settled(row, "sent", 1) for row in left], now)
    assert await outbox.lease(5, now, spared=(GROUP,)) == []
    late = NOON + timedelta(minutes=16)
    assert [row.act for row in await outbox.lease(5, late, spared=(GROUP,))] == [Act.CARD]


async def test_a_shop_on_pause_keeps_its_notices_back_but_still_answers() -> None:
    merchant = await shop(paused_ms=1)
    notice = private(Act.NOTICE, 5, Priority.WARNING, merchant_id=merchant.id)
    await outbox.put([notice, private(Act.LIVE, 6, Priority.LIVE, merchant_id=merchant.id), answer(7)])
    assert [row.chat_id for row in await take()] == [7]
    await Merchant.filter(id=merchant.id).update(paused_ms=None)
    assert [row.chat_id for row in await take()] == [5, 6]


async def test_a_desk_row_is_addressed_to_the_shop_s_group() -> None:
    who = await customer(await shop())
    await outbox.put([desk(Act.TEXT, who.id)])
    [row] = await take()
    assert (row.chat_id, row.merchant_id, row.lane) == (GROUP, who.merchant_id, f"desk:{who.id}")


async def test_a_desk_row_waits_until_its_shop_has_a_desk() -> None:
    merchant = await shop(desk_chat_id=None)
    await outbox.put([desk(Act.TEXT, (await customer(merchant)).id)])
    assert await take() == []
    await Merchant.filter(id=merchant.id).update(desk_chat_id=GROUP)
    assert await placing.address() == 1
    assert len(await take()) == 1


async def test_a_settled_row_forgets_its_words_and_keeps_what_it_was() -> None:
    await outbox.put([answer(payload={"kind": "state", "facts": {"name": "Layla"}, "finding": 3})])
    [row] = await take()
    await outbox.settle([outbox.Settled(row, "sent", 77)], NOON)
    kept = await OutboxRow.get(id=row.id)
    assert (kept.state, kept.message_id, kept.payload) == ("sent", 77, '{"kind":"state","finding":3}')


async def test_a_notice_in_doubt_keeps_what_it_said() -> None:
    await outbox.put([private(Act.NOTICE, payload={"kind": "late", "facts": {"order": "1"}})])
    [row] = await take()
    await outbox.settle([outbox.Settled(row, "in_doubt", trouble="timeout")], NOON)
    assert '"facts"' in (await OutboxRow.get(id=row.id)).payload


async def test_a_row_put_back_keeps_its_place_and_counts_only_tries_that_went_wrong() -> None:
    await outbox.put([private(Act.TEXT, payload={"n": 1}), private(Act.TEXT, payload={"n": 2})])
    [row] = await take()
    await outbox.requeue(row, counted=False)
    [again] = await take()
    assert (again.id, again.attempts) == (row.id, 1)
    await outbox.requeue(again, {"n": 1, "repeat": True}, counted=True)
    [third] = await take()
    assert (third.payload, third.attempts) == ({"n": 1, "repeat": True}, 2)


async def test_rows_that_were_leaving_when_the_last_process_ended_are_found() -> None:
    await outbox.put([answer(5), answer(6)])
    [left] = await take(1)
    await outbox.note_step(left.id, "card")
    assert await outbox.stranded() == [(left, "card")]


async def test_a_lane_can_be_dropped_whole() -> None:
    await outbox.put([answer(5), answer(5), answer(6)])
    assert len(await outbox.drop_lane("chat:5", "blocked", NOON)) == 2
    assert [row.chat_id for row in await take()] == [6]


async def test_depth_and_age_are_known_by_priority() -> None:
    await outbox.put([answer(5), answer(6, due_at=NOON + timedelta(hours=1)), private(Act.TEXT)])
    later = NOON + timedelta(seconds=3)
    assert await outbox.depth(later) == {"answer": (1, 3.0), "person": (1, 3.0)}


async def test_whoever_listens_hears_of_rows_put() -> None:
    heard: list[str] = []
    stop = outbox.listen(lambda: heard.append("put"))
    await outbox.put([answer()])
    stop()
    await outbox.put([answer()])
    assert heard == ["put"]


async def test_an_agents_reply_overtakes_five_thousand_queued_rows() -> None:
    long_ago = NOON - timedelta(hours=1)
    await outbox.put([private(Act.NOTICE, n, Priority.BULK, due_at=long_ago) for n in range(1, 5001)])
    await outbox.put([private(Act.TEXT, 7000)])
    assert [row.chat_id for row in await take(1)] == [7000]
