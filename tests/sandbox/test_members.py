"""Members of a group: promoted, restricted, banned, invited; what the bot hears of it and what it may do."""

from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox.telegram import Chat, TelegramSandbox, User
from tests.fakes.clock import StandingClock
from tests.sandbox.conftest import Ask

RIGHTS = ["can_restrict_members", "can_promote_members", "can_invite_users", "can_change_info", "can_manage_topics"]
KINDS = ["message", "chat_member", "my_chat_member", "chat_join_request"]


@pytest.fixture
async def owner(telegram: TelegramSandbox) -> User:
    return await telegram.user("Omar")


@pytest.fixture
async def amy(telegram: TelegramSandbox) -> User:
    return await telegram.user("Amy")


@pytest.fixture
async def desk(telegram: TelegramSandbox, ask: Ask, owner: User, amy: User) -> Chat:
    await ask("getUpdates", allowed_updates=KINDS)
    group = await telegram.group("Desk", owner, [amy], rights=RIGHTS)
    await ask("getUpdates", offset=-1)
    return group


async def heard(ask: Ask, kind: str) -> list[Any]:
    return [one[kind] for one in (await ask("getUpdates"))["result"] if kind in one]


async def statuses(ask: Ask) -> list[tuple[str, str]]:
    """Before and after of each chat_member update."""
    told = await heard(ask, "chat_member")
    return [(one["old_chat_member"]["status"], one["new_chat_member"]["status"]) for one in told]


async def test_a_ban_ends_and_is_told(
    telegram: TelegramSandbox, ask: Ask, desk: Chat, amy: User, clock: StandingClock
) -> None:
    until = int((clock.now() + timedelta(hours=1)).timestamp())
    assert (await ask("banChatMember", chat_id=desk.id, user_id=amy.id, until_date=until))["ok"]
    assert await statuses(ask) == [("member", "kicked")]
    assert "left_chat_member" in (await heard(ask, "message"))[-1]
    with pytest.raises(PermissionError, match="not in Desk"):
        await telegram.in_group(amy, desk, "a")
    theirs = {"chat_id": desk.id, "user_id": amy.id}
    assert (await ask("getChatMember", **theirs))["result"]["status"] == "kicked"
    clock.advance(timedelta(hours=2))
    assert (await ask("getChatMember", **theirs))["result"]["status"] == "left"


async def test_an_unban_throws_out_who_is_there_unless_told_otherwise(ask: Ask, desk: Chat, amy: User) -> None:
    theirs = {"chat_id": desk.id, "user_id": amy.id}
    assert (await ask("unbanChatMember", **theirs, only_if_banned=True))["ok"]
    assert (await ask("getChatMember", **theirs))["result"]["status"] == "member"
    assert (await ask("unbanChatMember", **theirs))["ok"]
    assert (await ask("getChatMember", **theirs))["result"]["status"] == "left"


async def test_a_restricted_member_may_not_write(telegram: TelegramSandbox, ask: Ask, desk: Chat, amy: User) -> None:
    theirs = {"chat_id": desk.id, "user_id": amy.id}
    assert (await ask("restrictChatMember", **theirs, permissions={"can_send_photos": True}))["ok"]
    seen = (await ask("getChatMember", **theirs))["result"]
    assert (seen["status"], seen["can_send_messages"], seen["can_send_photos"]) == ("restricted", False, True)
    with pytest.raises(PermissionError, match="may not write"):
        await telegram.in_group(amy, desk, "a")
    every = dict.fromkeys(["can_send_messages", "can_send_polls", "can_react_to_messages", "can_edit_tag"], True)
    every |= {"can_invite_users": True, "can_send_other_messages": True, "can_add_web_page_previews": True}
    assert (await ask("restrictChatMember", **theirs, permissions=every))["ok"]
    assert await statuses(ask) == [("member", "restricted"), ("restricted", "member")]
    await telegram.in_group(amy, desk, "a")


