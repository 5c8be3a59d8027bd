"""When each model was asked for last, and what of it is known since then: as if the soak had run for ever.

A parcel is somewhere between two questions, and what has happened since the last one nobody knows yet: that is the news
that polling finds. Where an account may not ask for all, it asks for the most urgent; so in the long run each is asked
for when it is as urgent as all others then are, and that is as urgent as the allowance makes it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from msgspec.structs import replace

from bot.domain.cadence import next_poll, urgency
from bot.domain.policy import Policy
from bot.domain.rhythm import Rhythms
from bot.domain.shipment import Shipment
from bot.domain.tracking import diff
from bot.flows.experience import Experience
from carriers.kit.discovery import find
from carriers.kit.model import Response, Status, TrackingResult
from tests.soak.cast import MARK, Account, Cast, number_of, whole

DAY = timedelta(days=1)
LONGEST = 30 * DAY
HALVINGS = 14
RAISED = 1.3
_POLICY = Policy()


async def asked_at(cast: Cast) -> Mapping[int, datetime]:
    """Of each model, the time of its last question; never before it was there."""
    experience = Experience()
    await experience.refresh(cast.began_at)
    known = {model: as_known(cast, model, cast.began_at) for model in range(1, cast.models + 1)}
    found = {model: _between(cast, model, experience.rhythms) for model in known}
    for place, account in enumerate(cast.accounts):
        if account.is_short:
            own = [one for one in known.values() if (one.id - 1) // cast.variety == place]
            rare = _rare(own, _a_day(account) / (cast.count * account.share / 100), cast.began_at, experience.rhythms)
            ago = {model: cast.began_at - _spread(model) * span for model, span in rare.items()}
            found |= {model: min(found[model], at) for model, at in ago.items()}
    return {model: max(at, cast.life_of(model).created_at) for model, at in found.items()}


def read(cast: Cast, model: int, at: datetime) -> TrackingResult:
    """What its carrier says of it by then, as its adapter reads it."""
    slug, number = cast.account_of(model).slug, number_of(model)
    piece = cast.said(model, cast.scanned_at(model, at)).replace(MARK.encode(), number.encode())
    (said,) = find(slug).read(Response(200, whole(slug, [piece])), [number])
    assert isinstance(said, TrackingResult), said
    return said


@lru_cache(maxsize=100_000)
def as_known(cast: Cast, model: int, at: datetime) -> Shipment:
    """What is known of it once it was asked for then."""
    life, account = cast.life_of(model), cast.account_of(model)
    blank = Shipment(
        model, 1, model, 1, account.slug, number_of(model), Status.UNKNOWN, life.created_at,
        zone=life.trade.zone, country=life.trade.country, promised_on=life.promised_on,
    )  # fmt: skip
    return diff(blank, (), read(cast, model, at), at).shipment


def _spread(model: int) -> float:
    return model * 7919 % 10007 / 10007


def _between(cast: Cast, model: int, rhythms: Rhythms) -> datetime:
    """The last of its questions, had it been asked for by the cadence for a day and more."""
    at = max(cast.began_at - (1 + _spread(model)) * DAY, cast.life_of(model).created_at)
    while True:
        again = next_poll(as_known(cast, model, cast.scanned_at(model, at)), at, _POLICY, rhythms=rhythms)
        if again > cast.began_at:
            return at
        at = again


def _a_day(account: Account) -> float:
    """Numbers that it may ask for."""
    carrier = find(account.slug)
    limits = carrier.limits
    return (limits.per_day or (limits.per_second or 0) * 86_400) * carrier.batch_size


def _rare(own: Sequence[Shipment], times: float, now: datetime, rhythms: Rhythms) -> dict[int, timedelta]:
    """The time between two questions about each where all together get `times` a day on average."""
    level, longest = 1.0, max(LONGEST, 2 / times * DAY)
    while True:
        found = {one.id: _until(one, level, longest, now, rhythms) for one in own}
        if sum(DAY / span for span in found.values()) / len(own) <= times:
            return found
        level *= RAISED


def _until(one: Shipment, level: float, longest: timedelta, now: datetime, rhythms: Rhythms) -> timedelta:
    """How long until it is so urgent."""
    low, high = timedelta(), longest
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        is_enough = urgency(replace(one, polled_at=now - middle), now, rhythms) >= level
        low, high = (low, middle) if is_enough else (middle, high)
    return high
