"""How somebody comes to own a shop, and what others are told."""

from datetime import timedelta

from bot.flows import configure
from bot.store import people, sql
from tests.fakes.clock import StandingClock
from tests.fakes.shopkeeper import OMAR, STRANGER, open_shop, words
from tests.fakes.talk import Talk, Who, kinds

MERCHANT_COMMANDS = (
    "/texts",
    "/carrier",
    "/carrier add ups client_id=a client_secret=b",
    "/desk",
    "/shipment add 1Z999AA10123456784",
    "/shipments",
    "/out 1",
    "/delivered 1",
    "/failed 1",
    "/import",
    "/pause all",
    "/team",
    "/shop",
    "/rules",
    "/stats",
)


async def test_the_opener_of_an_invitation_owns_a_new_shop(talk: Talk) -> None:
    answers = await open_shop(talk)
    assert kinds(answers) == ["shop_opened"]
    assert "Noor is set up here" in words(answers)
    assert [(shop["name"], shop["role"]) for shop in await people.shops_of(OMAR.id)] == [("Noor", "owner")]


async def test_an_invitation_works_once(talk: Talk, clock: StandingClock) -> None:
    token = await configure.create_invite("Noor", clock.now())
    await talk.say(f"/start {token}", OMAR)
    assert kinds(await talk.say(f"/start {token}", STRANGER)) == ["invite_used"]
    assert await people.shops_of(STRANGER.id) == []


async def test_the_owner_may_open_his_own_invitation_again(talk: Talk, clock: StandingClock) -> None:
    token = await configure.create_invite("Noor", clock.now())
    await talk.say(f"/start {token}", OMAR)
    assert kinds(await talk.say(f"/start {token}", OMAR)) == ["shop_again"]
    assert len(await people.shops_of(OMAR.id)) == 1


async def test_an_invitation_expires(talk: Talk, clock: StandingClock) -> None:
    token = await configure.create_invite("Noor", clock.now())
    clock.advance(timedelta(days=8))
    assert kinds(await talk.say(f"/start {token}")) == ["invite_expired"]


async def test_an_altered_invitation_opens_nothing(talk: Talk, clock: StandingClock) -> None:
    token = await configure.create_invite("Noor", clock.now())
    altered = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert kinds(await talk.say(f"/start {altered}")) == ["invite_unknown"]


async def test_a_token_is_not_in_the_database(talk: Talk, clock: StandingClock) -> None:
    token = await configure.create_invite("Noor", clock.now())
    rows = await sql.rows("SELECT * FROM invite")
    assert rows
    assert all(token not in str(value) for value in rows[0].values())


async def test_a_stranger_is_answered_as_for_an_unknown_command(talk: Talk) -> None:
    await open_shop(talk)
    unknown = [(row["act"], row["payload"]) for row in await talk.say("/nosuchthing", STRANGER)]
    assert unknown
    for command in MERCHANT_COMMANDS:
        answers = await talk.say(command, STRANGER)
        assert [(row["act"], row["payload"]) for row in answers] == unknown, command


async def test_an_agent_may_not_see_the_owner_s_commands(talk: Talk) -> None:
    await open_shop(talk)
    sara = Who(7002, "Sara", "en", "sara")
    await talk.say("hello", sara)
    await talk.say("/team @sara agent", OMAR)
    assert kinds(await talk.say("/carrier", sara)) == ["not_for_you"]


async def test_the_owner_is_answered_in_his_app_s_language(talk: Talk, clock: StandingClock) -> None:
    token = await configure.create_invite("نور", clock.now())
    answers = await talk.say(f"/start {token}", Who(7003, "عمر", "ar"))
    assert "متجر" in words(answers)


async def test_help_lists_what_the_role_allows(talk: Talk) -> None:
    await open_shop(talk)
    said = words(await talk.say("/help", OMAR))
    assert "/carrier" in said
    assert "/pause all" in said
    assert said.startswith("Noor: what you can say here\n")


async def test_a_command_for_another_bot_is_ignored(talk: Talk) -> None:
    await open_shop(talk)
    assert await talk.say("/shop@other_bot", OMAR) == []
    assert kinds(await talk.say("/shop@Herald_Bot", OMAR)) == ["shop_shown"]
