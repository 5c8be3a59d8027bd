"""`/claim` in a topic records that the carrier was asked for the money, and ends the reminders."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.claim import Window
from bot.flows import claims as claim_flows
from bot.store import claims
from bot.store.crypt import Vault
from bot.store.models import Audit, Claim, Follow, Shipment
from bot.texts.messages import Reader, render
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import SpokenTalk, facts, of_act
from tests.fakes.desk import SARA, Desk, open_desk, own
from tests.fakes.rows import NOON
from tests.fakes.talk import kinds

DAY = timedelta(days=1)


@pytest.fixture
async def desk(store: str, clock: StandingClock, vault: Vault) -> Desk:
    desk = await open_desk(SpokenTalk(clock, vault))
    known, parcel = Window(NOON.date(), (NOON + 30 * DAY).date()), desk.parcel
    await claims.add(parcel.merchant.id, parcel.shipment.id, 1, parcel.customer.id, known, NOON + DAY, NOON)
    return desk


async def text(rows: list[Any], kind: str) -> str:
    return render(kind, facts(rows, kind), Reader("en")).text


async def test_a_bare_claim_was_made_today_and_nobody_is_reminded_any_more(desk: Desk) -> None:
    rows = await desk.says("/claim")
    assert "Claim made on Tuesday 24 November." in await text(rows, "desk_claim_noted")
    row = await Claim.get()
    assert (row.open, row.remind_ms, row.made_on, row.way, row.made_by) == (0, None, "2026-11-24", "agent", SARA.id)
    assert await claim_flows.remind_due(NOON + 60 * DAY) == 0


@pytest.mark.parametrize("said", ["phone 2026-11-20", "2026-11-20 PHONE", "phone ۱۴۰۵-۰۸-۲۹", "20.11.2026 phone 1001"])
async def test_way_day_and_number_are_taken_in_any_order(desk: Desk, said: str) -> None:
    rows = await desk.says(f"/claim {said}")
    assert "Claim made on Friday 20 November, by phone." in await text(rows, "desk_claim_noted")
    assert ((await Claim.get()).made_on, (await Claim.get()).way) == ("2026-11-20", "phone")


@pytest.mark.parametrize("said", ["2026-11-25", "2026-11-20 2026-11-21", "please make one", "phone a b"])
async def test_what_cannot_be_read_is_explained_and_changes_nothing(desk: Desk, said: str) -> None:
    assert kinds(await desk.says(f"/claim {said}")) == ["desk_claim_usage"]
    assert (await Claim.get()).open == 1


async def test_said_again_the_newer_word_holds(desk: Desk) -> None:
    await desk.says("/claim phone")
    await desk.says("/claim portal 2026-11-23")
    assert ((await Claim.get()).way, (await Claim.get()).made_on) == ("portal", "2026-11-23")


async def test_a_claim_without_a_loss_found_is_recorded_too(desk: Desk) -> None:
    await Claim.all().delete()
    assert kinds(await desk.says("/claim mail")) == ["desk_claim_noted"]
    row = await Claim.get()
    assert (row.shipment_id, row.occurrence, row.open) == (desk.parcel.shipment.id, 0, 0)
    await claims.turned_up([desk.parcel.shipment.id])
    await desk.says("/claim mail")
    assert await Claim.filter(outcome=None).count() == 1


async def test_any_parcel_of_the_shop_can_be_named_and_none_of_another(desk: Desk) -> None:
    await Follow.all().delete()
    assert kinds(await desk.says("/claim 1001")) == ["desk_claim_noted"]
    await Shipment.all().update(merchant_id=999)
    assert kinds(await desk.says("/claim 1001")) == ["desk_claim_which"]


async def test_the_card_says_until_when_and_then_that_it_was_made(desk: Desk) -> None:
    card = facts(await desk.says("/card"), "card_full")
    assert "Claim at DHL: until Thursday 24 December." in render("card_full", card, Reader("en")).text
    rows = await desk.says("/claim portal")
    assert [row["collapse"] for row in of_act(rows, "card")] == [f"card:{desk.customer.id}"]
    card = facts(await desk.says("/card"), "card_full")
    said = render("card_full", card, Reader("en")).text
    assert "Claim made on Tuesday 24 November, on the carrier's site." in said
    assert "until Thursday" not in said


async def test_it_is_written_down_who_said_so(desk: Desk) -> None:
    await desk.says("/claim")
    [entry] = await Audit.filter(deed="desk.claim")
    assert (entry.user_id, entry.detail) == (SARA.id, f"agent 2026-11-24 shipment:{desk.parcel.shipment.id}")


async def test_a_trainee_may_not(desk: Desk) -> None:
    await own(desk.parcel.merchant, SARA, "trainee")
    assert kinds(await desk.says("/claim")) == ["not_for_you"]
    assert (await Claim.get()).open == 1
