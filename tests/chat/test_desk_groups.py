"""A shop whose desk has several groups: listed, shared, let go; one that is gone loses nobody."""

from datetime import timedelta

import pytest

from bot.domain.outgoing import Act, Unreachable
from bot.flows import calls, settling
from bot.store import desks, outbox, placing, sql, tickets
from bot.store.models import Customer, Merchant, OutboxRow
from bot.texts.messages import Reader, render
from tests.chat.test_merchant_desk import OTHER_GROUP, make_group, standing, take_code
from tests.fakes.clock import StandingClock
from tests.fakes.rows import NOON, desk
from tests.fakes.shopkeeper import GROUP, OMAR, open_shop, words
from tests.fakes.talk import Talk, kinds


@pytest.fixture
async def shop(talk: Talk, clock: StandingClock) -> Talk:
    """Two groups are bound, one a minute after the other."""
    await open_shop(talk)
    for group, command in ((GROUP, "/desk"), (OTHER_GROUP, "/desk add")):
        clock.advance(timedelta(minutes=1))
        make_group(talk, group)
        await talk.say(await take_code(talk, command), OMAR, group=group)
    return talk


async def people(count: int, *, ticket: bool = True) -> list[Customer]:
    """Customers who wrote, one after the other."""
    merchant = await Merchant.get()
    found = []
    for user in range(1, count + 1):
        one = await Customer.create(merchant_id=merchant.id, user_id=user, name=f"C{user}", created_ms=0)
        if ticket:
            _ = await tickets.add(one, "words", None, {}, NOON)
        await outbox.put([desk(Act.TEXT, one.id, payload={"text": "Hi"})])
        found.append(one)
    return found


async def places() -> list[int]:
    """In which group each customer is."""
    found = await sql.rows("SELECT id FROM customer ORDER BY id")
    homes = await placing.homes([row["id"] for row in found])
    return [homes[row["id"]][1] or 0 for row in found]


async def test_new_customers_are_shared_out_and_stay_where_they_are(shop: Talk) -> None:
    found = await people(6)
    before = await places()
    assert sorted(before) == [OTHER_GROUP] * 3 + [GROUP] * 3 if OTHER_GROUP < GROUP else [GROUP] * 3 + [OTHER_GROUP] * 3
    await outbox.put([desk(Act.TEXT, one.id, payload={"text": "Hi again"}) for one in found])
    assert await places() == before
    rows = await OutboxRow.filter(customer_id__not_isnull=True).order_by("id")
    assert [row.chat_id for row in rows] == before * 2


async def test_a_group_in_trouble_is_given_nobody(shop: Talk) -> None:
    await shop.feed(standing("administrator", can_manage_topics=False))
    await people(4)
    assert await places() == [OTHER_GROUP] * 4


async def test_the_list_says_what_each_group_carries_and_how_to_change_it(shop: Talk) -> None:
    await people(3)
    [row] = await shop.say("/desk", OMAR)
    text = render("desk_code", row["payload"]["facts"], Reader("en")).text
    assert "/desk add" in text
    assert "/desk remove 1" in text
    assert "2 open tickets" in text
    assert "one open ticket" in text
    assert "2 words wait, about a minute" in text


async def test_a_group_that_is_let_go_hands_its_customers_on(shop: Talk) -> None:
    found = await people(4)
    await sql.run("UPDATE customer SET topic_id = id")
    said = await shop.say("/desk remove 1", OMAR)
    row = next(one for one in said if one["chat_id"] == OMAR.id)
    assert row["payload"]["kind"] == "desk_removed"
    assert "2 open tickets go on" in words([row])
    assert await places() == [OTHER_GROUP] * 4
    assert await desks.shop_of(GROUP) is None
    assert (await Merchant.get()).desk_chat_id == OTHER_GROUP
    waiting = await OutboxRow.filter(customer_id__in=[one.id for one in found], state="queued")
    assert {row.chat_id for row in waiting} == {OTHER_GROUP}
    assert sum(row.act == "topic" for row in waiting) == 2


async def test_a_group_may_be_named_and_an_unknown_one_is_not_guessed(shop: Talk) -> None:
    await sql.run("UPDATE desk_group SET title = 'Second' WHERE chat_id = ?", (OTHER_GROUP,))
    for said in ("", "3", "Third", "0"):
        assert kinds(await shop.say(f"/desk remove {said}", OMAR)) == ["desk_remove_usage"]
    assert kinds(await shop.say("/desk remove Second", OMAR)) == ["desk_removed"]
    assert await desks.groups_of((await Merchant.get()).id) == {GROUP}


async def test_the_last_group_may_be_let_go_and_what_waits_is_kept(shop: Talk) -> None:
    await people(2)
    await shop.say("/desk remove 2", OMAR)
    [row] = await shop.say("/desk remove 1", OMAR)
    assert "No group is left" in words([row])
    assert (await Merchant.get()).desk_chat_id is None
    waiting = await OutboxRow.filter(customer_id__not_isnull=True, state="queued", act="text")
    assert [row.chat_id for row in waiting] == [None, None]
    assert kinds(await shop.say("/desk remove 1", OMAR)) == ["desk_remove_usage"]


async def test_words_for_a_group_that_is_gone_go_on_in_another_and_the_owner_hears_it(
    shop: Talk, clock: StandingClock
) -> None:
    await people(2)
    here = await Customer.get(topic_chat_id=GROUP)
    await sql.run("UPDATE customer SET topic_id = id, card_message_id = 5")
    rows = [row for row in await outbox.lease(9, clock.now()) if row.customer_id == here.id]
    call = calls.words(GROUP, here.id, {"text": "Hi"})
    await settling.settle(rows[0], call, Unreachable("kicked"), clock.now())
    assert await placing.address() == 0
    moved = await Customer.get(id=here.id)
    assert (await places(), moved.topic_id, moved.topic_generation) == ([OTHER_GROUP] * 2, None, 1)
    assert {row.chat_id for row in await OutboxRow.filter(customer_id=here.id, state="queued")} == {OTHER_GROUP}
    assert await OutboxRow.filter(chat_id=OMAR.id, payload__contains="desk_group_gone").count() == 1


async def test_who_waits_for_his_first_topic_may_come_to_the_group_that_is_added(talk: Talk) -> None:
    await open_shop(talk)
    make_group(talk)
    await talk.say(await take_code(talk), OMAR, group=GROUP)
    await people(6)
    make_group(talk, OTHER_GROUP)
    await talk.say(await take_code(talk, "/desk add"), OMAR, group=OTHER_GROUP)
    assert sorted(await places()) == sorted([GROUP, OTHER_GROUP] * 3)
    rows = await OutboxRow.filter(act="text").order_by("customer_id")
    assert [row.chat_id for row in rows] == await places()


async def test_a_group_belongs_to_one_shop(shop: Talk) -> None:
    await desks.bind(999, GROUP, "Stolen", NOON, beside=True)
    assert await desks.shop_of(GROUP) == (await Merchant.get()).id


async def test_a_group_that_moved_stays_the_shops(shop: Talk) -> None:
    await shop.say("", OMAR, group=OTHER_GROUP, migrate_to_chat_id=-1007)
    await desks.moved(OTHER_GROUP, -1007)
    assert await desks.groups_of((await Merchant.get()).id) == {GROUP, -1007}
