"""A forum group becomes the shop's desk; every refusal says what to do."""

import re
from datetime import timedelta
from typing import Any

import pytest

from bot.flows import agents
from bot.flows.ports import ChatView, MemberView
from bot.store import desks, people, sql
from bot.store.models import Customer
from tests.fakes.clock import StandingClock
from tests.fakes.shopkeeper import GROUP, OMAR, STRANGER, open_shop, words
from tests.fakes.talk import Talk, Who, kinds

BOT_ID = 4242
OTHER_GROUP = -1009876543210
ANONYMOUS = Who(1087968824, "Group", None)


def make_group(talk: Talk, group: int = GROUP, **changes: Any) -> None:
    """A forum with Omar as its owner and the bot as an admin with every right."""
    talk.telegram.chats[group] = ChatView(group, "supergroup", "Desk", changes.get("is_forum", True))
    talk.telegram.members[group, OMAR.id] = MemberView("creator")
    topics = changes.get("topics", True)
    talk.telegram.members[group, BOT_ID] = MemberView("administrator", topics, can_delete_messages=True)


async def take_code(talk: Talk, command: str = "/desk") -> str:
    """What the owner is told to say in the group."""
    found = re.search(r"/desk [A-Z0-9-]+", words(await talk.say(command, OMAR)))
    assert found is not None
    return found[0]


@pytest.fixture
async def shop(talk: Talk) -> Talk:
    await open_shop(talk)
    make_group(talk)
    return talk


async def test_the_code_said_by_an_admin_binds_the_group(shop: Talk) -> None:
    rows = await shop.say(await take_code(shop), OMAR, group=GROUP)
    assert sorted(kinds(rows)) == ["desk_bound", "desk_bound_owner"]
    assert {row["chat_id"] for row in rows} == {GROUP, OMAR.id}
    assert await desks.shop_of(GROUP) is not None


async def test_it_may_be_said_in_a_topic_and_is_answered_there(shop: Talk) -> None:
    rows = await shop.say(await take_code(shop), OMAR, group=GROUP, message_thread_id=17)
    bound = next(row for row in rows if row["payload"]["kind"] == "desk_bound")
    assert bound["payload"]["thread_id"] == 17


async def test_case_and_dashes_of_the_code_do_not_matter(shop: Talk) -> None:
    code = (await take_code(shop)).split()[1]
    rows = await shop.say(f"/desk {code.replace('-', '').lower()}", OMAR, group=GROUP)
    assert "desk_bound" in kinds(rows)


async def test_somebody_who_is_no_admin_is_not_heard(shop: Talk) -> None:
    shop.telegram.members[GROUP, STRANGER.id] = MemberView("member")
    assert await shop.say(await take_code(shop), STRANGER, group=GROUP) == []
    assert await desks.shop_of(GROUP) is None


async def test_an_anonymous_admin_is_an_admin(shop: Talk) -> None:
    assert "desk_bound" in kinds(await shop.say(await take_code(shop), ANONYMOUS, group=GROUP))


async def test_a_group_without_topics_is_refused_and_the_code_lives(shop: Talk) -> None:
    command = await take_code(shop)
    make_group(shop, is_forum=False)
    answers = await shop.say(command, OMAR, group=GROUP)
    assert kinds(answers) == ["desk_not_forum"]
    assert command in words(answers)
    make_group(shop)
    assert "desk_bound" in kinds(await shop.say(command, OMAR, group=GROUP))


async def test_a_bot_without_topic_rights_says_so(shop: Talk) -> None:
    make_group(shop, topics=False)
    assert kinds(await shop.say(await take_code(shop), OMAR, group=GROUP)) == ["desk_no_rights"]


async def test_a_group_that_telegram_does_not_show_is_refused(shop: Talk) -> None:
    del shop.telegram.chats[GROUP]
    assert kinds(await shop.say(await take_code(shop), OMAR, group=GROUP)) == ["desk_unseen"]


async def test_a_wrong_code_binds_nothing(shop: Talk) -> None:
    for said in ("/desk AAAA-BBBB", "/desk nonsense", "/desk " + "9" * 300):
        assert kinds(await shop.say(said, OMAR, group=GROUP)) == ["desk_code_unknown"]


async def test_a_code_expires(shop: Talk, clock: StandingClock) -> None:
    command = await take_code(shop)
    clock.advance(timedelta(hours=2))
    assert kinds(await shop.say(command, OMAR, group=GROUP)) == ["desk_code_expired"]


async def test_a_code_binds_one_group_only(shop: Talk) -> None:
    command = await take_code(shop)
    await shop.say(command, OMAR, group=GROUP)
    make_group(shop, OTHER_GROUP)
    assert kinds(await shop.say(command, OMAR, group=OTHER_GROUP)) == ["desk_code_used"]
    assert kinds(await shop.say(command, OMAR, group=GROUP)) == ["desk_bound"]


