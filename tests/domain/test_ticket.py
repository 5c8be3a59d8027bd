from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ticket import MOVES, TicketEvent, TicketState, first_response_due, is_open, move
from tests.domain.values import HOUR, NOW

OPEN = [state for state in TicketState if is_open(state)]


@pytest.mark.parametrize("state", OPEN)
def test_an_answer_hands_the_word_to_the_customer_and_his_hands_it_back(state: TicketState) -> None:
    answered = move(state, TicketEvent.AGENT_ANSWERED)
    assert answered is TicketState.WAITING_CUSTOMER
    assert move(answered, TicketEvent.CUSTOMER_WROTE) is TicketState.WAITING_US


@pytest.mark.parametrize("event", [event for event in TicketEvent if event is not TicketEvent.REOPENED])
def test_a_closed_ticket_moves_only_by_reopening(event: TicketEvent) -> None:
    assert move(TicketState.CLOSED, event) is None
    assert move(TicketState.CLOSED, TicketEvent.REOPENED) is TicketState.WAITING_US


@pytest.mark.parametrize("state", OPEN)
def test_an_open_ticket_is_not_reopened(state: TicketState) -> None:
    assert move(state, TicketEvent.REOPENED) is None


@given(st.lists(st.sampled_from(TicketEvent)))
def test_a_customers_word_never_leaves_a_ticket_waiting_for_the_customer(events: list[TicketEvent]) -> None:
    state = TicketState.NEW
    for event in [*events, TicketEvent.CUSTOMER_WROTE]:
        state = move(state, event) or state
    assert state is not TicketState.WAITING_CUSTOMER


def test_every_open_state_can_be_closed() -> None:
    assert all((state, TicketEvent.CLOSED) in MOVES for state in OPEN)


def test_the_first_answer_is_due_in_staffed_time() -> None:
    saturday = datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert first_response_due(NOW, "UTC", "Mon-Fri 9-18") == NOW + 2 * HOUR
    assert first_response_due(saturday, "UTC", "", country="DE") == datetime(2026, 11, 23, 11, tzinfo=UTC)
    assert first_response_due(saturday, "UTC", "", country="SA") == datetime(2026, 11, 22, 11, tzinfo=UTC)
