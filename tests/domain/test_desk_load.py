from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.desk_load import EASED_BELOW, FULL_AFTER, Load, behind, is_full, least

loads = st.lists(
    st.builds(Load, st.integers(-9, -1), *[st.integers(0, 200)] * 3, st.booleans()),
    min_size=1,
    unique_by=lambda load: load.chat_id,
)
acts = st.integers(0, 2000)


@given(loads, st.integers(1, 10**9))
def test_a_customer_comes_to_one_of_the_groups_and_to_a_broken_one_only_where_all_are(
    bound: list[Load], customer: int
) -> None:
    chosen = next(one for one in bound if one.chat_id == least(bound, customer))
    assert not chosen.broken or all(one.broken for one in bound)


@given(loads, st.integers(1, 10**9))
def test_no_group_that_works_has_less_to_do_in_every_way_than_the_chosen_one(bound: list[Load], customer: int) -> None:
    chosen = next(one for one in bound if one.chat_id == least(bound, customer))
    better = [
        one
        for one in bound
        if not one.broken and one.waiting < chosen.waiting and one.open < chosen.open and one.topics < chosen.topics
    ]
    assert better == []


@given(st.integers(2, 9), st.integers(1, 300))
def test_customers_who_come_one_after_the_other_are_shared_out_evenly(groups: int, customers: int) -> None:
    carried = dict.fromkeys(range(-groups, 0), 0)
    for customer in range(customers):
        carried[least([Load(chat, open=count, topics=count) for chat, count in carried.items()], customer)] += 1
    assert max(carried.values()) - min(carried.values()) <= 1


def test_equal_groups_take_turns_though_nobody_has_counted_yet() -> None:
    equals = [Load(chat) for chat in (-1, -2, -3)]
    assert {least(equals, customer) for customer in range(3)} == {-1, -2, -3}


def test_a_minute_behind_weighs_more_than_tickets() -> None:
    assert least([Load(-1, waiting=20), Load(-2, waiting=19, open=50)], 1) == -2


def test_a_shop_without_groups_places_nobody() -> None:
    with pytest.raises(ValueError, match="empty"):
        least([], 1)


@given(acts, acts)
def test_more_to_say_takes_longer(one: int, other: int) -> None:
    assert (behind(one) <= behind(other)) is (one <= other)
    assert behind(20) == timedelta(minutes=1)


@given(acts)
def test_who_is_told_of_a_full_group_is_told_of_its_end_later_than_of_its_beginning(waiting: int) -> None:
    assert is_full(waiting, was_full=True) or not is_full(waiting, was_full=False)
    assert is_full(waiting, was_full=False) is (behind(waiting) > FULL_AFTER)
    assert is_full(waiting, was_full=True) is (behind(waiting) > EASED_BELOW)
