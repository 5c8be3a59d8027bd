"""`/offer`: a lost parcel is given up with what the policy allows; the customer chooses, and what he chose is owed."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from bot.flows import facts as records
from bot.flows import promises
from bot.store.crypt import Vault
from bot.store.models import FindingRow, LossOffer, Merchant, OutboxRow, Promise, Shipment, Ticket
from bot.store.ms import from_ms, to_ms
from bot.texts.messages import Reader, render
from tests.fakes import parcels
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import SpokenTalk, facts, of_act
from tests.fakes.desk import SARA, Desk, open_desk
from tests.fakes.rows import NOON
from tests.fakes.talk import Who, kinds
from tests.texts.reading_marks import bare

DAY = timedelta(days=1)
ALL = {"resend": True, "refund": True, "resend_days": 3, "refund_days": 5, "express": True, "free_delivery": True}
LAYLA = Who(5, "Layla", "en")


async def lost_at(talk: Any, policy: dict[str, Any], **changes: Any) -> Desk:
    desk = await open_desk(talk, value_amount="64.00", currency="EUR", country="DE", **changes)
    await Merchant.filter(id=desk.parcel.merchant.id).update(
        settings=orjson.dumps({"policy": policy}).decode(), country="DE", zone="Europe/Berlin"
    )
    await parcels.finding(desk.parcel, NOON, kind="lost")
    return desk


@pytest.fixture
async def talk(store: str, clock: StandingClock, vault: Vault) -> SpokenTalk:
    return SpokenTalk(clock, vault)


@pytest.fixture
async def desk(talk: SpokenTalk) -> Desk:
    return await lost_at(talk, ALL)


async def said_to_layla(desk: Desk, kind: str = "loss_offer") -> tuple[str, list[str]]:
    """What she reads, and the verbs under it."""
    now = desk.talk.clock.now()
    leaving = parcels.notice(desk.parcel, kind, now)
    told = await records.notice(leaving, now)
    assert told is not None
    rendered = render(told.kind, told.facts, Reader("en", "Europe/Berlin"), told.buttons)
    return bare(rendered.text), [button.data or "" for row in rendered.buttons for button in row]


async def test_the_offer_reads_as_the_model_with_what_the_policy_allows(desk: Desk) -> None:
    await desk.says("/take")
    rows = await desk.says("/offer")
    assert "desk_offer_made" in kinds(rows)
    assert [row["payload"]["kind"] for row in of_act(rows, "notice")] == ["loss_offer"]
    text, verbs = await said_to_layla(desk)
    assert text.split("\n") == [
        "Order 1001 is lost, and we'll put it right",
        "We've stopped waiting for the parcel. The responsibility is ours, not yours, and we're truly sorry. "
        "Which would you prefer?",
        "• The same again, sent today by express, with you by Friday 27 November",
        "• Your money back: €64.00, by Tuesday 1 December",
        "Either way, delivery of your next order is on us. There's no hurry: we'll ask once more on Saturday, "
        "and Sara is here if you'd rather talk.",
    ]
    shipment = desk.parcel.shipment.id
    assert verbs == [f"lo:{shipment}:a", f"lo:{shipment}:m", f"h:{shipment}"]


async def test_who_has_paid_nothing_is_offered_no_refund(talk: SpokenTalk) -> None:
    desk = await lost_at(talk, ALL, cod_amount="64.00")
    await desk.says("/offer")
    text, verbs = await said_to_layla(desk)
    assert "• We cancel the order; you owe nothing" in text
    assert "money" not in text
    assert [verb.rpartition(":")[2] for verb in verbs[:-1]] == ["a", "c"]


async def test_what_is_out_of_stock_is_not_offered_but_said(desk: Desk) -> None:
    await desk.says("/offer nostock")
    text, verbs = await said_to_layla(desk)
    assert "• The same again isn't possible: it's out of stock" in text
    assert "Does this suit you?" in text
    assert [verb.rpartition(":")[2] for verb in verbs[:-1]] == ["m"]


@pytest.mark.parametrize(
    ("policy", "said", "answer"),
    [({}, "/offer", "desk_offer_nothing"), (ALL, "/offer 999", "desk_offer_which")],
)
async def test_what_cannot_be_offered_is_explained(
    talk: SpokenTalk, policy: dict[str, Any], said: str, answer: str
) -> None:
    desk = await lost_at(talk, policy)
    rows = await desk.says(said)
    assert kinds(rows) == [answer]
    assert await LossOffer.all().count() == 0


async def test_a_parcel_that_nobody_thinks_lost_is_not_given_up(desk: Desk) -> None:
    await FindingRow.all().update(closed_ms=to_ms(NOON))
    assert kinds(await desk.says("/offer")) == ["desk_offer_not_lost"]


async def test_an_offer_is_not_said_any_more_once_the_parcel_has_turned_up(desk: Desk) -> None:
    await desk.says("/offer")
    await FindingRow.all().update(closed_ms=to_ms(NOON))
    assert await records.notice(parcels.notice(desk.parcel, "loss_offer", NOON), NOON) is None
    rows = await desk.talk.press(f"lo:{desk.parcel.shipment.id}:m", LAYLA)
    assert kinds(rows) == ["turned_up"]


async def test_a_choice_is_confirmed_with_its_day_told_to_the_desk_and_owed(desk: Desk) -> None:
    await desk.says("/offer")
    rows = await desk.talk.press(f"lo:{desk.parcel.shipment.id}:m", LAYLA)
    answer = facts(rows, "loss_chosen")
    assert answer["money"]["on"] == "2026-12-01"
    assert bare(render("loss_chosen", answer, Reader("en", "Europe/Berlin")).text) == (
        "Settled: €64.00 for order 1001 is with you by Tuesday 1 December. "
        "We'll write here when it's done, by 18:00 on Tuesday 1 December."
    )
    assert facts(rows, "desk_chosen")["money"]["sum"]["amount"] == "64.00"
    owed = await Promise.get(open=1)
    assert (owed.kind, owed.by_person, from_ms(owed.due_ms).isoformat()) == ("loss_chosen", True, answer["next_at"])
    assert (await LossOffer.get()).chosen == "m"
    assert (await Ticket.get()).closed_ms is None


async def test_a_second_choice_changes_nothing(desk: Desk) -> None:
    await desk.says("/offer")
    await desk.talk.press(f"lo:{desk.parcel.shipment.id}:m", LAYLA)
    rows = await desk.talk.press(f"lo:{desk.parcel.shipment.id}:a", LAYLA)
    assert "money" not in facts(rows, "loss_chosen")
    assert (await LossOffer.get()).chosen == "m"
    assert kinds(await desk.says("/offer")) == ["desk_offer_chosen"]


@pytest.mark.parametrize("pressed", ["lo:{0}:c", "lo:{0}:z", "lo:{0}", "lo:x:m", "lo:999:m"])
async def test_what_was_not_offered_cannot_be_chosen(desk: Desk, pressed: str) -> None:
    await desk.says("/offer")
    rows = await desk.talk.press(pressed.format(desk.parcel.shipment.id), LAYLA)
    assert kinds(rows) == ["not_for_you"]
    assert (await LossOffer.get()).chosen is None


async def test_an_offer_that_nobody_answers_is_repeated_once_on_the_day_that_was_named(desk: Desk) -> None:
    await desk.says("/offer")
    asked = await Promise.get(open=1)
    assert from_ms(asked.due_ms).date().isoformat() == "2026-11-28"
    await promises.keep_due(from_ms(asked.due_ms), "22-8")
    words = [orjson.loads(row.payload)["kind"] for row in await OutboxRow.filter(act="notice").order_by("id")]
    assert words == ["loss_offer", "loss_offer_again"]
    assert await Promise.filter(open=1).count() == 0
    text, verbs = await said_to_layla(desk, "loss_offer_again")
    assert text.startswith("Order 1001 is lost, and the choice is still yours")
    assert len(verbs) == 3


async def test_what_persons_owed_is_kept_by_an_offer(desk: Desk) -> None:
    await desk.owed()
    await desk.says("/offer", SARA)
    assert [one.kind for one in await Promise.filter(open=1)] == ["loss_offer"]


async def test_a_delivered_parcel_asks_for_no_choice(desk: Desk) -> None:
    await desk.says("/offer")
    await Shipment.all().update(status="delivered")
    await promises.keep_due(NOON + 5 * DAY, "22-8")
    assert await OutboxRow.filter(act="notice").count() == 1


async def test_on_a_day_on_which_the_shop_is_closed_nobody_reports(desk: Desk) -> None:
    await desk.says("/offer")
    await Merchant.all().update(apart="2026-12-01 closed")
    answer = facts(await desk.talk.press(f"lo:{desk.parcel.shipment.id}:m", LAYLA), "loss_chosen")
    assert answer["money"]["on"] == "2026-12-01"
    assert answer["next_at"].startswith("2026-12-02")
