"""The parcels of a soak: which there are, at which carrier, and what that carrier says of each at any time.

A few thousand lives an account (`tests.benchmarks.parcel_lives`), shifted by whole weeks so that each is under way when
the soak begins, are lived by all parcels of it: parcel n is known by its number alone, to us and to the carrier.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from bot.sandbox.parcels import australiapost, dhl_unified, fedex, seventeentrack
from bot.sandbox.parcels import life as told
from bot.sandbox.parcels.wire import Question
from carriers.kit.model import Status
from tests.benchmarks import parcel_lives

WEEK = timedelta(weeks=1)
UNHEARD = timedelta(hours=1)
"""So long an end is known to the carrier alone."""
MARK = "@" * 12
"""In place of a number: as long as one."""
SEED = 404
ENDS = frozenset({Status.DELIVERED, Status.RETURNED, Status.RETURNING})
TOWNS = {"DE": ("Leipzig", "Bonn", "Berlin", "Hamburg"), "SA": ("Riyadh", "Jeddah", "Dammam", "Mecca"),
         "IR": ("Tehran", "Shiraz", "Tabriz", "Mashhad"), "BR": ("Recife", "Santos", "Natal", "Manaus")}  # fmt: skip
KINDS = {
    Status.PRE_TRANSIT: "label", Status.CUSTOMS: "customs", Status.EXCEPTION: "delay", Status.OUT_FOR_DELIVERY: "out",
    Status.DELIVERY_ATTEMPTED: "attempt", Status.AVAILABLE_FOR_PICKUP: "pickup", Status.DELIVERED: "delivered",
    Status.RETURNING: "returning",
}  # fmt: skip
WRITERS = {one.slug: one for one in (seventeentrack, fedex, australiapost, dhl_unified)}


class Account(Struct, frozen=True):
    """One shop's account: `share` of all parcels in a hundred; `is_short`: it may not ask as often as it would."""

    slug: str
    share: int
    credentials: str
    is_short: bool = False


MANY = (
    Account("17track", 80, '{"api_key": "k"}'),
    Account("fedex", 12, '{"client_id": "i", "client_secret": "s"}'),
    Account("australiapost", 8, '{"api_key": "k", "password": "p", "account_number": "1"}', is_short=True),
)
FEW = (*MANY[:2], Account("dhl_unified", 8, '{"api_key": "k"}', is_short=True))
"""So that few parcels are too many for the last one, too."""
SHORT_FROM = 700_000
"""Parcels from which Australia Post's 600 questions an hour are too few for its share."""


def accounts(count: int) -> tuple[Account, ...]:
    """Three of them; account n has the number n + 1."""
    return MANY if count >= SHORT_FROM else FEW


class Cast:
    """All parcels: numbers 1 to `count`, the first `variety` of each account are the models of all others."""

    def __init__(self, began_at: datetime, count: int, variety: int) -> None:
        self.began_at = began_at
        self.count = count
        self.variety = variety
        self.accounts = accounts(count)
        drawn = _under_way(began_at)
        self.lives = [list(islice(drawn, variety)) for _ in self.accounts]
        self.models = variety * len(self.accounts)
        self._places = [place for place, one in enumerate(self.accounts) for _ in range(one.share)]

    def model_of(self, number: int) -> int:
        """The number of the parcel whose life a parcel lives: its own up to `models`."""
        if number <= self.models:
            return number
        copy = number - self.models - 1
        return self._places[copy % 100] * self.variety + copy // 100 * 7 % self.variety + 1

    def life_of(self, model: int) -> parcel_lives.Life:
        """What happens to it."""
        place, which = divmod(model - 1, self.variety)
        return self.lives[place][which]

    def account_of(self, model: int) -> Account:
        """Whose it is."""
        return self.accounts[(model - 1) // self.variety]

    @lru_cache(maxsize=200_000)  # noqa: B019  (there is one cast a process)
    def said(self, model: int, at: datetime) -> bytes:
        """The piece of an answer about a model by then, with MARK for its number; `at`: the last scan's time."""
        slug = self.account_of(model).slug
        return _piece(slug, _spoken(self.life_of(model), slug, at).known(at, WRITERS[slug].codes))

    def scanned_at(self, model: int, now: datetime) -> datetime:
        """When its newest event or ETA by `now` was: what is said stays the same from then on."""
        life = self.life_of(model)
        times = (*(one.at for one in life.events), *(at for at, _ in life.etas))
        return max((at for at in times if at <= now), default=life.created_at)


def number_of(parcel: int) -> str:
    """As long as MARK."""
    return f"{parcel:012}"


def whole(slug: str, pieces: Sequence[bytes]) -> bytes:
    """The answer about several parcels."""
    head, tail = _frame(slug)
    return head + b",".join(pieces) + tail


def _under_way(now: datetime) -> Iterator[parcel_lives.Life]:
    """Lives that have begun and not ended by `now`, each at any point of it: as a shop's list is on any day."""
    for seed in range(SEED, SEED + 1000):
        for life in parcel_lives.lives(500, seed):
            over = next((one.at for one in life.events if one.status in ENDS), life.until) + UNHEARD
            weeks = (now - over) // WEEK + 1
            while life.created_at + weeks * WEEK <= now:
                yield _shifted(life, weeks * WEEK)
                weeks += 1


def _shifted(life: parcel_lives.Life, by: timedelta) -> parcel_lives.Life:
    return replace(
        life,
        created_at=life.created_at + by,
        promised_on=life.promised_on + by,
        events=tuple(parcel_lives.Event(one.at + by, one.status) for one in life.events),
        etas=tuple((at + by, day + by) for at, day in life.etas),
        until=life.until + by,
    )


def _spoken(life: parcel_lives.Life, slug: str, until: datetime) -> told.Life:
    """As the sandbox's carriers tell it."""
    towns, country = TOWNS[life.trade.country], life.trade.country
    steps = [
        told.Step(one.at - life.created_at, _kind(place, one.status), f"{towns[place % 4]}, {country}")
        for place, one in enumerate(life.events)
        if one.at <= until
    ]
    steps += [told.Step(at - life.created_at, eta=day) for at, day in life.etas if at <= until]
    steps.sort(key=lambda one: one.after)
    ends = f"{towns[0]}, {country}", f"{towns[3]}, {country}"
    return told.Life(MARK, life.created_at, tuple(steps), *ends, life.trade.zone)


def _kind(place: int, status: Status) -> str:
    return KINDS.get(status) or ("picked_up" if place == 1 else ("departed", "arrived")[place % 2])


@lru_cache(maxsize=8)
def _frame(slug: str) -> tuple[bytes, bytes]:
    """What stands before and after the parcels of an answer."""
    if slug == "dhl_unified":
        return b'{"shipments":[', b"]}"
    head, _, tail = WRITERS[slug].answer(_QUESTION, {}).body.partition(b"[]")
    return head + b"[", b"]" + tail


_QUESTION = Question("POST", "", {"verb": "gettrackinfo"}, {}, {}, b"")


def _piece(slug: str, standing: told.Standing) -> bytes:
    body: bytes = WRITERS[slug].answer(_QUESTION, {MARK: standing}).body
    if slug == "dhl_unified":
        return body[body.index(b'"shipments":[') + 13 : -2]
    head, tail = _frame(slug)
    return body[len(head) : len(body) - len(tail)]
