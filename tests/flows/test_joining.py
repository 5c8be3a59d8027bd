"""Before it takes anything a process looks whose database it is, and whether all of it is there."""

import pytest

from bot.flows import joining
from bot.flows.ports import Unfit
from bot.store import inbox
from bot.store.core import Dialect


async def test_a_database_stays_with_its_bot_until_it_is_handed_over(store: Dialect) -> None:
    await joining.agree_on_bot("4242")
    await joining.agree_on_bot("4242")
    with pytest.raises(Unfit, match="that of bot 4242, the token that of bot 77"):
        await joining.agree_on_bot("77")

    await joining.adopt("77")

    await joining.agree_on_bot("77")
    with pytest.raises(Unfit):
        await joining.check_bot("4242")


async def test_a_copy_that_was_not_finished_is_no_database_to_work_with(store: Dialect) -> None:
    await joining.check_whole()
    await inbox.set_mark("copy:shipment", "int:5")
    with pytest.raises(Unfit, match="run herald copy again"):
        await joining.check_whole()
