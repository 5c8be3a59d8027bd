"""A ticket walks through three agents: each reads all there is to know, and the customer is asked nothing twice."""

from datetime import timedelta
from typing import Any

import pytest

from bot.store.crypt import Vault
from bot.store.models import Customer, Follow, Gesture, LossOffer, Merchant, Promise, ToldRow
from bot.store.ms import to_ms
from bot.texts.bidi import utf16_len, visible
from bot.texts.messages import LONGEST, Reader, render
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import SpokenTalk, facts
from tests.fakes.desk import OMAR, SARA, Desk, join, open_desk
from tests.fakes.parcels import finding
from tests.fakes.rows import NOON
from tests.fakes.talk import Who, kinds

NADIA = Who(6004, "Nadia", "en", "nadia")
LAYLA = Who(5, "Layla", "en")


@pytest.fixture
async def desk(store: str, clock: StandingClock, vault: Vault) -> Desk:
    """Layla's parcel is late a second time; she was told so, promised a word, offered a new one."""
    desk = await open_desk(SpokenTalk(clock, vault), status="in_transit", eta_on="2026-11-28")
    await join(desk.talk, NADIA)
    for who in (SARA, OMAR, NADIA):
        await desk.says("/help", who)
    ids: dict[str, Any] = {"merchant_id": desk.parcel.merchant.id, "customer_id": desk.customer.id}
    since = (NOON - timedelta(hours=50)).isoformat()
    _ = await finding(desk.parcel, NOON, saw={"silent_since": since, "silent_hours": 50, "threshold_hours": 48})
    told = {"shipment_id": desk.parcel.shipment.id, "kind": "late", **ids}
    _ = await ToldRow.create(to_on="2026-11-28", at_ms=to_ms(NOON - timedelta(days=1)), **told)
    await Follow.filter(customer_id=desk.customer.id).update(slips=2)
    offer: dict[str, Any] = {"ways": "a,m", "made_by": SARA.id, "made_ms": to_ms(NOON)}
    _ = await LossOffer.create(shipment_id=desk.parcel.shipment.id, **offer, **ids)
    await desk.owed()
    return desk


def read(rows: list[Any], locale: str = "en") -> str:
    """What the rows say in the topic."""
    reader = Reader(locale)
    said = [row["payload"] for row in rows if row["act"] == "answer"]
    return "\n".join(visible(render(one["kind"], one["facts"], reader).text) for one in said)


KNOWN = (
    "Layla",
    "Reads English.",
    "Order 1001",
    "Stage: ●●○○",
    "Promised: Wednesday 25 November.",
    "Expected: Saturday 28 November.",
    "No scan since Sunday 22 November, 8:00; noticed after 50 hours.",
    "it comes Saturday 28 November",
    "was promised an answer by 12:00",
    "Told of a later day 2 times.",
    "a new parcel; the money back; not chosen yet.",
    "asks for a person.",
)
"""What must be before every agent's eyes: in the summary of a hand-over and on the card alike."""


async def test_each_of_three_agents_reads_everything_and_the_customer_is_asked_nothing_twice(desk: Desk) -> None:
    to_layla: list[Any] = []
    to_layla += await desk.talk.say("The vase is for my mother's birthday, where is it?", LAYLA)
    to_layla += await desk.says("/take", SARA)
    for giver, taker in ((SARA, OMAR), (OMAR, NADIA)):
        handed = await desk.says(f"/assign @{taker.username}", giver)
        card = await desk.says("/card", taker)
        to_layla += [*handed, *card]
        for shown in (read(handed), read(card)):
            assert [one for one in KNOWN if one not in bare(shown)] == []
        assert "Last words: The vase is for my mother's birthday, where is it?" in bare(read(handed))
        assert len(kinds(handed)) == 1
        assert (await desk.fresh_ticket()).assignee_id == taker.id
    said = [row["payload"] for row in to_layla if row["lane"] == f"chat:{LAYLA.id}" and row["act"] != "place"]
    assert [one["kind"] for one in said if one.get("kind", "").startswith(("prove", "ask", "which"))] == []
    assert [one for one in said if "?" in str(one.get("text", ""))] == []


def bare(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "")


@pytest.mark.parametrize("locale", ["en", "ar", "fa"])
async def test_the_summary_is_six_lines_in_every_language_and_fits(desk: Desk, locale: str) -> None:
    await Merchant.filter(id=desk.parcel.merchant.id).update(locale=locale)
    await Customer.filter(id=desk.customer.id).update(name="\u202e<b>" + "Ω" * 120)
    _ = await desk.talk.say("🌼" * 2000, LAYLA)
    handed = await desk.says("/assign @omar", SARA)
    assert kinds(handed) == ["desk_assigned"]
    told = facts(handed, "desk_assigned")
    shown = visible(render("desk_assigned", told, Reader(locale)).text)
    assert len(shown.split("\n")) == 6
    assert utf16_len(shown) <= LONGEST


async def test_who_takes_it_himself_needs_no_summary(desk: Desk) -> None:
    assert set(facts(await desk.says("/take"), "desk_assigned")) == {"agent", "at"}


async def test_a_ticket_about_no_parcel_is_handed_over_without_one(desk: Desk) -> None:
    await Follow.filter(customer_id=desk.customer.id).delete()
    await Promise.all().delete()
    shown = bare(read(await desk.says("/assign @omar")))
    assert "Customer: Layla" in shown
    assert "Nothing was told about a day." in shown
    assert "Order" not in shown


async def test_what_was_given_is_handed_over_too(desk: Desk) -> None:
    about = {"merchant_id": desk.parcel.merchant.id, "shipment_id": desk.parcel.shipment.id}
    given: dict[str, Any] = {"kind": "delivery", "state": "made", "month": "2026-11", "made_by": SARA.id} | about
    _ = await Gesture.create(customer_id=desk.customer.id, made_ms=to_ms(NOON), **given)
    before = bare(read(await desk.says("/assign @omar")))
    assert before.count("\n") == 6
    assert "free delivery" in before.lower()
