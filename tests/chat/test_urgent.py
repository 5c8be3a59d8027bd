"""Out of hours a customer may say that it cannot wait; somebody hears it, or it is not offered."""

from datetime import timedelta

import pytest

from bot.store.crypt import Vault
from bot.store.models import Merchant, Ticket
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import LAYLA, Shop, SpokenTalk, facts, follow_link, of_act, open_shop
from tests.fakes.desk import own
from tests.fakes.talk import Talk, Who, kinds

OWNER = Who(6003, "Nadia", "en")


@pytest.fixture
def talk(store: str, clock: StandingClock, vault: Vault) -> Talk:
    return SpokenTalk(clock, vault)


async def at_night(talk: Talk, clock: StandingClock, *, owned: bool = True) -> Shop:
    shop = await open_shop()
    if owned:
        await own(shop.merchant, OWNER)
    await follow_link(talk, shop)
    clock.advance(timedelta(hours=9))  # 22:00 in Riyadh
    return shop


async def offered(talk: Talk) -> list[str]:
    rows = await talk.say("/human", LAYLA)
    (answer,) = [row for row in rows if row["payload"].get("kind") == "out_of_hours"]
    return [label for row in answer["payload"]["buttons"] for label, _ in row]


async def test_it_is_offered_out_of_hours_where_somebody_can_be_reached(talk: Talk, clock: StandingClock) -> None:
    await at_night(talk, clock)
    assert await offered(talk) == ["where", "urgent"]


async def test_it_is_not_offered_where_it_would_reach_nobody(talk: Talk, clock: StandingClock) -> None:
    await at_night(talk, clock, owned=False)
    assert await offered(talk) == ["where"]


async def test_it_reaches_the_owner_and_the_desk_once_a_ticket(talk: Talk, clock: StandingClock) -> None:
    await at_night(talk, clock)
    await offered(talk)
    rows = await talk.press("u:0", LAYLA)
    assert "urgent_noted" in kinds(rows)
    assert facts(rows, "urgent_noted")["next_at"] == facts(rows, "urgent_call")["next_at"]
    assert [row["chat_id"] for row in rows if row["payload"].get("kind") == "urgent_call"] == [OWNER.id]
    assert [row["payload"]["kind"] for row in of_act(rows, "desk")] == ["desk_urgent"]
    again = await talk.press("u:0", LAYLA)
    assert kinds(again) == ["urgent_noted"]


async def test_without_a_desk_only_the_owner_hears_it(talk: Talk, clock: StandingClock) -> None:
    await at_night(talk, clock)
    await Merchant.all().update(desk_chat_id=None)
    await offered(talk)
    rows = await talk.press("u:0", LAYLA)
    assert sorted(kinds(rows)) == ["urgent_call", "urgent_noted"]


async def test_a_button_of_a_matter_long_closed_asks_for_a_person_anew(talk: Talk, clock: StandingClock) -> None:
    await at_night(talk, clock)
    await offered(talk)
    await Ticket.all().update(closed_ms=1)
    rows = await talk.press("u:0", LAYLA)
    assert "out_of_hours" in kinds(rows)
