from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.outgoing import Act, Priority
from bot.domain.pacing import rank
from bot.domain.worth import GROUP_AGEING, card_first, may_spare, urgency
from tests.domain.values import NOW

priorities = st.sampled_from(Priority)


@given(st.sampled_from(Act), priorities, st.booleans())
def test_no_act_is_more_urgent_than_was_wished(act: Act, wished: Priority, changes: bool) -> None:
    assert urgency(act, wished, {"rename": True} if changes else {}) >= wished


@given(st.sampled_from([Act.TEXT, Act.COPY, Act.DESK]), priorities)
def test_words_are_as_urgent_as_was_wished(act: Act, wished: Priority) -> None:
    assert urgency(act, wished, {"text": "Hi"}) is wished


@given(priorities, priorities, priorities)
def test_words_come_before_cards_and_cards_before_bookkeeping(one: Priority, other: Priority, third: Priority) -> None:
    card = urgency(Act.CARD, one, {})
    assert Priority.PERSON < urgency(Act.TOPIC, Priority.PERSON, {}) == Priority.NEWS
    assert card > Priority.ANSWER
    assert urgency(Act.PIN, other, {"message_id": 1}) > Priority.NEWS
    assert urgency(Act.TOPIC, third, {"rename": True}) > Priority.NEWS


@given(st.integers(0, 3600), st.integers(0, 3600))
def test_a_first_card_passes_words_that_come_a_quarter_of_an_hour_later_and_no_others(card: int, words: int) -> None:
    def order(priority: Priority, second: int) -> timedelta:
        return rank(priority, NOW + timedelta(seconds=second), NOW + timedelta(hours=2), GROUP_AGEING)

    assert (order(Priority.NEWS, card) < order(Priority.PERSON, words)) is (words - card > 900)


@given(priorities)
def test_what_a_person_waits_for_is_never_held_back_for_words_that_may_come(priority: Priority) -> None:
    assert may_spare(priority) is (priority not in (-1, 0, 1, 2))


@given(st.integers(0, 100))
def test_a_card_that_gives_way_to_few_gives_way_to_more(waiting: int) -> None:
    assert card_first(0)
    assert card_first(waiting) or not card_first(waiting + 1)
