"""Half of the time gone and nobody has written: the customer reads that he is not forgotten, once, while it is true."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.flows import facts, waiting
from bot.store.models import OutboxRow, Person, Promise, Ticket, TicketMessage
from bot.store.ms import to_ms
from tests.fakes import parcels
from tests.fakes.parcels import Followed

pytestmark = pytest.mark.usefixtures("store")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def asked(at: datetime = NOON, due_in: timedelta = 2 * HOUR, **changes: Any) -> tuple[Followed, Promise]:
    """A customer who was promised an answer."""
    parcel = await parcels.followed(at)
    given = {
        "merchant_id": parcel.merchant.id, "customer_id": parcel.customer.id, "ticket_id": 1, "kind": "answer",
        "due_ms": to_ms(at + due_in), "made_ms": to_ms(at), "by_person": True,
    } | changes  # fmt: skip
    return parcel, await Promise.create(**given)


async def agent_writes(parcel: Followed, at: datetime) -> None:
    words = TicketMessage(
        customer_id=parcel.customer.id, direction="out", user_id=9, source_chat_id=-1, source_message_id=1,
        created_ms=to_ms(at),
    )  # fmt: skip
    await words.save()


async def test_a_holding_word_comes_when_half_of_the_time_is_gone_and_once() -> None:
    _, promise = await asked()
    assert await waiting.reassure(NOON + 59 * HOUR / 60) == 0
    assert await waiting.reassure(NOON + HOUR) == 1
    assert await waiting.reassure(NOON + HOUR) == 0
    (row,) = await OutboxRow.all()
    assert row.cause == f"holding:{promise.id}"


async def test_who_has_it_is_named_only_if_somebody_has_it() -> None:
    parcel, promise = await asked()
    leaving = parcels.notice(parcel, "holding", NOON, shipments=[], promise=promise.id)
    nobody = await facts.notice(leaving, NOON)
    await Person(user_id=9, name="Sara Holm").save()
    await Ticket(
        customer_id=parcel.customer.id, merchant_id=parcel.merchant.id, cause="words", assignee_id=9, opened_ms=0
    ).save()
    somebody = await facts.notice(leaving, NOON)
    assert nobody is not None
    assert "agent" not in nobody.facts
    assert somebody is not None
    assert somebody.facts["agent"] == "Sara"


async def test_after_an_agents_words_no_holding_word_is_said_or_leaves() -> None:
    parcel, promise = await asked()
    leaving = parcels.notice(parcel, "holding", NOON, shipments=[], promise=promise.id)
    await agent_writes(parcel, NOON + HOUR / 2)
    assert await waiting.reassure(NOON + HOUR) == 0
    assert await facts.notice(leaving, NOON) is None


@pytest.mark.parametrize("changes", [{"kind": "delay_again"}, {"open": 0}, {"due_ms": to_ms(NOON + HOUR)}])
async def test_other_words_that_are_owed_need_none_nor_does_one_that_is_nearly_due(changes: dict[str, Any]) -> None:
    await asked(**changes)
    assert await waiting.reassure(NOON + HOUR) == 0


async def test_half_of_the_time_is_counted_while_somebody_is_there() -> None:
    evening = NOON + 9 * HOUR
    await asked(evening, due_in=14 * HOUR)
    assert await waiting.reassure(evening + 6 * HOUR) == 0
    assert await waiting.reassure(evening + 13 * HOUR) == 1
