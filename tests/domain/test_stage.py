"""How far a parcel has come."""

from bot.domain.stage import STEPS, step
from carriers.kit.model import Status


def test_every_step_is_reached_by_some_status_and_what_goes_elsewhere_has_none() -> None:
    assert {step(one) for one in Status} == set(range(STEPS + 1))
    assert [step(one) for one in (Status.RETURNING, Status.LOST, Status.CANCELLED, Status.UNKNOWN)] == [0] * 4
    assert step(Status.DELIVERED) == STEPS
