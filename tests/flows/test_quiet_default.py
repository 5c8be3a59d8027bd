"""Whoever chose no quiet hours has the operator's."""

from datetime import datetime

import pytest

from bot.flows import tickets
from bot.flows.turn import PersonView, Turn
from tests.fakes import parcels
from tests.fakes.clock import StandingClock


@pytest.mark.parametrize(("own", "morning"), [(None, True), ("off", False)])
async def test_an_answer_is_not_promised_for_the_operators_quiet_hours(
    store: str, clock: StandingClock, own: str | None, morning: bool
) -> None:
    parcel = await parcels.followed(clock.now())
    opened = await tickets.open_ticket(parcel.customer.id, "human", clock.now())
    person = PersonView(parcel.customer.user_id, quiet=own)
    turn = Turn(1, clock.now(), chat_id=5, user_id=5, person=person, quiet="11-8")

    told = await tickets.promised(opened, turn)

    assert (datetime.fromisoformat(told["next_at"]).date() > clock.now().date()) is morning
