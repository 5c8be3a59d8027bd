"""A hub that stands still: nothing leaves it, and what would have happened afterwards happens so much later."""

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from bot.sandbox.parcels.life import Life, Step


class Held(Struct, frozen=True):
    """A parcel that is kept in a hub or will be: what it would have gone through."""

    number: str
    steps: tuple[Step, ...]


def hold(life: Life, hub: str, now: datetime) -> tuple[Life, Held] | None:
    """The life as it goes on while the hub stands still, and what waits; None where the hub is not on its way."""
    here = [at for at, step in enumerate(life.steps) if step.place == hub]
    past = sum(life.born_at + step.after <= now for step in life.steps)
    if not here or past > here[-1] + 1:
        return None
    last = max(past, here[0] + 1)
    kept, waiting = life.steps[:last], life.steps[last:]
    return (replace(life, steps=kept), Held(life.number, waiting)) if waiting else None


def release(life: Life, held: Held, now: datetime) -> Life:
    """The life with what had waited, as much later as it was kept too long."""
    first = life.born_at + held.steps[0].after
    late = max(now - first, timedelta())
    later = tuple(replace(step, after=step.after + late) for step in held.steps)
    return replace(life, steps=(*life.steps, *later))
