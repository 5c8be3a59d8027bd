"""Two machines, killed and cut off from PostgreSQL while parcels travel and people talk: the short version."""

from pathlib import Path

from tests.chaos.__main__ import broken
from tests.chaos.run import Plan, run
from tests.chaos.troubles import SHORT


async def test_killed_cut_off_and_unheard_nothing_is_lost_and_nothing_doubled_unmarked(tmp_path: Path) -> None:
    plan = Plan(seconds=15, workers=2, parcels=6, talkers=2, talks=2, troubles=SHORT, scale=0.1)

    told = await run(plan, tmp_path)

    assert told.kills >= 3
    assert told.count.owed == 6 + 2 * 2 * 2
    assert broken(told) == []
