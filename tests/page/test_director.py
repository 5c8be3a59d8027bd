"""How the story goes on by itself: the clock's pace, what customers say, when the colleague answers."""

from datetime import datetime, timedelta

import pytest

from bot.clock import tell_clock
from bot.sandbox.page.director import ANSWERED, ANSWERS, DAYS, DONE, NIGHTS, STILL, WAITED_FOR, WORDS, Director
from bot.sandbox.page.journeys import ZONE
from bot.sandbox.page.stage import CALM, Stage
from bot.sandbox.telegram import Topic


@pytest.fixture
def director(stage: Stage) -> Director:
    """With a service that is said to be there."""
    stage.service_is = "up"
    return Director(stage)


def at(stage: Stage, day: int, hour: float) -> None:
    """It is that hour of that day of the story; the clock stands."""
    there = datetime(2026, 11, 22, tzinfo=ZONE) + timedelta(days=day, hours=hour)
    tell_clock(stage.clock.path, there, 0)


async def opened(stage: Stage, name: str) -> Topic:
    """A topic in which the bot tells of a customer."""
    assert stage.desk is not None
    topic = await stage.telegram.opens_topic(stage.telegram.world.bot, stage.desk, name)
    stage.telegram.world.add(stage.desk, stage.telegram.world.bot, {"text": "Where is it?"}, thread_id=topic.id)
    return topic


@pytest.mark.parametrize(("day", "hour", "speed"), [(0, 12, NIGHTS), (1, 12, DAYS), (1, 23, NIGHTS), (7, 12, CALM)])
async def test_days_pass_quickly_and_nights_more_so(
    stage: Stage, director: Director, day: int, hour: float, speed: float
) -> None:
    at(stage, day, hour)
    director.pace()
    assert stage.clock.speed == speed


async def test_it_slows_down_for_whoever_writes_speaks_or_waits(stage: Stage, director: Director) -> None:
    at(stage, 1, 12)
    director.types(True)
    assert stage.clock.speed == CALM
    director.types(False)
    assert stage.clock.speed == DAYS
    await opened(stage, "Emma · 1002")
    director.pace()
    assert stage.clock.speed == ANSWERED
    director.calm()
    director.pace()
    assert stage.clock.speed == WAITED_FOR


async def test_the_visitor_s_own_speed_holds_and_words_still_slow_it_down(stage: Stage, director: Director) -> None:
    at(stage, 1, 12)
    director.choose(3600)
    assert stage.clock.speed == 3600
    director.types(True)
    assert stage.clock.speed == CALM
    director.choose(0)
    assert stage.clock.speed == 0


async def test_at_the_visitor_s_own_speed_who_waits_for_an_answer_is_waited_for_and_the_page_says_so(
    stage: Stage, director: Director
) -> None:
    at(stage, 1, 12)
    director.choose(3600)
    assert not director.slowed
    await opened(stage, "Emma · 1002")
    director.pace()
    assert (stage.clock.speed, director.slowed) == (ANSWERED, True)
    director.choose(60)
    assert (stage.clock.speed, director.slowed) == (60, False)


async def test_words_for_a_person_are_waited_for_until_they_stand_at_the_desk(stage: Stage, director: Director) -> None:
    at(stage, 1, 12)
    director.calm("1002")
    director._calm_until = 0
    director.choose(3600)
    assert (stage.clock.speed, director.slowed) == (WAITED_FOR, True)
    await opened(stage, "Emma · 1002")
    director.pace()
    assert stage.clock.speed == ANSWERED


async def test_while_the_service_is_down_the_clock_is_calm(stage: Stage, director: Director) -> None:
    at(stage, 1, 12)
    stage.service_is = "down"
    director.pace()
    assert stage.clock.speed == CALM


async def test_the_colleague_answers_in_the_customer_s_language_for_as_long_as_the_parcel_is_under_way(
    stage: Stage, director: Director
) -> None:
    assert stage.desk is not None
    stage.colleague = await stage.telegram.user("Omar")
    await stage.telegram.joins(stage.colleague, stage.desk)
    at(stage, 1, 10)
    topic = await opened(stage, "Reza · 1003")
    await director._colleague()
    said: list[str] = []
    reza = next(one for one in stage.parcels if one.name == "Reza")
    for hour in range(10, 18):
        at(stage, 1, hour + 1)
        if hour == 15:
            await stage.carriers.lives(reza.number, [{"kind": "delivered"}])
        await director._colleague()
        said = [one.text for one in stage.telegram.messages(stage.desk, topic) if one.sender == "Omar"]
        stage.telegram.world.add(stage.desk, stage.telegram.world.bot, {"text": "And?"}, thread_id=topic.id)
    assert said == [*ANSWERS["fa"], STILL["fa"], STILL["fa"], DONE["fa"]]


async def test_customers_say_each_word_once_and_only_when_it_is_time(stage: Stage, director: Director) -> None:
    for one in stage.parcels:
        if one.follows and one.order not in stage.customers:
            stage.customers[one.order] = await stage.telegram.user(one.name, one.language)
    first = next(one for one in WORDS if one.order and one.says)
    at(stage, first.day, first.hour - 0.1)
    await director._speak()
    assert stage.telegram.messages(stage.customers[first.order]) == []
    for _ in range(2):
        at(stage, first.day, first.hour + 0.1)
        await director._speak()
    assert [one.text for one in stage.telegram.messages(stage.customers[first.order])] == [first.says]


def test_every_language_of_the_cast_has_the_same_number_of_answers(stage: Stage) -> None:
    assert {one.language for one in stage.parcels} <= ANSWERS.keys()
    assert {len(words) for words in ANSWERS.values()} == {3}
    assert ANSWERS.keys() == STILL.keys() == DONE.keys()