async def test_a_promotion_gives_only_what_the_bot_has(ask: Ask, desk: Chat, amy: User, owner: User) -> None:
    theirs = {"chat_id": desk.id, "user_id": amy.id}
    refused = await ask("promoteChatMember", **theirs, can_pin_messages=True)
    assert refused["description"] == "Bad Request: RIGHT_FORBIDDEN"
    assert (await ask("promoteChatMember", **theirs, can_invite_users=True))["ok"]
    assert (await ask("setChatAdministratorCustomTitle", **theirs, custom_title="Shift lead"))["ok"]
    admin = next(
        one
        for one in (await ask("getChatAdministrators", chat_id=desk.id))["result"]
        if one["status"] == "administrator"
    )
    assert (admin["custom_title"], admin["can_invite_users"], admin["can_pin_messages"]) == ("Shift lead", True, False)
    for method in ("banChatMember", "restrictChatMember"):
        extra: dict[str, Any] = {"permissions": {}} if method.startswith("restrict") else {}
        admins = await ask(method, **theirs, **extra)
        assert admins["description"] == "Bad Request: user is an administrator of the chat"
        owners = await ask(method, chat_id=desk.id, user_id=owner.id, **extra)
        assert owners["description"] == "Bad Request: can't remove chat owner"
    assert (await ask("promoteChatMember", **theirs))["ok"]
    assert await statuses(ask) == [("member", "administrator"), ("administrator", "member")]


async def test_without_the_right_nobody_is_touched(telegram: TelegramSandbox, ask: Ask, desk: Chat, amy: User) -> None:
    await telegram.promote_bot(desk, ["can_pin_messages"])
    for method, complaint in (
        ("banChatMember", "not enough rights to restrict/unrestrict chat member"),
        ("promoteChatMember", "not enough rights"),
    ):
        answer = await ask(method, chat_id=desk.id, user_id=amy.id)
        assert answer["description"] == f"Bad Request: {complaint}"
    title = await ask("setChatTitle", chat_id=desk.id, title="x")
    assert title["description"] == "Bad Request: not enough rights to change chat title"


async def test_only_a_supergroup_restricts(telegram: TelegramSandbox, ask: Ask, owner: User, amy: User) -> None:
    small = await telegram.group("Small", owner, [amy], forum=False, supergroup=False, rights=RIGHTS)
    answer = await ask("restrictChatMember", chat_id=small.id, user_id=amy.id, permissions={})
    assert answer["description"] == "Bad Request: method is available only for supergroups"


async def test_a_group_that_lets_nobody_write_lets_no_plain_bot_write(
    telegram: TelegramSandbox, ask: Ask, desk: Chat, amy: User
) -> None:
    assert (await ask("setChatPermissions", chat_id=desk.id, permissions={}))["ok"]
    assert not (await ask("getChat", chat_id=desk.id))["result"]["permissions"]["can_send_messages"]
    assert (await ask("sendMessage", chat_id=desk.id, text="as an admin"))["ok"]
    with pytest.raises(PermissionError):
        await telegram.in_group(amy, desk, "a")
    await telegram.restricts_bot(desk)
    answer = await ask("sendMessage", chat_id=desk.id, text="a")
    assert answer["description"] == "Bad Request: not enough rights to send text messages to the chat"


async def test_a_bot_that_leaves_is_a_stranger(ask: Ask, desk: Chat) -> None:
    assert (await ask("leaveChat", chat_id=desk.id))["ok"]
    assert (await heard(ask, "my_chat_member"))[-1]["new_chat_member"]["status"] == "left"
    answer = await ask("sendMessage", chat_id=desk.id, text="a")
    assert answer["description"] == "Forbidden: bot is not a member of the supergroup chat"


async def test_title_and_description_are_changed_once(ask: Ask, desk: Chat) -> None:
    assert (await ask("setChatTitle", chat_id=desk.id, title="Noor"))["ok"]
    assert (await ask("setChatDescription", chat_id=desk.id, description="Ours"))["ok"]
    again = await ask("setChatDescription", chat_id=desk.id, description="Ours")
    assert again["description"] == "Bad Request: chat description is not modified"
    shown = (await ask("getChat", chat_id=desk.id))["result"]
    assert (shown["title"], shown["description"]) == ("Noor", "Ours")
    assert (await heard(ask, "message"))[-1]["new_chat_title"] == "Noor"


async def test_an_invite_link_lets_in_as_often_as_it_says(
    telegram: TelegramSandbox, ask: Ask, desk: Chat, clock: StandingClock
) -> None:
    made = (await ask("createChatInviteLink", chat_id=desk.id, name="night", member_limit=1))["result"]
    assert (made["name"], made["is_revoked"], made["creates_join_request"]) == ("night", False, False)
    sam, eve = await telegram.user("Sam"), await telegram.user("Eve")
    assert await telegram.follows(sam, made["invite_link"]) == "joined"
    assert (await heard(ask, "chat_member"))[-1]["invite_link"]["name"] == "night"
    with pytest.raises(LookupError, match="leads nowhere"):
        await telegram.follows(eve, made["invite_link"])
    expire = int((clock.now() + timedelta(hours=1)).timestamp())
    again = {"chat_id": desk.id, "invite_link": made["invite_link"]}
    assert (await ask("editChatInviteLink", **again, expire_date=expire))["result"]["expire_date"] == expire
    clock.advance(timedelta(hours=2))
    with pytest.raises(LookupError):
        await telegram.follows(eve, made["invite_link"])
    assert (await ask("revokeChatInviteLink", **again))["result"]["is_revoked"]
    unknown = await ask("revokeChatInviteLink", chat_id=desk.id, invite_link="https://t.me/+x")
    assert unknown["description"] == "Bad Request: INVITE_HASH_EXPIRED"


