"""A few thousand parcels for some seconds: the soak itself works, and what needs no long run to be seen holds."""

from tests.soak.figures import rows
from tests.soak.run import TWO, Plan, Show, soak

PATIENT = ("memory of", "behind", "asked", "is short", "graceful stop", "oldest message")
"""What so short a run on a busy machine says nothing of."""


async def test_a_short_soak_keeps_every_promise_that_it_can_show() -> None:
    plan = Plan(seconds=8, parcels=6000, speed=60, every=1, variety=60, crews=TWO)

    found = await soak(plan, Show())

    assert found.errors == []
    assert sum(sum(one["asked"].values()) for one in found.record) > 20
    assert {one["slug"] for one in found.record if one["questions"]} == {"17track", "fedex", "dhl_unified"}
    broken = [row for row in rows(found) if not row.holds and not any(word in row.name for word in PATIENT)]
    assert broken == []