async def test_another_shop_s_desk_is_not_taken(shop: Talk) -> None:
    await shop.say(await take_code(shop), OMAR, group=GROUP)
    rival = Who(7100, "Rival", "en")
    await open_shop(shop, rival, "Rival")
    shop.telegram.members[GROUP, rival.id] = MemberView("administrator")
    found = re.search(r"/desk [A-Z0-9-]+", words(await shop.say("/desk", rival)))
    assert found is not None
    assert kinds(await shop.say(found[0], rival, group=GROUP)) == ["desk_taken"]


@pytest.mark.parametrize("command", ["/desk another", "/desk add"])
async def test_a_further_group_shares_the_load_and_the_first_stays_where_all_are_spoken_to(
    shop: Talk, command: str
) -> None:
    await shop.say(await take_code(shop), OMAR, group=GROUP)
    make_group(shop, OTHER_GROUP)
    await shop.say(await take_code(shop, command), OMAR, group=OTHER_GROUP)
    rows = await sql.rows("SELECT id, desk_chat_id FROM merchant")
    assert rows[0]["desk_chat_id"] == GROUP
    assert await desks.groups_of(rows[0]["id"]) == {GROUP, OTHER_GROUP}
    assert await desks.shop_of(GROUP) == rows[0]["id"]


async def test_a_group_bound_without_another_takes_the_first_one_s_place(shop: Talk) -> None:
    await shop.say(await take_code(shop), OMAR, group=GROUP)
    make_group(shop, OTHER_GROUP)
    await shop.say(await take_code(shop), OMAR, group=OTHER_GROUP)
    assert await desks.shop_of(GROUP) is None
    assert await desks.shop_of(OTHER_GROUP) is not None


async def test_topics_in_a_group_that_is_replaced_are_nobodys(shop: Talk) -> None:
    await shop.say(await take_code(shop), OMAR, group=GROUP)
    [merchant] = await sql.rows("SELECT id FROM merchant")
    layla = await Customer.create(
        merchant_id=merchant["id"], user_id=5, topic_chat_id=GROUP, topic_id=7, card_message_id=9, created_ms=0
    )
    make_group(shop, OTHER_GROUP)
    await shop.say(await take_code(shop, "/desk another"), OMAR, group=OTHER_GROUP)
    assert await agents.place(GROUP, 7) is not None

    await shop.say(await take_code(shop), OMAR, group=OTHER_GROUP)

    assert await agents.place(GROUP, 7) is None
    await layla.refresh_from_db()
    assert (layla.topic_id, layla.card_message_id, layla.topic_generation) == (None, None, 1)


async def test_a_further_group_that_removes_the_bot_is_released_and_the_owner_hears_it(shop: Talk) -> None:
    await shop.say(await take_code(shop), OMAR, group=GROUP)
    make_group(shop, OTHER_GROUP)
    await shop.say(await take_code(shop, "/desk another"), OMAR, group=OTHER_GROUP)
    assert kinds(await shop.feed(standing("kicked"))) == ["desk_group_gone"]
    assert await desks.shop_of(GROUP) is None
    assert (await sql.rows("SELECT desk_chat_id FROM merchant"))[0]["desk_chat_id"] == OTHER_GROUP
    assert (await sql.rows("SELECT desk_trouble FROM merchant"))[0]["desk_trouble"] is None


def standing(status: str, **rights: Any) -> dict[str, Any]:
    """The bot's standing in the group changed."""
    bot = {"id": BOT_ID, "is_bot": True, "first_name": "Herald"}
    chat = {"id": GROUP, "type": "supergroup", "title": "Desk", "is_forum": True}
    states = {
        "old_chat_member": {"user": bot, "status": "member"},
        "new_chat_member": {"user": bot, "status": status, **rights},
    }
    return {"my_chat_member": {"chat": chat, "from": OMAR.as_user(), "date": 1, **states}}


async def test_the_owner_hears_once_that_the_bot_was_removed(shop: Talk) -> None:
    await shop.say(await take_code(shop), OMAR, group=GROUP)
    rows = await shop.feed(standing("left"))
    assert kinds(rows) == ["desk_trouble"]
    assert rows[0]["chat_id"] == OMAR.id
    assert await shop.feed(standing("left")) == []


async def test_the_owner_hears_that_the_rights_are_gone_and_back(shop: Talk) -> None:
    await shop.say(await take_code(shop), OMAR, group=GROUP)
    lost = await shop.feed(standing("administrator", can_manage_topics=False))
    assert "Manage topics" in words(lost)
    assert kinds(await shop.feed(standing("administrator", can_manage_topics=True))) == ["desk_well"]


async def test_what_happens_in_a_strange_group_concerns_nobody(shop: Talk) -> None:
    assert await shop.feed(standing("left")) == []


async def test_the_desk_follows_its_group_s_upgrade(shop: Talk) -> None:
    await shop.say(await take_code(shop), OMAR, group=GROUP)
    shop_id = await desks.shop_of(GROUP)
    await shop.say("", OMAR, group=GROUP, migrate_to_chat_id=OTHER_GROUP)
    assert await desks.shop_of(OTHER_GROUP) == shop_id
    assert len(await people.owners(shop_id or 0)) == 1
