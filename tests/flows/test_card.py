"""The card says who it is, what is known of his parcels, what is owed, what was: all of it from records."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.outgoing import Act, Leaving, Priority
from bot.flows import card
from bot.flows.composed import Composed
from bot.store import desk_tickets, legs, tickets
from bot.store.models import Customer, Follow, Merchant, Order, Person, Promise, ScanRow, Shipment, Ticket
from bot.store.ms import to_ms
from bot.texts.bidi import FSI, PDI, utf16_len, visible
from bot.texts.messages import Reader, render
from tests.fakes.parcels import Followed, finding, followed
from tests.fakes.rows import NOON


async def composed(parcel: Followed, at: Any = NOON) -> Composed:
    leaving = Leaving(
        1, Act.CARD, {}, "card", Priority.LIVE, f"desk:{parcel.customer.id}", 1, NOON,
        customer_id=parcel.customer.id, merchant_id=parcel.merchant.id,
    )  # fmt: skip
    made = await card.card(leaving, at)
    assert made is not None
    return made


async def text(parcel: Followed, locale: str = "en") -> str:
    made = await composed(parcel)
    return render(made.kind, made.facts, Reader(locale, made.reader.zone)).text


async def scans(parcel: Followed, count: int) -> None:
    for hours in range(count):
        at = to_ms(NOON - timedelta(hours=hours))
        given: dict[str, Any] = {"key": hours, "at_ms": at, "seen_ms": at, "status": "in_transit"}
        _ = await ScanRow.create(
            shipment_id=parcel.shipment.id, place="Leipzig", description=f"Sorted {hours}", **given
        )


async def test_it_names_customer_language_zone_and_parcel(store: str) -> None:
    parcel = await followed(NOON, cod_amount="64.00", currency="EUR", eta_on="2026-11-26")
    _ = await Person.create(user_id=5, name="Layla77", app_locale="ar", zone="Asia/Riyadh")
    said = await text(parcel)
    assert said.startswith("Customer: <b>Layla</b>\nReads Arabic.")
    assert "<code>Asia/Riyadh +03:00</code>" in said
    assert "<b>Order 1001</b>, DHL: " in said
    assert "<code>00340434161094042557</code>" in said
    assert "Promised: Wednesday 25 November. Expected: Thursday 26 November. One day late." in said
    assert "To pay on delivery: €64.00." in said


@pytest.mark.parametrize("locale", ["en", "ar", "fa"])
async def test_a_further_number_stands_under_the_first(store: str, locale: str) -> None:
    parcel = await followed(NOON)
    await legs.record(
        [
            legs.NewLeg(parcel.shipment.id, "LX1", "La Poste", None, None, False),
            legs.NewLeg(parcel.shipment.id, "LX2", "", None, None, False),
        ],
        NOON,
    )
    lines = [visible(line).replace(FSI, "").replace(PDI, "") for line in (await text(parcel, locale)).split("\n")]
    place = next(place for place, line in enumerate(lines) if "00340434161094042557" in line)
    assert lines[place + 1].endswith("(La Poste): LX1")
    assert lines[place + 2].endswith(": LX2")


async def test_it_shows_three_scans_newest_first(store: str) -> None:
    parcel = await followed(NOON)
    await scans(parcel, 6)
    said = await text(parcel)
    assert [line for line in said.split("\n") if "Sorted" in line] == [
        f"• Tuesday 24 November, {10 - hours}:00, Leipzig: Sorted {hours}" for hours in range(3)
    ]


async def test_a_finding_stands_there_with_its_evidence(store: str) -> None:
    parcel = await followed(NOON)
    since = (NOON - timedelta(hours=50)).isoformat()
    _ = await finding(parcel, NOON, saw={"silent_since": since, "silent_hours": 50, "threshold_hours": 48})
    said = await text(parcel)
    assert "No scan since Sunday 22 November, 8:00; noticed after 50 hours." in said
    assert "Usual limit: 48 hours." in said


@pytest.mark.parametrize(
    ("kind", "saw"),
    [
        ("at_risk", {"slip": 1, "eta_on": "2026-11-26", "promised_on": "2026-11-25"}),
        ("at_risk", {"delay": "Bad weather"}),
        ("late", {"days_late": 2}),
        ("failed_attempt", {"attempt_at": "2026-11-24T08:00:00+00:00", "next_attempt_on": "2026-11-25"}),
        ("returning", {}),
        ("not_handed_over", {"waiting_since": "2026-11-20T08:00:00+00:00"}),
        ("first_scan_late", {"waiting_since": "2026-11-20T08:00:00+00:00", "threshold_hours": 96}),
        ("address_problem", {"since": "2026-11-20T08:00:00+00:00", "about": "address"}),
        ("address_problem", {"since": "2026-11-20T08:00:00+00:00"}),
        ("lost", {"silent_since": "2026-11-10T08:00:00+00:00", "silent_hours": 336}),
        ("lost", {"status": "lost"}),
    ],
)
async def test_every_finding_has_words_in_every_language(store: str, kind: str, saw: dict[str, Any]) -> None:
    parcel = await followed(NOON)
    without = {locale: await text(parcel, locale) for locale in ("en", "ar", "fa")}
    _ = await finding(parcel, NOON, kind=kind, saw=saw)
    for locale, before in without.items():
        said = await text(parcel, locale)
        assert len(said.split("\n")) == len(before.split("\n")) + 1
        assert "{" not in said


async def test_the_ticket_says_why_since_when_and_whose_it_is(store: str) -> None:
    parcel = await followed(NOON)
    ticket = await tickets.add(parcel.customer, "nobody_came", parcel.shipment.id, {}, NOON)
    assert "says nobody came. Nobody has answered yet.\nNobody has it yet: /take" in await text(parcel)
    _ = await Person.create(user_id=6001, name="Sara Haddad")
    await desk_tickets.assign(ticket, 6001, "waiting_us")
    assert "We owe an answer.\nSara has it." in await text(parcel)


async def test_a_second_ticket_within_a_month_is_said_to_be_one(store: str) -> None:
    parcel = await followed(NOON)
    before = await tickets.add(parcel.customer, "sooner", None, {}, NOON - timedelta(days=12))
    await desk_tickets.close(before, "sent again", NOON - timedelta(days=11))
    assert "within a month" not in await text(parcel)
    _ = await tickets.add(parcel.customer, "words", None, {}, NOON)
    said = await text(parcel)
    assert "<b>Ticket number 2 within a month.</b>" in said
    assert "• Thursday 12 November: needs it sooner. Outcome: sent again." in said


async def test_it_names_what_was_promised_and_to_be_kept_by_whom(store: str) -> None:
    parcel = await followed(NOON)
    ids = {"merchant_id": parcel.merchant.id, "customer_id": parcel.customer.id, "made_ms": 0}
    due = to_ms(NOON + timedelta(hours=2))
    _ = await Promise.create(**ids, kind="answer", due_ms=due, by_person=True)
    _ = await Promise.create(**ids, kind="late", due_ms=due, shipment_id=parcel.shipment.id)
    said = await text(parcel)
    assert "was promised an answer by 12:00 on Tuesday 24 November" in said
    assert "was promised the next message by 12:00 on Tuesday 24 November" in said


async def test_who_cannot_be_reached_or_is_banned_is_marked(store: str) -> None:
    parcel = await followed(NOON)
    await Customer.filter(id=parcel.customer.id).update(unreachable_ms=to_ms(NOON), banned_ms=to_ms(NOON))
    said = await text(parcel)
    assert "<b>Can't be reached since Tuesday 24 November, 10:00.</b>" in said
    assert "Banned since Tuesday 24 November, 10:00" in said


async def test_of_who_was_forgotten_nothing_is_shown(store: str) -> None:
    parcel = await followed(NOON)
    await Customer.filter(id=parcel.customer.id).update(unreachable_reason="forgotten", name="", user_id=-1)
    made = await composed(parcel)
    assert {name for name in made.facts if name != "at"} == {"forgotten"}
    assert "Layla" not in render(made.kind, made.facts, made.reader).text


async def test_it_is_the_same_card_until_something_changes(store: str) -> None:
    parcel = await followed(NOON)
    first = await composed(parcel)
    later = await composed(parcel, NOON + timedelta(minutes=1))
    assert first.digest != 0
    assert later.digest == first.digest
    await Shipment.filter(id=parcel.shipment.id).update(status="customs")
    assert (await composed(parcel, NOON + timedelta(minutes=2))).digest != first.digest


async def test_of_many_parcels_as_many_are_shown_as_fit(store: str) -> None:
    parcel = await followed(NOON)
    for number in range(20):
        hostile = "\u202e<b>" + "9" * 55 + f"{number:02}"
        order = await Order.create(merchant_id=parcel.merchant.id, number=hostile, created_ms=0)
        box = await Shipment.create(
            merchant_id=parcel.merchant.id, order_id=order.id, slug="ups", number=f"1Z{number:030}", next_poll_ms=0,
            created_ms=0, cod_amount="1000000", currency="IRT", promised_on="2026-11-25", eta_on="2026-11-28",
        )  # fmt: skip
        _ = await Follow.create(shipment_id=box.id, customer_id=parcel.customer.id, created_ms=0)
        for key in range(3):
            said: dict[str, Any] = {"description": "<&" * 100, "place": "Z" * 120, "status": "in_transit"}
            _ = await ScanRow.create(shipment_id=box.id, key=key, at_ms=key, seen_ms=0, **said)
    for locale in ("en", "ar", "fa"):
        await Merchant.filter(id=parcel.merchant.id).update(locale=locale)
        made = await composed(parcel)
        shown = render(made.kind, made.facts, made.reader).text
        assert utf16_len(visible(shown)) <= card.LONGEST
        assert shown.count(FSI) == shown.count(PDI)
        assert made.facts["more"] >= 15


async def test_there_is_no_card_of_nobody(store: str) -> None:
    leaving = Leaving(1, Act.CARD, {}, "card", Priority.LIVE, "desk:404", 1, NOON, customer_id=404)
    assert await card.card(leaving, NOON) is None


async def test_a_forgotten_rest_is_not_shown(store: str) -> None:
    parcel = await followed(NOON)
    ticket = await tickets.add(parcel.customer, "words", None, {}, NOON)
    await Ticket.filter(id=ticket.id).update(snoozed_ms=to_ms(NOON - timedelta(hours=1)))
    assert "Rests until" not in await text(parcel)
