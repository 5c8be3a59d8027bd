"""Whole journeys through all rules: what one follower reads from the first answer to the end."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.detector import is_first
from bot.domain.hours import in_quiet
from bot.domain.journey import deadline_of
from bot.domain.notice import plan
from bot.domain.policy import Policy
from bot.domain.promise import Hearer, OpenPromise, PromiseDraft, keep_promise
from bot.domain.telling import Notice, Told
from bot.domain.tracking import diff
from carriers.kit.model import Status, TrackingResult
from tests.domain.values import DAY, HOUR, NOW, SHOP, TODAY, History, follower, result, scan, shipment

POLICY = Policy(home="DE")
ZONE = "Europe/Berlin"
URGENT = {"lost_probable", "attempt", "returning"}
SLIPS = {"delay_slight", "delay_serious", "delay_again"}
WARNINGS = SLIPS | URGENT | {"hint", "late", "stalled"}


class Journey:
    """One parcel and one reader; `read` is what reached him, with its hour. Stands for ingest, outbox and sweep."""

    def __init__(self, **known: Any) -> None:
        unasked = {"known_at": None, "polled_at": None, "scan_at": None, "status_at": None, "status": Status.UNKNOWN}
        self.parcel = shipment(**unasked | {"zone": ZONE, "eta_on": None} | known)
        self.history, self.reader = History(POLICY), follower()
        self.keys: set[int] = set()
        self.now = NOW
        self.queued: list[Notice] = []
        self.read: list[tuple[datetime, str]] = []
        self.causes: list[str] = []
        self.owed: tuple[datetime, PromiseDraft] | None = None

    def answer(self, said: TrackingResult | None) -> None:
        """An answer of the carrier; None: he does not know the number."""
        before, change = self.parcel, None
        if said is not None:
            change = diff(before, self.keys, said, self.now)
            self.keys |= {one.key for one in change.scans}
            self.parcel = change.shipment
        verdict = self.history.look(self.parcel, self.now, change, is_first(before, change))
        self.parcel = replace(self.parcel, polled_at=self.now)
        for notice in plan(change, verdict.raised, verdict.closed, [self.reader], self.parcel, POLICY, self.now, SHOP):
            self._queue(notice)
        self.leave()

    def _queue(self, notice: Notice) -> None:
        if notice.cause in self.causes and not notice.warns:
            return
        replaced = [one.due_at for one in self.queued if one.collapse == notice.collapse]
        self.queued = [one for one in self.queued if one.collapse != notice.collapse]
        self.queued.append(replace(notice, due_at=min([notice.due_at, *replaced])))
        self.causes.append(notice.cause)
        if notice.cancels_promises or notice.promise is not None:
            self.owed = (self.now, notice.promise) if notice.promise is not None else None

    def leave(self) -> None:
        """What is due leaves, if it still holds."""
        due = [one for one in self.queued if one.due_at <= self.now]
        self.queued = [one for one in self.queued if one.due_at > self.now]
        for notice in due:
            if self._holds(notice):
                self.read.append((self.now, notice.kind))
                self._remember(notice.told[0])
            elif self.reader.warned_at is None:
                self.owed = None

    def _remember(self, told: Told) -> None:
        self.reader = replace(
            self.reader,
            told_on=told.told_on or self.reader.told_on,
            slips=self.reader.slips + told.slips,
            warned_at=self.now if told.warns else self.reader.warned_at,
        )

    def _holds(self, notice: Notice) -> bool:
        if notice.kind in ("withdrawn", "turned_up"):
            return any(kind in WARNINGS for _, kind in self.read)
        if notice.expires_at is not None and notice.expires_at <= self.now:
            return False
        if notice.finding is None:
            return True
        return any((row.kind, row.occurrence) == (notice.finding, notice.occurrence) for row in self.history.open)

    def wait(self, span: timedelta) -> None:
        """Time passes by the hour; promised words come."""
        end = self.now + span
        while self.now < end:
            self.now = min(self.now + HOUR / 2, end)
            self.leave()
            if self.owed is not None and self.owed[1].due_at <= self.now:
                self._keep(*self.owed)

    def _keep(self, made_at: datetime, owed: PromiseDraft) -> None:
        promise = OpenPromise(1, 7, 1, owed.kind, owed.due_at, made_at, owed.by_person, owed.silent)
        hearer = Hearer(zone=ZONE, shop_zone=SHOP.zone, staffed=SHOP.staffed)
        kept = keep_promise(promise, self.parcel, self.history.open, self.now, hearer)
        self.owed = (self.now, kept.promise) if kept.promise is not None else None
        if kept.kind is not None:
            self.read.append((self.now, kept.kind))

    @property
    def kinds(self) -> list[str]:
        return [kind for _, kind in self.read]


def test_a_parcel_on_time_is_told_by_good_news_only() -> None:
    journey = Journey()
    for status in (Status.PRE_TRANSIT, Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY, Status.DELIVERED):
        journey.answer(result(scan(journey.now, status), status=status, eta=TODAY + DAY))
        journey.wait(8 * HOUR)
    assert journey.kinds == ["out_for_delivery", "delivered"]


def test_a_slip_is_told_once_and_its_next_word_comes() -> None:
    journey = Journey()
    journey.answer(result(scan(journey.now), eta=TODAY + DAY))
    for _ in range(3):
        journey.answer(result(scan(journey.now), eta=TODAY + 2 * DAY, delay="DELAYED"))
        journey.wait(4 * HOUR)
    journey.wait(2 * DAY)
    assert journey.kinds[:2] == ["delay_slight", "promise_moved"]


def test_a_second_slip_is_told_as_one_and_a_night_slip_is_told_in_the_morning() -> None:
    journey = Journey()
    journey.answer(result(scan(journey.now), eta=TODAY + DAY))
    journey.answer(result(scan(journey.now, code="2"), eta=TODAY + 2 * DAY))
    journey.wait(14 * HOUR)
    journey.answer(result(scan(journey.now, code="3"), eta=TODAY + 3 * DAY))
    journey.wait(9 * HOUR)
    assert journey.kinds == ["delay_slight", "delay_again"]
    assert not any(in_quiet(at, ZONE, None) for at, _ in journey.read)


def test_two_slips_in_one_night_are_one_first_slip_in_the_morning() -> None:
    journey = Journey()
    journey.answer(result(scan(journey.now), eta=TODAY + DAY))
    journey.wait(13 * HOUR)
    for days in (2, 3):
        journey.answer(result(scan(journey.now, code=str(days)), eta=TODAY + days * DAY))
        journey.wait(HOUR)
    journey.wait(9 * HOUR)
    assert journey.kinds == ["delay_serious"]


def test_a_false_alarm_of_the_night_is_never_heard_of() -> None:
    journey = Journey()
    journey.answer(result(scan(journey.now), eta=TODAY + DAY))
    journey.wait(13 * HOUR)
    journey.answer(result(scan(journey.now, code="2"), eta=TODAY + 2 * DAY))
    journey.answer(result(scan(journey.now, code="3"), eta=TODAY + DAY))
    journey.wait(10 * HOUR)
    assert journey.kinds == []


def test_silence_is_told_then_a_person_takes_it_then_it_is_lost_then_it_turns_up() -> None:
    journey = Journey(promised_on=None, country="FR")
    moving = scan(journey.now)
    journey.answer(result(moving))
    for _ in range(21):
        journey.wait(DAY)
        journey.answer(result(moving))
    journey.answer(result(scan(journey.now, code="9"), eta=(journey.now + 3 * DAY).date()))
    journey.wait(DAY)
    said = [kind for kind in journey.kinds if kind != "promise_broken"]
    assert said[:3] == ["stalled", "still_nothing", "human_coming"]
    assert "lost_probable" in said
    assert said[-1] == "turned_up"


def test_a_parcel_found_late_delivered_or_lost_warns_nobody() -> None:
    for status, at in ((Status.IN_TRANSIT, NOW), (Status.DELIVERED, NOW), (Status.IN_TRANSIT, NOW - 30 * DAY)):
        journey = Journey(promised_on=TODAY - 9 * DAY)
        journey.answer(result(scan(at, status), status=status))
        journey.wait(DAY)
        assert journey.kinds == []


steps = st.tuples(
    st.sampled_from([*Status, Status.IN_TRANSIT, Status.IN_TRANSIT, Status.IN_TRANSIT, None]),
    st.one_of(st.none(), st.integers(-2, 9)),
    st.sampled_from([None, None, "DELAYED"]),
    st.sampled_from([HOUR, 5 * HOUR, 9 * HOUR, DAY, 4 * DAY]),
)


def play(script: list[Any], promised_on: date | None) -> Journey:
    journey = Journey(promised_on=promised_on)
    for place, (status, eta, delay, span) in enumerate(script):
        said = None
        if status is not None:
            event = scan(journey.now, status, code=str(place))
            expected = None if eta is None else journey.now.date() + eta * DAY
            said = result(event, status=status, eta=expected, delay=delay)
        journey.answer(said)
        journey.wait(span)
    return journey


@settings(max_examples=150, deadline=None)
@given(st.lists(steps, max_size=8), st.one_of(st.none(), st.integers(-1, 5).map(lambda ahead: TODAY + ahead * DAY)))
def test_whatever_a_carrier_says_the_reader_is_treated_well(script: list[Any], promised_on: date | None) -> None:
    journey = play(script, promised_on)
    assert len(journey.causes) == len(set(journey.causes))
    assert not any(in_quiet(at, ZONE, None) for at, _ in journey.read)
    days = [at.astimezone(journey.parcel.tz).date() for at, kind in journey.read if kind in WARNINGS - URGENT]
    assert len(days) == len(set(days))
    assert "delay_again" not in journey.kinds or SLIPS & {
        kind for kind in journey.kinds[: journey.kinds.index("delay_again")]
    }
    pairs = set(pairwise(journey.kinds))
    assert ("still_nothing", "still_nothing") not in pairs


def test_the_last_day_of_the_calendar_has_an_end() -> None:
    for zone in ("UTC", "America/New_York", "Asia/Riyadh"):
        last = deadline_of(shipment(promised_on=date(9999, 12, 31), zone=zone))
        assert last is not None
        assert last.year == 9999
