"""Each button under the rarer messages does its deed: recorded, answered, and with a person where one must act."""

from typing import Any

import orjson
import pytest

from bot.store.crypt import Vault
from bot.store.models import Audit, FindingRow, Promise, Shipment, Ticket
from bot.store.ms import from_ms, to_ms
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import LAYLA, Shop, SpokenTalk, facts, follow_link, open_shop
from tests.fakes.talk import Talk


@pytest.fixture
def talk(store: str, clock: StandingClock, vault: Vault) -> Talk:
    return SpokenTalk(clock, vault)


async def shop_with(talk: Talk, **changes: Any) -> Shop:
    """Layla follows a parcel that stands so."""
    shop = await open_shop(**changes)
    await follow_link(talk, shop)
    return shop


async def deeds() -> list[str]:
    return [row.deed for row in await Audit.all().order_by("id") if row.deed.startswith("customer.")]


def waits(**pickup: str) -> dict[str, Any]:
    return {"status": "available_for_pickup", "pickup": orjson.dumps({"place": "Olaya 12"} | pickup).decode()}


# ---- at a pick-up point


async def test_somebody_else_with_the_code_can_collect_it(talk: Talk) -> None:
    shop = await shop_with(talk, **waits(code="482913"))
    said = facts(await talk.press(f"o:{shop.shipment.id}", LAYLA), "other_collects")
    assert said["pickup"]["code"] == "482913"
    assert await deeds() == ["customer.other_collects"]
    assert await Ticket.all().count() == 0


async def test_where_no_code_is_known_a_person_finds_out_what_is_asked_for(talk: Talk) -> None:
    shop = await shop_with(talk, **waits())
    rows = await talk.press(f"o:{shop.shipment.id}", LAYLA)
    assert facts(rows, "other_collects_asked")["next_at"]
    assert facts(rows, "desk_other_collects")["order"] == "1001"
    assert (await Ticket.get()).cause == "other_collects"
    assert (await Promise.get(ticket_id__not_isnull=True)).by_person


async def test_more_time_is_asked_for_by_a_person_who_reads_until_when_it_waits(talk: Talk) -> None:
    shop = await shop_with(talk, **waits(until="2026-11-28"))
    rows = await talk.press(f"r:{shop.shipment.id}", LAYLA)
    assert facts(rows, "desk_more_time")["pickup"]["until_on"] == "2026-11-28"
    assert facts(rows, "more_time_noted")["next_at"]
    assert await deeds() == ["customer.more_time"]


# ---- at customs

AT_CUSTOMS: dict[str, Any] = {"status": "customs", "reason": "consignee", "next_poll_ms": 2_000_000_000_000}


@pytest.mark.parametrize(("verb", "cause"), [("y", "how_to_pay"), ("q", "what_they_need")])
async def test_whoever_asks_how_it_goes_on_is_answered_by_a_person(talk: Talk, verb: str, cause: str) -> None:
    shop = await shop_with(talk, **AT_CUSTOMS, duty='{"amount":"86","currency":"SAR","due_on":null}')
    rows = await talk.press(f"{verb}:{shop.shipment.id}", LAYLA)
    assert facts(rows, cause)["next_at"]
    assert facts(rows, f"desk_{cause}")["duty"]["amount"] == "86"
    assert (await Ticket.get()).cause == cause


async def test_what_he_has_paid_is_written_down_checked_at_once_and_answered_by_a_named_hour(
    talk: Talk, clock: StandingClock
) -> None:
    shop = await shop_with(talk, **AT_CUSTOMS)
    said = facts(await talk.press(f"e:{shop.shipment.id}", LAYLA), "customs_noted")
    await talk.press(f"e:{shop.shipment.id}", LAYLA)
    (owed,) = await Promise.filter(open=1)
    assert said["next_at"] == from_ms(owed.due_ms).isoformat()
    assert (await Shipment.get()).next_poll_ms == to_ms(clock.now())
    assert await deeds() == ["customer.customs_settled"] * 2
    assert await Ticket.all().count() == 0


# ---- earlier, out for delivery, delivered


async def test_who_is_content_with_the_earlier_day_is_noted_and_nobody_need_act(talk: Talk) -> None:
    shop = await shop_with(talk, eta_on="2026-11-25", promised_on="2026-11-26")
    assert facts(await talk.press(f"v:{shop.shipment.id}", LAYLA), "earlier_fine")["eta_on"] == "2026-11-25"
    assert await deeds() == ["customer.earlier_fine"]
    assert await Ticket.all().count() == 0


@pytest.mark.parametrize(
    ("verb", "cause", "answer"), [("l", "rather_later", "rather_later"), ("c", "courier_note", "courier_note_ask")]
)
async def test_a_wish_for_the_courier_reaches_a_person(talk: Talk, verb: str, cause: str, answer: str) -> None:
    shop = await shop_with(talk, eta_on="2026-11-25", promised_on="2026-11-26")
    rows = await talk.press(f"{verb}:{shop.shipment.id}", LAYLA)
    assert facts(rows, answer)["next_at"]
    assert facts(rows, f"desk_{cause}")["order"] == "1001"
    assert (await Ticket.get()).cause == cause


async def test_what_was_missed_and_is_found_ends_the_search(talk: Talk) -> None:
    shop = await shop_with(talk, status="delivered")
    rows = await talk.press(f"x:{shop.shipment.id}", LAYLA)
    asked = next(row for row in rows if row["payload"].get("kind") == "not_received")
    assert f"z:{shop.shipment.id}" in str(asked["payload"]["buttons"])
    assert await Promise.filter(open=1).count() == 1
    rows = await talk.press(f"z:{shop.shipment.id}", LAYLA)
    assert facts(rows, "desk_found_it")["order"] == "1001"
    assert await Promise.filter(open=1).count() == 0
    assert await deeds() == ["customer.not_received", "customer.found_it"]


# ---- who comes late


@pytest.mark.parametrize(("inside", "kind"), [(False, "greeting_state"), (True, "greeting")])
async def test_who_follows_after_customs_asked_is_asked_in_the_greeting(talk: Talk, inside: bool, kind: str) -> None:
    shop = await open_shop(**AT_CUSTOMS, duty='{"amount":"86","currency":"SAR","due_on":null}')
    saw = orjson.dumps({"inside": True} if inside else {}).decode()
    _ = await FindingRow.create(
        merchant_id=shop.merchant.id, shipment_id=shop.shipment.id, kind="customs_action", occurrence=1,
        severity="serious", raised_ms=0, baseline=True, evidence=saw,
    )  # fmt: skip
    rows = await follow_link(talk, shop)
    said = facts(rows, kind)
    assert said.get("trouble") == (None if inside else "customs_action")
    greeted = next(row for row in rows if row["payload"].get("kind") == kind)
    assert (f"e:{shop.shipment.id}" in str(greeted["payload"])) is not inside
