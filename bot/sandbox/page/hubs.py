"""A hub that stands still: nothing leaves it, and what would have happened afterwards happens so much later."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from bot.sandbox.page.journeys import HUB
from bot.sandbox.parcels.life import Life, Step

LEAVES = "departed"


class Held(Struct, frozen=True):
    """A parcel that is kept in a hub or will be: what it would have gone through."""

    number: str
    steps: tuple[Step, ...]


def hold(life: Life, hub: str, now: datetime) -> tuple[Life, Held] | None:
    """The life as it goes on while the hub stands still, and what waits; None where the hub is not on its way."""
    past = sum(life.born_at + step.after <= now for step in life.steps)
    last = _stays_after(life.steps, hub, past)
    kept, waiting = life.steps[:last], life.steps[last:]
    return (replace(life, steps=kept), Held(life.number, waiting)) if waiting else None


def _stays_after(steps: Sequence[Step], hub: str, past: int) -> int:
    """How many steps it still takes; all, where it does not come through the hub any more."""
    if past and _is_in(steps[past - 1], hub) and steps[past - 1].kind != LEAVES:
        return past
    ahead = next((at for at in range(past, len(steps)) if _is_in(steps[at], hub)), len(steps))
    return ahead if ahead == len(steps) or steps[ahead].kind == LEAVES else ahead + 1


def _is_in(step: Step, hub: str) -> bool:
    """The store and the customer may be in the hub's town: they are not the hub."""
    return (step.leg, step.place) == (HUB, hub)


def release(life: Life, held: Held, now: datetime) -> Life:
    """The life with what had waited, as much later as it was kept too long."""
    first = life.born_at + held.steps[0].after
    late = max(now - first, timedelta())
    return replace(life, steps=(*life.steps, *(_later(life, step, late) for step in held.steps)))


def _later(life: Life, step: Step, late: timedelta) -> Step:
    """What the carrier expects from then on moves by as many days as the step itself."""
    zone = ZoneInfo(life.zone)
    was, will = ((life.born_at + after).astimezone(zone).date() for after in (step.after, step.after + late))
    return replace(step, after=step.after + late, eta=step.eta and step.eta + (will - was))
