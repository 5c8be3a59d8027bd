"""How far a parcel has come, in four steps: announced, on its way, at the door, with its reader."""

from collections.abc import Mapping

from carriers.kit.model import Status

STEPS = 4
_STEP: Mapping[Status, int] = {
    Status.PRE_TRANSIT: 1,
    Status.IN_TRANSIT: 2,
    Status.CUSTOMS: 2,
    Status.EXCEPTION: 2,
    Status.OUT_FOR_DELIVERY: 3,
    Status.AVAILABLE_FOR_PICKUP: 3,
    Status.DELIVERY_ATTEMPTED: 3,
    Status.DELIVERED: 4,
}


def step(status: Status) -> int:
    """The step it has reached; 0 where its way leads elsewhere (back, lost, called off) or nobody knows."""
    return _STEP.get(status, 0)
