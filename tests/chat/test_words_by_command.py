"""What an agent's command says to a customer is the agent's words: marked, explained, sent again, not given if lost."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from bot.domain.outgoing import Outcome, Rejected, Sent, Unreachable
from bot.flows import outgoing, settling
from bot.flows.calls import Drop, Later
from bot.store import gestures
from bot.store.crypt import Vault
from bot.store.models import Customer, Gesture, Merchant, OutboxRow, Promise, TicketMessage
from bot.store.ms import to_ms
from tests.fakes import parcels
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import SpokenTalk, facts
from tests.fakes.desk import OMAR, SARA, Desk, leave_all, open_desk, own
from tests.fakes.rows import GROUP, NOON
from tests.fakes.speaker import composer
from tests.fakes.talk import kinds
from tests.flows.outbound import LATER
from tests.texts.reading_marks import bare

TOMORROW_NOON = NOON + timedelta(hours=26)
OFFER, PROMISE = "/offer coupon 5 CODE9", "/promise tomorrow 12:00"
REFUSED, BLOCKED = Rejected("refused"), Unreachable("blocked")


@pytest.fixture
async def desk(store: str, clock: StandingClock, vault: Vault) -> Desk:
    found = await open_desk(SpokenTalk(clock, vault), value_amount="64.00", currency="EUR")
    settings = orjson.dumps({"gestures": {"month": 100, "limit": 20, "delivery": 5}}).decode()
    await Merchant.all().update(settings=settings, currency="EUR")
    await parcels.finding(found.parcel, NOON, kind="late")
    return found


def to_customer(rows: list[Any]) -> list[str]:
    return [bare(row["payload"]["text"]) for row in rows if row["lane"] == "chat:5"]


async def leave(outcome: Outcome) -> None:
    """Everything leaves; this is what Telegram says of what goes to the customer."""
    for row in await outgoing.lease(20, LATER):
        call = await outgoing.prepare(row, composer(), LATER)
        if isinstance(call, Drop | Later):
            await settling.settle(row, None, call, LATER)
        else:
            await settling.settle(row, call, outcome if row.lane == "chat:5" else Sent(78), LATER)


async def source() -> dict[str, Any]:
    """The command whose words they are."""
    return {"message_id": (await TicketMessage.get(direction="out")).source_message_id, "text": "/…"}


@pytest.mark.parametrize("said", [OFFER, PROMISE])
@pytest.mark.parametrize("outcome", [REFUSED, BLOCKED])
async def test_what_did_not_arrive_is_marked_on_the_command_and_explained(
    desk: Desk, said: str, outcome: Outcome
) -> None:
    await desk.says(said)
    await leave(outcome)
    kept, mark = await TicketMessage.get(direction="out"), await OutboxRow.get(act="react")
    assert (kept.fate, kept.user_id) == ("failed", SARA.id)
    assert (mark.chat_id, orjson.loads(mark.payload)) == (GROUP, {"message_id": kept.source_message_id, "emoji": "👎"})
    assert facts(await desk.replies("/why", await source()), "desk_why")["fate"] == "failed"


async def test_a_gesture_that_did_not_arrive_was_not_given_and_is_when_it_leaves_again(desk: Desk) -> None:
    told = facts(await desk.says(OFFER), "gesture_made")
    assert told["left"]["amount"] == "95.00"
    await leave(REFUSED)
    assert (await Gesture.get()).state == "dropped"
    assert await gestures.of_customer(desk.customer.id) == []
    rows = await desk.replies("/resend", await source())
    assert to_customer(rows)[0].endswith("Code: CODE9")
    assert (await Gesture.get()).state == "made"
    await leave(Sent(77))
    assert (await TicketMessage.get(direction="out")).fate == "sent"


async def test_lost_ones_leave_the_budget_whole_and_need_no_second_yes(desk: Desk) -> None:
    await desk.says(OFFER)
    await leave(REFUSED)
    assert facts(await desk.says("/offer coupon 5 CODE8"), "gesture_made")["left"]["amount"] == "95.00"


async def test_what_a_lead_lets_go_is_marked_on_the_question(desk: Desk) -> None:
    await own(desk.parcel.merchant, OMAR, "lead")
    await desk.says("/offer refund 30")
    row = await Gesture.get()
    rows = await desk.talk.press(f"gs:{row.id}:y", OMAR, group=GROUP)
    assert to_customer(rows)[0].startswith("Sara, Lavender")
    assert (await TicketMessage.get(direction="out")).source_message_id == 40


async def test_an_hour_that_he_never_read_is_not_promised_and_still_wakes_the_agent(desk: Desk) -> None:
    await desk.says(PROMISE)
    await leave(REFUSED)
    word, ticket = await Promise.get(), await desk.fresh_ticket()
    assert (word.open, ticket.promised_ms, ticket.due_ms) == (0, None, to_ms(TOMORROW_NOON))
    await desk.replies("/resend", await source())
    word, ticket = await Promise.get(), await desk.fresh_ticket()
    assert (word.open, word.cancelled_ms, ticket.promised_ms) == (1, None, to_ms(TOMORROW_NOON))


async def test_who_cannot_be_reached_is_promised_nothing_and_the_command_says_so(desk: Desk) -> None:
    await Customer.all().update(unreachable_ms=1)
    rows = await desk.says(PROMISE)
    assert (to_customer(rows), kinds(rows)[-1]) == ([], "desk_promised_untold")
    assert not await Promise.all().exists()
    assert (await desk.fresh_ticket()).due_ms == to_ms(TOMORROW_NOON)


async def test_nothing_is_let_go_to_who_became_unreachable_meanwhile(desk: Desk) -> None:
    await own(desk.parcel.merchant, OMAR, "lead")
    await desk.says("/offer refund 30")
    await Customer.all().update(unreachable_ms=1)
    assert await desk.talk.press(f"gs:{(await Gesture.get()).id}:y", OMAR, group=GROUP) == []
    assert desk.talk.toasts() == ["Not offered: the customer can't be reached."]
    assert (await Gesture.get()).state == "asked"


async def test_all_that_arrives_stays_given(desk: Desk) -> None:
    await desk.says(OFFER)
    await leave_all()
    assert (await Gesture.get()).state == "made"
