"""Of several processes at one PostgreSQL exactly one speaks."""

from datetime import timedelta

from bot.store import core, word

LONG, OVER = timedelta(minutes=1), timedelta(milliseconds=-1)


async def test_one_has_the_word_and_keeps_it(store: core.Dialect) -> None:
    assert await word.take("one", LONG)
    assert await word.take("one", LONG)
    assert await word.take("two", LONG) is (store == "sqlite")


async def test_the_word_passes_on_when_it_is_left_or_runs_out(store: core.Dialect) -> None:
    assert await word.take("one", LONG)
    await word.leave("two")
    assert await word.take("two", LONG) is (store == "sqlite")
    await word.leave("one")
    assert await word.take("two", OVER)
    assert await word.take("three", LONG)
