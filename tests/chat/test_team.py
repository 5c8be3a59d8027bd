"""`/team`: roles, names that customers read, people the shop may know of, anonymous admins, the log."""

from datetime import timedelta
from typing import Any

import pytest

from bot.flows import reminding
from bot.flows.ports import MemberView
from bot.store import audit, people, sql
from bot.store.crypt import Vault
from bot.store.models import Customer, Member, Merchant, OutboxRow, Person, Ticket
from bot.store.ms import to_ms
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import SpokenTalk, of_act
from tests.fakes.desk import ANONYMOUS, OMAR, SARA, TOPIC, Desk, open_desk, own
from tests.fakes.rows import GROUP, NOON
from tests.fakes.shopkeeper import words
from tests.fakes.talk import Who, kinds

NADIA = Who(6003, "Nadia", "en", "nadia")
GHOST = Who(6099, "Ghost", "en", "ghost")


@pytest.fixture
async def desk(store: str, clock: StandingClock, vault: Vault) -> Desk:
    made = await open_desk(SpokenTalk(clock, vault))
    await own(made.parcel.merchant, NADIA)
    return made


async def asks(desk: Desk, said: str, **more: Any) -> list[Any]:
    return await desk.talk.say(f"/team {said}", NADIA, **more)


async def hidden(desk: Desk, text: str, title: str | None = None) -> list[Any]:
    chat = {"id": GROUP, "type": "supergroup", "title": "Desk", "is_forum": True}
    signed: dict[str, Any] = {"from": ANONYMOUS, "sender_chat": chat}
    return await desk.says(text, **signed | ({"author_signature": title} if title is not None else {}))


# ---- the name that customers read


@pytest.mark.parametrize("name", ["Sara", "سارة", "سارا‌بانو", "李娜"])
async def test_an_alias_in_any_script_stands_above_the_first_words(desk: Desk, name: str) -> None:
    await desk.says("/note hello")
    assert name in words(await asks(desk, f"alias @sara {name}"))
    [row] = of_act(await desk.says("Hello"), "text")
    assert row["payload"]["text"].split("\n")[0].replace("\u2068", "").replace("\u2069", "").startswith(name)


@pytest.mark.parametrize("name", ["<b>x</b>", "t.me/sara", "@other", "x" * 40, "🌸"])
async def test_what_is_no_name_is_refused_with_the_reason(desk: Desk, name: str) -> None:
    await desk.says("/note hello")
    assert kinds(await asks(desk, f"alias @sara {name}")) == ["team_alias_unfit"]
    assert await Member.filter(user_id=SARA.id).count() == 0


async def test_direction_marks_in_an_alias_are_gone(desk: Desk) -> None:
    await desk.says("/note hello")
    await asks(desk, "alias @sara \u202eSara\u202c")
    assert (await Member.get(user_id=SARA.id)).alias == "Sara"


async def test_a_telegram_name_that_is_a_link_is_not_shown_to_a_customer(desk: Desk) -> None:
    liar = Who(SARA.id, "https://evil.example now", "en", "sara")
    [row] = of_act(await desk.says("Hello", liar), "text")
    assert row["payload"]["text"] == "Lavender\nHello"


async def test_two_colleagues_cannot_have_one_name(desk: Desk) -> None:
    for who in (SARA, OMAR):
        await desk.says("/note hello", who)
    await asks(desk, "alias @sara Noura")
    assert kinds(await asks(desk, "alias @omar NOURA")) == ["team_alias_taken"]


async def test_an_alias_is_taken_away_again(desk: Desk) -> None:
    await desk.says("/note hello")
    await asks(desk, "alias @sara Noura")
    await asks(desk, "alias Noura")
    assert (await Member.get(user_id=SARA.id)).alias is None


# ---- whom a shop may know of


async def test_who_never_said_a_word_is_found_in_the_group_by_number(desk: Desk) -> None:
    desk.talk.telegram.members[GROUP, GHOST.id] = MemberView("member", name="Ghost", username="ghost")
    assert "Ghost @ghost: lead" in words(await asks(desk, f"{GHOST.id} lead"))


async def test_who_is_in_no_group_of_the_shop_and_never_wrote_is_asked_for_a_word(desk: Desk) -> None:
    assert kinds(await asks(desk, f"{GHOST.id} lead")) == ["team_unknown"]
    assert kinds(await asks(desk, "@ghost lead")) == ["team_unknown"]


