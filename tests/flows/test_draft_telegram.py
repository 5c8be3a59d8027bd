"""A draft at the desk through the real listening and sending sides, against the sandbox's Telegram."""

from datetime import date, timedelta

import pytest

from bot.flows import drafting
from bot.flows.ingest import Polled, ingest_batch
from bot.sandbox.bot_api.seen import Seen
from bot.store.models import Merchant, Person, Shipment
from bot.store.ms import to_ms
from tests.fakes.answers import journey
from tests.fakes.office import Office

DAY = timedelta(days=1)


@pytest.fixture
async def office(office: Office) -> Office:
    """The same, of a shop that looks at what is to be told first."""
    await Merchant.all().update(mode="shadow")
    await Person.all().update(quiet="off")
    return office


async def slip(office: Office) -> Seen:
    """Her parcel is expected two days late; the message that shows the draft."""
    now = office.clock.now()
    promised: date = now.date() + DAY
    known = {"known_ms": to_ms(now), "polled_ms": to_ms(now), "promised_on": promised.isoformat()}
    await Shipment.all().update(**known, eta_on=promised.isoformat())
    await ingest_batch([Polled(1, journey(now, 2, eta=promised + 2 * DAY))], now)
    await drafting.sweep(now, "off")
    return await office.telegram.expects(office.group, "The customer would read:")


async def test_a_draft_is_shown_sent_and_marked_as_sent(office: Office) -> None:
    telegram = office.telegram
    draft = await slip(office)
    assert "later than planned" in draft.text

    await telegram.presses(office.sara, draft, "Send", chat=office.group)

    await telegram.expects(office.group, "Sent: Sara")
    assert "later than planned" in (await telegram.expects(office.layla, "Order 1001 now arrives")).text
    assert not telegram.message(office.group, draft.id).buttons  # type: ignore[union-attr]
    assert telegram.violations() == []


async def test_other_words_reach_the_customer_instead(office: Office) -> None:
    telegram = office.telegram
    draft = await slip(office)
    await telegram.presses(office.sara, draft, "Edit", chat=office.group)
    await telegram.expects(office.group, "Now Sara is writing it")

    await telegram.in_group(office.sara, office.group, "It comes on Friday, Layla")

    await telegram.expects(office.layla, "It comes on Friday, Layla")
    await telegram.expects(office.group, "The customer got other words instead: Sara")
    assert telegram.violations() == []
