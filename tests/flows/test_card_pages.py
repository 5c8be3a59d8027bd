"""The card within one message whatever the history, all of it behind `/card`; a hand-over that leaves nothing out."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flows import card, card_pages
from bot.store import desk_tickets, loss_offers, tickets
from bot.store.models import Customer, Follow, LossOffer, Merchant, Order, Promise, Rating, ScanRow, Shipment, ToldRow
from bot.store.ms import to_ms
from bot.texts.bidi import FSI, PDI, utf16_len, visible
from bot.texts.messages import Reader, render
from tests.fakes.parcels import Followed, finding, followed
from tests.fakes.rows import NOON
from tests.flows.test_card import composed, text

TELEGRAM = 4096
HOSTILE = "\u202e<b>\u2066&\u200f" + "🌼" * 60


async def boxes(parcel: Followed, count: int, scans: int, order: str = "") -> None:
    """So many further parcels of his, each with so many scans."""
    for number in range(count):
        given = {"merchant_id": parcel.merchant.id, "created_ms": 0}
        placed = await Order.create(number=f"{order}{number}"[:64], **given)
        box = await Shipment.create(
            order_id=placed.id, slug="ups", number=f"1Z{number:030}", next_poll_ms=0, status="in_transit",
            promised_on="2026-11-25", eta_on="2026-11-28", **given,
        )  # fmt: skip
        _ = await Follow.create(shipment_id=box.id, customer_id=parcel.customer.id, created_ms=0)
        await scanned(box.id, scans)


async def scanned(shipment_id: int, count: int) -> None:
    said: dict[str, Any] = {"shipment_id": shipment_id, "description": "<&\u202e " * 90, "place": "Z" * 120}
    rows = [ScanRow(key=key, at_ms=key * 1000, seen_ms=0, status="in_transit", **said) for key in range(count)]
    await ScanRow.bulk_create(rows)


async def pages(parcel: Followed, locale: str = "en") -> list[str]:
    return [
        render(kind, told | {"at": NOON.isoformat()}, Reader(locale)).text
        for kind, told in await card.pages(parcel.customer.id, NOON)
    ]


@pytest.mark.parametrize("locale", ["en", "ar", "fa"])
async def test_forty_parcels_with_hostile_orders_fit_one_card_and_are_all_behind_the_long_one(
    store: str, locale: str
) -> None:
    parcel = await followed(NOON)
    await Merchant.filter(id=parcel.merchant.id).update(locale=locale)
    await Customer.filter(id=parcel.customer.id).update(name=HOSTILE[:128])
    await boxes(parcel, 39, 3, "\u202e<b>#")
    short = await text(parcel, locale)
    assert utf16_len(visible(short)) <= card.LONGEST
    long = await pages(parcel, locale)
    assert 1 < len(long) <= card.MOST_PAGES
    assert all(utf16_len(visible(one)) <= TELEGRAM and one.count(FSI) == one.count(PDI) for one in long)
    whole = "\n".join(long)
    assert all(f"1Z{number:030}" in whole for number in range(39))


async def test_a_parcel_with_three_hundred_scans_shows_three_and_ten(store: str) -> None:
    parcel = await followed(NOON)
    await scanned(parcel.shipment.id, 300)
    assert (await text(parcel)).count("ZZ…") == 3
    [one] = await pages(parcel)
    assert one.count("ZZ…") == 10
    assert utf16_len(visible(one)) <= TELEGRAM


async def test_one_parcel_that_is_too_much_by_itself_still_fits(store: str) -> None:
    parcel = await followed(NOON)
    for kind in ("late", "stalled", "lost", "at_risk"):
        _ = await finding(parcel, NOON, kind=kind, saw={"delay": "x" * 4000})
    await scanned(parcel.shipment.id, 40)
    assert utf16_len(visible(await text(parcel))) <= card.LONGEST
    assert all(utf16_len(visible(one)) <= TELEGRAM for one in await pages(parcel))


async def test_of_nobody_there_are_no_pages(store: str) -> None:
    assert await card.pages(404, NOON) == []


@given(st.lists(st.lists(st.integers(1, 40), max_size=8), max_size=12), st.integers(20, 90))
def test_whatever_is_divided_fits_and_keeps_its_order(groups: list[list[int]], room: int) -> None:
    entries = [[{"n": n} for n in group] for group in groups]

    def fits(kind: str, told: Any) -> bool:
        return bool(sum(one["n"] for one in told.get("entries", ())) <= room)

    said = card_pages.divided({"name": "Layla", "more": 3}, entries, fits)
    assert all(fits(kind, told) for kind, told in said)
    assert said[0][0] == "card_full"
    assert "more" not in said[0][1]
    shown = [one["n"] for _, told in said for one in told.get("entries", ())]
    if all(sum(group) <= room for group in groups):
        assert shown == [n for group in groups for n in group]


@pytest.mark.parametrize(("count", "unseen", "more"), [(3, 0, 0), (5, 0, 0), (7, 0, 2), (2, 4, 4), (6, 1, 2)])
def test_no_more_messages_than_that_and_the_last_says_what_is_missing(count: int, unseen: int, more: int) -> None:
    said: list[Any] = [("card_more", {"entries": [{"is": "parcel"}, {"is": "scan"}]}) for _ in range(count)]
    shown = card_pages.bounded(said, 5, unseen)
    assert len(shown) == min(count, 5)
    assert [told.get("more", 0) for _, told in shown] == [0] * (len(shown) - 1) + [more]


# ---- what he was told


async def known(parcel: Followed) -> None:
    """A history: told twice, an offer, a broken promise, a rating, an earlier ticket."""
    ids = {"merchant_id": parcel.merchant.id, "customer_id": parcel.customer.id}
    told = {"shipment_id": parcel.shipment.id, "kind": "late", **ids}
    _ = await ToldRow.create(to_on="2026-11-26", at_ms=to_ms(NOON - timedelta(days=2)), **told)
    _ = await ToldRow.create(from_on="2026-11-28", to_on="2026-11-30", at_ms=to_ms(NOON - timedelta(days=1)), **told)
    await Follow.filter(customer_id=parcel.customer.id).update(slips=2)
    _ = await LossOffer.create(
        shipment_id=parcel.shipment.id, ways="a,m", made_by=1, made_ms=to_ms(NOON), chosen="m", **ids
    )
    _ = await Promise.create(kind="answer", due_ms=0, made_ms=0, open=0, broken=True, by_person=True, **ids)
    before = await tickets.add(parcel.customer, "sooner", None, {}, NOON - timedelta(days=12))
    await desk_tickets.close(before, "sent again", NOON - timedelta(days=11))
    _ = await Rating.create(
        ticket_id=before.id, stars=2, comment=HOSTILE, made_ms=0, rated_ms=to_ms(NOON - timedelta(days=10)), **ids
    )


async def test_the_card_says_what_he_was_told_offered_and_thought_of_it(store: str) -> None:
    parcel = await followed(NOON, status="in_transit")
    await known(parcel)
    said = await text(parcel)
    for words in (
        "Stage: ●●○○",
        "• Told Monday 23 November, 10:00: it comes between ",
        "• Told Sunday 22 November, 10:00: it comes Thursday 26 November.",
        "<b>Told of a later day 2 times.</b>",
        "a new parcel; the money back; chosen: the money back.",
        "We broke one promise of an answer.",
        "• Rated 2 of 5, Saturday 14 November. In their words: ",
        "needs it sooner. Outcome: sent again.",
    ):
        assert words in said, words
    assert HOSTILE not in said


async def test_an_offer_that_waits_for_an_answer_says_so(store: str) -> None:
    parcel = await followed(NOON)
    await known(parcel)
    await LossOffer.filter(customer_id=parcel.customer.id).update(chosen=None)
    assert await loss_offers.of(parcel.customer.id, parcel.shipment.id) is not None
    assert "not chosen yet." in await text(parcel)


@pytest.mark.parametrize(("zone", "words"), [("Asia/Tehran", "ahead"), ("America/Bogota", "behind"), ("UTC", "")])
async def test_it_says_how_his_clock_differs_from_ours_and_never_grows_old(store: str, zone: str, words: str) -> None:
    parcel = await followed(NOON)
    await Merchant.filter(id=parcel.merchant.id).update(zone="UTC")
    await Shipment.filter(id=parcel.shipment.id).update(zone=zone)
    first, later = await composed(parcel), await composed(parcel, NOON + timedelta(hours=5))
    assert first.digest == later.digest
    shown = render(first.kind, first.facts, first.reader).text
    assert (f"h {words} our clock." in shown or f"h {words} of our clock." in shown) is bool(words)