async def test_whoever_joins_the_group_can_be_named_at_once(desk: Desk) -> None:
    chat = {"id": GROUP, "type": "supergroup", "title": "Desk", "is_forum": True}
    user = GHOST.as_user()
    change = {"chat": chat, "from": NADIA.as_user(), "date": 1795514400}
    left, came = {"user": user, "status": "left"}, {"user": user, "status": "member"}
    await desk.talk.feed({"chat_member": change | {"old_chat_member": left, "new_chat_member": came}})
    assert "Ghost @ghost: trainee" in words(await asks(desk, "@ghost trainee"))


async def test_a_mention_of_somebody_without_a_name_of_his_own_means_him(desk: Desk) -> None:
    nameless = Who(6100, "Rami", "en")
    desk.talk.telegram.members[GROUP, nameless.id] = MemberView("member", name="Rami")
    mention = {"type": "text_mention", "offset": 6, "length": 4, "user": nameless.as_user()}
    assert "Rami: lead" in words(await asks(desk, "Rami lead", entities=[mention]))


async def test_whom_only_another_shop_knows_does_not_exist_here(desk: Desk) -> None:
    other = await Merchant.create(name="Other", created_ms=0)
    _ = await Person.create(user_id=GHOST.id, name="Ghost", username="ghost")
    _ = await Customer.create(merchant_id=other.id, user_id=GHOST.id, name="Ghost", created_ms=0)
    said = [await asks(desk, f"{who} lead") for who in ("@ghost", "@nobody", str(GHOST.id), "77")]
    assert [kinds(rows) for rows in said] == [["team_unknown"]] * 4
    assert await Member.filter(user_id=GHOST.id).count() == 0


# ---- taken out


async def test_who_is_taken_out_is_an_agent_like_everybody_else(desk: Desk) -> None:
    await desk.says("/note hello")
    await asks(desk, "@sara trainee")
    assert "like everybody else" in words(await asks(desk, "remove @sara"))
    assert await Member.filter(user_id=SARA.id).count() == 0
    assert kinds(await asks(desk, "remove @sara")) == ["team_no_role"]


async def test_the_last_owner_is_not_taken_out(desk: Desk) -> None:
    assert kinds(await asks(desk, "remove @nadia")) == ["team_last_owner"]


@pytest.mark.parametrize("role", ["lead", "agent", "trainee", "courier"])
async def test_only_owners_see_the_team(desk: Desk, role: str) -> None:
    await own(desk.parcel.merchant, OMAR, role)
    for said in ("/team", "/team log", "/team @sara lead"):
        assert kinds(await desk.talk.say(said, OMAR)) == ["not_for_you"]


# ---- anonymous admins


async def test_an_anonymous_admin_is_asked_to_show_himself_unless_the_shop_allows_it(desk: Desk) -> None:
    assert kinds(await hidden(desk, "Hello")) == ["desk_anonymous"]
    await asks(desk, "anonymous on")
    assert of_act(await hidden(desk, "Hello"), "text")[0]["payload"]["text"] == "Lavender\nHello"
    await asks(desk, "anonymous off")
    assert kinds(await hidden(desk, "Hello again")) == ["desk_anonymous"]


async def test_the_title_of_an_anonymous_admin_is_his_name_each_title_once(desk: Desk) -> None:
    await asks(desk, "anonymous on")
    said = [
        await hidden(desk, text, title) for text, title in (("1", "Support"), ("2", "Support"), ("3", "Management"))
    ]
    texts = [of_act(rows, "text")[0]["payload"]["text"] for rows in said]
    assert texts == ["Support, Lavender\n1", "2", "Management, Lavender\n3"]


async def test_the_log_tells_anonymous_admins_apart_by_their_titles(desk: Desk) -> None:
    await asks(desk, "anonymous on")
    await hidden(desk, "/snooze 2h", "Boss")
    await hidden(desk, "/close", "Support")
    [said] = [row for row in await asks(desk, "log") if row["payload"].get("kind") == "team_log"]
    done = {one["deed"]: one["who"] for one in said["payload"]["facts"]["entries"]}
    assert (done["desk.snooze"], done["desk.close"]) == ("Boss", "Support")


