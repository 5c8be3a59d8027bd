"""Customers come by follow link."""

from datetime import timedelta
from typing import Any

import pytest

from bot.store.crypt import Vault
from bot.store.models import Consent, Customer, Follow, FollowLink, Member
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import LAYLA, SpokenTalk, add_parcel, facts, follow_link, of_act, open_shop
from tests.fakes.talk import Talk, Who, kinds

STRANGER = Who(8002, "Nadia", "en")


@pytest.fixture
def talk(store: str, clock: StandingClock, vault: Vault) -> Talk:
    return SpokenTalk(clock, vault)


async def test_opening_a_link_greets_and_sends_a_live_message(talk: Talk) -> None:
    shop = await open_shop()
    rows = await follow_link(talk, shop)
    assert [row["act"] for row in rows] == ["live", "answer"]
    said = facts(rows, "greeting")
    assert (said["name"], said["order"], said["shop"]) == ("Layla", "1001", "Noor")
    live = await Follow.get(shipment_id=shop.shipment.id)
    assert rows[0]["payload"] == {"follow": live.id}
    assert (rows[0]["chat_id"], live.told_on) == (LAYLA.id, "2026-11-25")


async def test_following_is_a_recorded_consent(talk: Talk) -> None:
    await follow_link(talk, await open_shop())
    given = await Consent.get()
    assert (given.kind, given.channel, given.withdrawn_ms) == ("delivery_notices", "link", None)


async def test_a_parcel_of_several_is_greeted_once_and_each_has_its_live_message(talk: Talk) -> None:
    shop = await open_shop()
    _ = await add_parcel(shop.merchant, shop.order, "RB123456799GB")
    rows = await follow_link(talk, shop)
    assert kinds(rows) == ["greeting"]
    assert len(of_act(rows, "live")) == 2


@pytest.mark.parametrize(
    "state",
    [
        {"status": "delivered", "open": 0},
        {"status": "available_for_pickup"},
        {"status": "lost", "open": 0},
        {"promised_on": "2026-11-20"},
    ],
)
async def test_a_parcel_that_is_late_or_done_when_followed_says_so_at_once(talk: Talk, state: dict[str, Any]) -> None:
    rows = await follow_link(talk, await open_shop(**state))
    assert kinds(rows) == ["greeting_state"]
    assert not of_act(rows, "notice")


async def test_the_first_answer_is_in_the_speakers_language(talk: Talk) -> None:
    rows = await follow_link(talk, await open_shop(), STRANGER)
    assert of_act(rows, "answer")[0]["payload"]["reader"]["locale"] == "en"


async def test_an_unknown_app_language_falls_back_to_the_orders_and_its_zone(talk: Talk) -> None:
    rows = await follow_link(talk, await open_shop(), Who(8003, "Ada", "sw"))
    reader = of_act(rows, "answer")[0]["payload"]["reader"]
    assert (reader["locale"], reader["zone"]) == ("ar", "Asia/Riyadh")


async def test_the_same_account_may_open_its_link_again_and_reads_the_state(talk: Talk) -> None:
    shop = await open_shop()
    await follow_link(talk, shop)
    again = await follow_link(talk, shop)
    assert kinds(again) == ["state"]
    assert not of_act(again, "live")
    assert await Follow.all().count() == 1


async def test_a_link_of_somebody_else_shows_nothing(talk: Talk) -> None:
    shop = await open_shop()
    await follow_link(talk, shop)
    rows = await follow_link(talk, shop, STRANGER)
    assert kinds(rows) == ["link_used"]
    assert facts(rows, "link_used").keys() <= {"at"}
    assert await Customer.all().count() == 1


async def test_an_expired_link_says_so_but_not_to_who_opened_it_in_time(talk: Talk, clock: StandingClock) -> None:
    shop, other = await open_shop(), await open_shop("Rose", desk=None)
    await follow_link(talk, shop)
    clock.advance(timedelta(days=61))
    assert kinds(await follow_link(talk, shop)) == ["state"]
    assert kinds(await follow_link(talk, other)) == ["link_expired"]


@pytest.mark.parametrize("change", [lambda t: t + "x", lambda t: "f" + t[:0:-1], lambda t: "f" * 4000, str.swapcase])
async def test_an_altered_link_is_answered_kindly(talk: Talk, change: object) -> None:
    shop = await open_shop()
    rows = await talk.say(f"/start {change(shop.link)}", LAYLA)  # type: ignore[operator]
    assert kinds(rows) == ["link_unknown"]


async def test_a_token_is_random_and_only_its_hash_is_kept(talk: Talk) -> None:
    shop = await open_shop()
    kept = await FollowLink.get()
    assert shop.link[0] == "f"
    assert len(shop.link) >= 1 + 22
    assert shop.link not in (kept.token_hash, str(kept.order_id))


async def test_who_runs_a_shop_may_follow_a_parcel_of_his_own(talk: Talk) -> None:
    shop = await open_shop()
    _ = await Member.create(merchant_id=shop.merchant.id, user_id=LAYLA.id, role="owner", created_ms=0)
    assert kinds(await follow_link(talk, shop)) == ["greeting"]
    assert kinds(await talk.say("where is my parcel", LAYLA)) == ["state"]


async def test_a_plain_start_tells_how_or_shows_what_is_followed(talk: Talk) -> None:
    shop = await open_shop()
    assert facts(await talk.say("/start", LAYLA), "start")["shop"] == "Noor"
    await follow_link(talk, shop)
    assert kinds(await talk.say("/start", LAYLA)) == ["state"]


async def test_who_blocks_the_bot_is_unreachable_until_he_is_back(talk: Talk) -> None:
    await follow_link(talk, await open_shop())
    for status, reachable in (("kicked", False), ("member", True)):
        chat = {"id": LAYLA.id, "type": "private", "first_name": "L"}
        member = {"user": {"id": 4242, "is_bot": True, "first_name": "b"}, "status": status, "until_date": 0}
        old = {"user": member["user"], "status": "member"}
        change = {"chat": chat, "from": LAYLA.as_user(), "date": 1, "old_chat_member": old, "new_chat_member": member}
        assert await talk.feed({"my_chat_member": change}) == []
        assert ((await Customer.get()).unreachable_ms is None) is reachable
