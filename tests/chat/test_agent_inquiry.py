"""`/inquiry`: the question to the carrier, ready to be copied, in its language; noted once, when it was sent."""

from datetime import timedelta
from typing import Any

import pytest

from bot.flows import facts as records
from bot.store.crypt import Vault
from bot.store.models import Audit, Inquiry, ScanRow, Shipment, Ticket
from bot.store.ms import to_ms
from bot.texts.messages import Reader, render
from tests.fakes import parcels
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import SpokenTalk, facts, of_act
from tests.fakes.desk import OMAR, SARA, Desk, open_desk, own
from tests.fakes.rows import GROUP, NOON
from tests.fakes.talk import Who, kinds
from tests.texts.reading_marks import bare


@pytest.fixture
async def desk(store: str, clock: StandingClock, vault: Vault) -> Desk:
    found = await open_desk(SpokenTalk(clock, vault), country="DE")
    _ = await ScanRow.create(
        shipment_id=found.parcel.shipment.id, key=1, at_ms=to_ms(NOON - timedelta(days=3)), description="Processed",
        place="Leipzig", status="in_transit", seen_ms=0,
    )  # fmt: skip
    return found


async def letter(desk: Desk, said: str = "/inquiry") -> tuple[list[str], list[list[str]]]:
    rows = await desk.says(said)
    [row] = [row for row in rows if row["payload"].get("kind") == "inquiry_letter"]
    targets = [[target for _, target in line] for line in row["payload"]["buttons"]]
    return bare(row["payload"]["facts"]["letter"]).split("\n"), targets


async def test_the_text_says_all_that_finds_the_parcel_and_nothing_of_its_receiver(desk: Desk) -> None:
    lines, _ = await letter(desk)
    assert lines == [
        "Please trace this parcel and tell us where it is.",
        f"Tracking number: {desk.parcel.shipment.number}",
        "Our reference: 1001",
        "Destination: DE",
        "Last scan: Saturday 21 November, 10:00, Leipzig. It says: Processed",
        "Promised to our customer: Wednesday 25 November.",
        "Thank you for an answer with the next step. Lavender",
    ]
    assert not await Inquiry.all().exists()


async def test_it_is_copied_with_one_tap(desk: Desk) -> None:
    told = facts(await desk.says("/inquiry"), "inquiry_letter")
    text = render("inquiry_letter", told, Reader("en")).text
    assert text.count("<code>") == 1
    assert "Tracking number" in text.partition("<code>")[2].partition("</code>")[0]


@pytest.mark.parametrize(
    ("slug", "begins"),
    [("tipax", "لطفاً این مرسوله را ردیابی کنید"), ("smsa", "يُرجى البحث عن هذه الشحنة"), ("ups", "Please trace")],
)
async def test_a_carrier_is_asked_in_its_language_else_in_english(desk: Desk, slug: str, begins: str) -> None:
    await Shipment.all().update(slug=slug)
    lines, _ = await letter(desk)
    assert lines[0].startswith(begins)


@pytest.mark.parametrize(
    ("cause", "begins"),
    [
        ("not_received", "This parcel is marked as delivered"),
        ("address", "The delivery address"),
        ("too_late", "Please move"),
        ("words", "Please trace"),
    ],
)
async def test_what_is_asked_follows_from_the_matter(desk: Desk, cause: str, begins: str) -> None:
    await Ticket.all().update(cause=cause)
    lines, _ = await letter(desk)
    assert lines[0].startswith(begins)


async def test_a_finding_tells_it_too_and_a_purpose_can_be_named(desk: Desk) -> None:
    await parcels.finding(desk.parcel, NOON, kind="late")
    assert (await letter(desk))[0][0].startswith("Please move")
    assert (await letter(desk, "/inquiry letter proof"))[0][0].startswith("This parcel is marked")
    assert (await letter(desk, "/inquiry 1001"))[0][0].startswith("Please move")
    assert kinds(await desk.says("/inquiry 4711")) == ["desk_inquiry_which"]


async def test_another_question_takes_the_place_of_the_text(desk: Desk) -> None:
    _, targets = await letter(desk)
    rows = await desk.talk.press(targets[1][0], SARA, group=GROUP)
    [row] = of_act(rows, "answer")
    assert (row["payload"]["kind"], row["payload"]["message_id"]) == ("inquiry_letter", 40)
    assert all(len(target.encode()) <= 64 for line in targets for target in line)


async def test_once_sent_it_is_noted_and_a_warning_may_say_so(desk: Desk, clock: StandingClock) -> None:
    _, targets = await letter(desk)
    clock.advance(timedelta(hours=1))
    rows = await desk.talk.press(targets[0][0], SARA, group=GROUP)
    assert facts(rows, "desk_inquiry_noted")["purpose"] == "trace"
    asked = await Inquiry.get()
    assert (asked.asked_by, asked.way, asked.asked_ms) == (SARA.id, "mail", to_ms(clock.now()))
    assert (await Audit.get(deed="desk.inquiry")).user_id == SARA.id
    told = await records.notice(parcels.notice(desk.parcel, "stalled", clock.now()), clock.now())
    assert told is not None
    assert "We've asked DHL" in bare(render(told.kind, told.facts, Reader("en")).text)


async def test_two_who_press_note_it_once(desk: Desk) -> None:
    _, targets = await letter(desk)
    await desk.talk.press(targets[0][0], SARA, group=GROUP)
    assert await desk.talk.press(targets[0][1], OMAR, group=GROUP) == []
    assert desk.talk.toasts()[0].startswith("Noted already: Sara")
    assert await Inquiry.all().count() == 1


async def test_a_week_later_by_strangers_trainees_and_other_shops_nothing_is_noted(
    desk: Desk, clock: StandingClock
) -> None:
    _, targets = await letter(desk)
    await own(desk.parcel.merchant, OMAR, "trainee")
    press: Any = desk.talk.press
    assert await press(targets[0][0], Who(666, "M", "en"), group=GROUP) == []
    assert await press(targets[0][0], OMAR, group=GROUP) == []
    assert await press(targets[0][0], SARA) == []
    assert await press("iq:x:trace:mail:1", SARA, group=GROUP) == []
    assert await press(targets[0][0].replace("trace", "nonsense"), SARA, group=GROUP) == []
    clock.advance(timedelta(days=8))
    assert await press(targets[0][0], SARA, group=GROUP) == []
    assert len(desk.talk.toasts()) == 6
    assert not await Inquiry.all().exists()