async def test_a_title_that_is_no_name_gives_way_to_the_shops(desk: Desk) -> None:
    await asks(desk, "anonymous on")
    [row] = of_act(await hidden(desk, "Hello", "t.me/evil"), "text")
    assert row["payload"]["text"] == "Lavender\nHello"


async def test_a_ticket_is_not_left_to_somebody_whom_nobody_can_name(desk: Desk) -> None:
    await asks(desk, "anonymous on")
    await hidden(desk, "Hello")
    assert kinds(await hidden(desk, "/take")) == ["desk_anonymous"]
    assert (await desk.fresh_ticket()).assignee_id is None
    assert (await desk.fresh_ticket()).state == "waiting_customer"


async def test_an_hour_that_an_anonymous_admin_names_wakes_the_group_and_no_number_that_is_nobody_s(
    desk: Desk,
) -> None:
    await asks(desk, "anonymous on")
    await hidden(desk, "/promise tomorrow 12:00", "Boss")
    assert (await desk.fresh_ticket()).assignee_id is None
    await OutboxRow.all().delete()
    await reminding.remind_due(NOON + timedelta(hours=25), "22-8")
    [row] = await OutboxRow.all()
    assert (row.chat_id, "Boss" in row.payload) == (GROUP, False)


async def test_a_ticket_that_was_left_to_a_number_of_nobody_s_tells_it_nothing(desk: Desk) -> None:
    at = to_ms(NOON)
    await Ticket.all().update(assignee_id=-2664220933, due_ms=at, asked_ms=at - 7200_000, remind_ms=at)
    await reminding.remind_due(NOON, "22-8")
    rows = await OutboxRow.all()
    assert rows
    assert not [row for row in rows if row.chat_id == -2664220933 or "2664220933" in row.payload]


async def test_what_is_neither_on_nor_off_is_explained(desk: Desk) -> None:
    assert kinds(await asks(desk, "anonymous perhaps")) == ["team_anonymous_usage"]


# ---- the log


async def test_owners_read_what_was_done_newest_first_with_names_and_their_own_time(desk: Desk) -> None:
    await Merchant.filter(id=desk.parcel.merchant.id).update(zone="Asia/Riyadh")
    await Customer.filter(id=desk.customer.id).update(name="Layla <b>")
    await desk.says("/note careful")
    await desk.says("/ban", NADIA)
    await own(desk.parcel.merchant, OMAR, "lead")
    desk.talk.telegram.members[GROUP, NADIA.id] = MemberView("member", name="Nadia")
    await asks(desk, "@sara lead")
    said = words(await asks(desk, "log"))
    assert said.index("role given · Sara") < said.index("note kept · Layla")
    assert "Nadia:" in said
    assert "13:00" in said  # ten in UTC
    assert "<b>careful" not in said
    assert "careful" not in said


async def test_older_lines_come_by_a_button_on_the_same_message(desk: Desk) -> None:
    for number in range(15):
        await audit.write(desk.parcel.merchant.id, NADIA.id, f"rule.r{number}", "1", NOON)
    [row] = await asks(desk, "log")
    [[(label, verb)]] = row["payload"]["buttons"]
    rest = await desk.talk.press(verb, NADIA)
    assert (label, rest[0]["payload"]["message_id"]) == ("log_older", 40)
    assert [one["what"] for one in rest[0]["payload"]["facts"]["entries"]] == ["r2", "r1", "r0"]
    assert kinds(await desk.talk.press("tl:nonsense", NADIA, 41)) == ["team_log"]


async def test_an_empty_log_says_so(desk: Desk) -> None:
    assert "Nothing older" in words(await asks(desk, "log"))


async def test_every_change_of_the_team_is_written_down(desk: Desk) -> None:
    await desk.says("/note hello")
    for said in ("@sara lead", "alias @sara Noura", "remove @sara", "anonymous on"):
        await asks(desk, said)
    rows = await sql.rows("SELECT deed, target, detail FROM audit WHERE deed LIKE 'team.%' ORDER BY id")
    him = f"user:{SARA.id}"
    assert [tuple(row.values()) for row in rows] == [
        ("team.appoint", him, "lead"),
        ("team.alias", him, "Noura"),
        ("team.remove", him, ""),
        ("team.anonymous", str(desk.parcel.merchant.id), "on"),
    ]
    assert TOPIC
    assert (await people.find("sara")) is not None
