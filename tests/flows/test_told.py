"""What was told is kept when it leaves, held against what came of it, and asked about by the customer or not."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.outgoing import Act
from bot.flows.ingest import Polled, ingest_batch
from bot.flows.sweep import sweep
from bot.store import outbox
from bot.store.crypt import Vault
from bot.store.models import FindingRow, Promise, ToldRow, Trouble
from bot.store.ms import to_ms
from bot.store.pruning import RULES, bite
from carriers.kit.model import Status
from tests.fakes.answers import answer, scan
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import LAYLA, NUMBER, Shop, SpokenTalk, follow_link, open_shop
from tests.fakes.parcels import Followed, followed
from tests.fakes.rows import NOON, private
from tests.fakes.speaker import composed, composer
from tests.fakes.talk import Talk
from tests.flows.outbound import LATER, carry

pytestmark = pytest.mark.usefixtures("store")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)


async def warned(parcel: Followed, kind: str = "delay_slight") -> None:
    told = {"shipment_id": parcel.shipment.id, "told_on": "2026-11-29", "slips": 1, "warns": True}
    said = {"kind": kind, "shipments": [parcel.shipment.id], "told": [told]}
    to = {"customer_id": parcel.customer.id, "merchant_id": parcel.merchant.id}
    await outbox.put([private(Act.NOTICE, parcel.customer.user_id, payload=said, **to)])


async def take_in(parcel: Followed, status: Status, at: datetime) -> None:
    await ingest_batch([Polled(parcel.shipment.id, answer(scan(at, status)))], at)


async def ends() -> list[tuple[Any, ...]]:
    troubles = {row.shipment_id: row for row in await Trouble.all()}
    return [(one.ended, one.came_on, troubles[one.shipment_id].late) for one in await ToldRow.all().order_by("id")]


async def test_a_day_counts_as_told_once_its_message_has_left() -> None:
    parcel = await followed(NOON)
    await warned(parcel)
    assert await ToldRow.all().count() == 0
    await carry(content=composer(notice=composed()))
    row, trouble = await ToldRow.get(), await Trouble.get()
    assert (row.kind, row.to_on, row.at_ms) == ("delay_slight", "2026-11-29", to_ms(LATER))
    assert (trouble.warned_ms, trouble.doubted_ms) == (to_ms(LATER), to_ms(LATER))


async def test_a_message_that_never_left_told_nothing() -> None:
    await warned(await followed(NOON))
    await carry(content=composer(notice=None))
    assert (await ToldRow.all().count(), await Trouble.all().count()) == (0, 0)


@pytest.mark.parametrize(
    ("status", "end"),
    [(Status.DELIVERED, (1, "2026-11-28", 1)), (Status.RETURNED, (1, None, 1)), (Status.LOST, (1, None, 1))],
)
async def test_the_end_of_a_parcel_is_held_against_what_was_told_of_it(status: Status, end: tuple[Any, ...]) -> None:
    parcel = await followed(NOON)
    await warned(parcel)
    await carry(content=composer(notice=composed()))
    await take_in(parcel, Status.IN_TRANSIT, NOW + DAY)
    assert await ends() == [(0, None, None)]
    await take_in(parcel, status, NOW + 4 * DAY)
    assert await ends() == [end]


async def test_a_delivery_that_is_taken_back_is_no_end() -> None:
    parcel = await followed(NOON)
    await warned(parcel)
    await carry(content=composer(notice=composed()))
    await take_in(parcel, Status.DELIVERED, NOW + DAY)
    assert (await ToldRow.get()).came_on == date(2026, 11, 25).isoformat()
    await take_in(parcel, Status.RETURNING, NOW + 2 * DAY)
    assert await ends() == [(0, None, None)]


async def test_a_persons_word_that_did_not_come_is_broken() -> None:
    parcel = await followed(NOW)
    owed = {"merchant_id": parcel.merchant.id, "customer_id": parcel.customer.id, "shipment_id": parcel.shipment.id}
    _ = await Promise.create(kind="delay_again", due_ms=to_ms(NOW), made_ms=to_ms(NOW - DAY), by_person=True, **owed)
    await sweep(NOW, "off", seldom=False)
    assert [row.broken for row in await Promise.all().order_by("id")] == [True, None]


async def test_what_was_told_is_forgotten_after_a_year() -> None:
    parcel = await followed(NOON)
    await warned(parcel)
    await carry(content=composer(notice=composed()))
    rules = [rule for rule in RULES if rule.table in ("told", "trouble")]
    assert [(await bite(rule, None, LATER + rule.kept, 9)).gone for rule in rules] == [0, 0]
    assert [(await bite(rule, None, LATER + rule.kept + DAY, 9)).gone for rule in rules] == [1, 1]


# ---- questions


async def in_trouble(talk: Talk) -> Shop:
    shop = await open_shop()
    await follow_link(talk, shop)
    _ = await FindingRow.create(
        merchant_id=shop.merchant.id, shipment_id=shop.shipment.id, kind="late", occurrence=1, severity="slight",
        raised_ms=to_ms(talk.clock.now()),
    )  # fmt: skip
    return shop


@pytest.mark.parametrize(
    "words", ["/parcels", f"/track {NUMBER}", "/track 1001", "أين شحنتي؟", "/human", "/human hello", "it is a gift!"]
)
async def test_any_way_of_asking_counts(store: str, clock: StandingClock, vault: Vault, words: str) -> None:
    talk = SpokenTalk(clock, vault)
    await in_trouble(talk)
    await talk.say(words, LAYLA)
    assert [row.asked_ms for row in await Trouble.all()] == [to_ms(clock.now())]


async def test_a_press_counts_unless_it_only_answers_us(store: str, clock: StandingClock, vault: Vault) -> None:
    talk = SpokenTalk(clock, vault)
    shop = await in_trouble(talk)
    await talk.press(f"k:{shop.shipment.id}", LAYLA)
    assert await Trouble.all().count() == 0
    await talk.press(f"w:{shop.shipment.id}", LAYLA)
    assert await Trouble.all().count() == 1


async def test_thanks_and_settings_are_no_questions(store: str, clock: StandingClock, vault: Vault) -> None:
    talk = SpokenTalk(clock, vault)
    await in_trouble(talk)
    for words in ("thank you", "/settings", "/help", "/start"):
        await talk.say(words, LAYLA)
    assert await Trouble.all().count() == 0
