"""Who asks how a process is must be answered while its database hangs."""

import asyncio

import pytest

from bot.web.patience import Patient


async def test_a_question_that_hangs_is_given_up_in_time_and_not_asked_anew() -> None:
    asked: list[int] = []
    go_on = asyncio.Event()

    async def ask() -> str:
        asked.append(1)
        await go_on.wait()
        return "well"

    patient = Patient(ask, 0.01)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            await patient.answer()
    assert len(asked) == 1

    go_on.set()
    assert await patient.answer() == "well"
    assert await patient.answer() == "well"


async def test_what_the_question_raises_is_raised() -> None:
    async def ask() -> str:
        raise LookupError

    with pytest.raises(LookupError):
        await Patient(ask, 1.0).answer()