async def test_a_new_lasting_link_ends_the_old_one(telegram: TelegramSandbox, ask: Ask, desk: Chat) -> None:
    first = (await ask("exportChatInviteLink", chat_id=desk.id))["result"]
    second = (await ask("exportChatInviteLink", chat_id=desk.id))["result"]
    assert (await ask("getChat", chat_id=desk.id))["result"]["invite_link"] == second
    with pytest.raises(LookupError):
        await telegram.follows(await telegram.user("Sam"), first)


async def test_who_asks_to_come_in_waits_for_an_answer(telegram: TelegramSandbox, ask: Ask, desk: Chat) -> None:
    link = (await ask("createChatInviteLink", chat_id=desk.id, creates_join_request=True))["result"]["invite_link"]
    sam, eve = await telegram.user("Sam"), await telegram.user("Eve")
    assert [await telegram.follows(one, link) for one in (sam, eve)] == ["asked", "asked"]
    assert [one["from"]["id"] for one in await heard(ask, "chat_join_request")] == [sam.id, eve.id]
    assert (await ask("approveChatJoinRequest", chat_id=desk.id, user_id=sam.id))["ok"]
    assert (await ask("declineChatJoinRequest", chat_id=desk.id, user_id=eve.id))["ok"]
    members = [(await ask("getChatMember", chat_id=desk.id, user_id=one.id))["result"] for one in (sam, eve)]
    assert [one["status"] for one in members] == ["member", "left"]
    for user, complaint in ((sam, "USER_ALREADY_PARTICIPANT"), (eve, "HIDE_REQUESTER_MISSING")):
        answer = await ask("approveChatJoinRequest", chat_id=desk.id, user_id=user.id)
        assert answer["description"] == f"Bad Request: {complaint}"


async def test_privacy_mode_is_that_of_when_the_bot_came_in(
    telegram: TelegramSandbox, ask: Ask, owner: User, amy: User
) -> None:
    async def words() -> list[str]:
        return [one["text"] for one in await heard(ask, "message") if "text" in one]

    group = await telegram.group("Talk", owner, [amy], bot="member")
    await telegram.sets_privacy(False)
    for text in ("hello", "/track@another_bot", f"/track@{telegram.username}", "/help"):
        await telegram.in_group(amy, group, text)
    assert await words() == [f"/track@{telegram.username}", "/help"]
    await telegram.removes_bot(owner, group)
    await telegram.adds_bot(owner, group)
    await telegram.in_group(amy, group, "now")
    assert (await words())[-1] == "now"
    other = await telegram.user("Other", is_bot=True)
    await telegram.joins(other, group)
    await telegram.in_group(other, group, "from a bot")
    assert (await words())[-1] == "now"


async def test_a_member_wears_a_tag(telegram: TelegramSandbox, ask: Ask, desk: Chat, amy: User) -> None:
    theirs = {"chat_id": desk.id, "user_id": amy.id}
    refused = await ask("setChatMemberTag", **theirs, tag="night")
    assert refused["description"] == "Bad Request: not enough rights to change tags"
    await telegram.promote_bot(desk, ["can_manage_tags"])
    assert (await ask("setChatMemberTag", **theirs, tag="night"))["ok"]
    assert (await ask("getChatMember", **theirs))["result"]["tag"] == "night"
    assert not (await ask("setChatMemberTag", **theirs, tag="x" * 17))["ok"]


async def test_an_anonymous_admin_s_reaction_names_the_group(
    telegram: TelegramSandbox, ask: Ask, desk: Chat, owner: User
) -> None:
    await ask("getUpdates", allowed_updates=["message_reaction"])
    said = await telegram.in_group(owner, desk, "a")
    await telegram.reacts(owner, said, "👀", chat=desk, anonymous=True)
    (told,) = await heard(ask, "message_reaction")
    assert told["actor_chat"]["id"] == desk.id
    assert "user" not in told


async def test_an_expiry_no_calendar_has_is_refused(ask: Ask, desk: Chat) -> None:
    answer = await ask("createChatInviteLink", chat_id=desk.id, expire_date=-(10**12))
    assert answer["description"] == "Bad Request: EXPIRE_DATE_INVALID"


EVERY = {"can_send_messages": True}


@pytest.mark.parametrize(
    ("method", "params", "refusal"),
    [
        ("banChatMember", {"chat_id": "person", "user_id": "amy"}, "chat member status can't be changed"),
        ("banChatMember", {"user_id": 4711}, "invalid user_id specified"),
        ("banChatMember", {"user_id": "bot"}, "can't restrict self"),
        ("promoteChatMember", {"user_id": "owner"}, "can't remove chat owner"),
        ("promoteChatMember", {"user_id": "bot"}, "can't promote self"),
        ("promoteChatMember", {"user_id": "stranger"}, "USER_NOT_PARTICIPANT"),
        ("setChatMemberTag", {"user_id": "stranger", "tag": "a"}, "USER_NOT_PARTICIPANT"),
        (
            "setChatAdministratorCustomTitle",
            {"user_id": "amy", "custom_title": "a"},
            "user is not an administrator",
        ),
        ("setChatAdministratorCustomTitle", {"user_id": "lead", "custom_title": "x" * 17}, "ADMIN_RANK_INVALID"),
        ("leaveChat", {"chat_id": "person"}, "chat member status can't be changed in private chats"),
        ("setChatTitle", {"title": " "}, "CHAT_TITLE_EMPTY"),
        ("setChatTitle", {"title": "x" * 129}, "CHAT_TITLE_TOO_LONG"),
        ("setChatPhoto", {"photo": "file"}, "photo must be uploaded as an InputFile"),
        ("createChatInviteLink", {"chat_id": "person"}, "can't invite members to a private chat"),
        ("createChatInviteLink", {"name": "x" * 33}, "chat invite link name is too long"),
        (
            "createChatInviteLink",
            {"creates_join_request": True, "member_limit": 3},
            "member limit can't be specified for links requiring administrator approval",
        ),
    ],
)
async def test_what_telegram_refuses_is_refused_in_its_words(
    telegram: TelegramSandbox,
    ask: Ask,
    desk: Chat,
    owner: User,
    amy: User,
    method: str,
    params: dict[str, Any],
    refusal: str,
) -> None:
    lead, stranger = await telegram.user("Lead"), await telegram.user("Stranger")
    await telegram.starts(amy)
    await telegram.joins(lead, desk)
    await telegram.promotes(lead, desk)
    await telegram.promote_bot(desk, [*RIGHTS, "can_manage_tags"])
    people = {"owner": owner, "amy": amy, "lead": lead, "stranger": stranger, "bot": telegram.world.bot}
    named = {**{name: one.id for name, one in people.items()}, "person": amy.id}
    given = {name: named.get(value, value) if isinstance(value, str) else value for name, value in params.items()}
    answer = await ask(method, **{"chat_id": desk.id, **given})
    assert answer["description"] == f"Bad Request: {refusal}"


async def test_permissions_and_a_lasting_link_change_only_once(ask: Ask, desk: Chat) -> None:
    assert (await ask("setChatPermissions", chat_id=desk.id, permissions=EVERY))["ok"]
    again = await ask("setChatPermissions", chat_id=desk.id, permissions=EVERY)
    assert again["description"] == "Bad Request: CHAT_NOT_MODIFIED"
    link = (await ask("exportChatInviteLink", chat_id=desk.id))["result"]
    edited = await ask("editChatInviteLink", chat_id=desk.id, invite_link=link, name="a")
    assert edited["description"] == "Bad Request: CHAT_INVITE_PERMANENT"
    assert (await ask("revokeChatInviteLink", chat_id=desk.id, invite_link=link))["result"]["is_revoked"]
    assert (await ask("getChat", chat_id=desk.id))["result"]["invite_link"] != link


async def test_a_ban_may_take_the_words_along(telegram: TelegramSandbox, ask: Ask, desk: Chat, amy: User) -> None:
    await telegram.in_group(amy, desk, "spam")
    for_ever = {"until_date": 5}
    assert (await ask("banChatMember", chat_id=desk.id, user_id=amy.id, revoke_messages=True, **for_ever))["ok"]
    assert telegram.messages(desk) == []
    assert (await ask("getChatMember", chat_id=desk.id, user_id=amy.id))["result"]["until_date"] == 0
    assert (await ask("unbanChatMember", chat_id=desk.id, user_id=amy.id))["ok"]
    assert (await ask("getChatMember", chat_id=desk.id, user_id=amy.id))["result"]["status"] == "left"
