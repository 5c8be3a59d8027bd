"""Until when a parcel can be collected, the one reminder, and what is found when that time ends."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.detector import detect
from bot.domain.finding import FindingKind, Severity
from bot.domain.hours import day_there, in_quiet
from bot.domain.notice import plan
from bot.domain.pickup import KEPT, READY, REMINDER, collect_until, remind_at
from bot.domain.policy import Policy
from bot.domain.promise import Hearer, Kept, OpenPromise, keep_promise
from bot.domain.shipment import Shipment
from bot.domain.telling import Following, Notice
from bot.domain.tracking import Change
from carriers.kit.model import Pickup, Status
from tests.domain.values import DAY, HOUR, NOW, SHOP, TODAY, History, follower, instants, kinds, quiets, shipment, zones

K = FindingKind
UNTIL = TODAY + 4 * DAY
ZONE = "Europe/Berlin"


def waiting(until: date | None = UNTIL, **changed: Any) -> Shipment:
    usual: dict[str, Any] = {
        "status": Status.AVAILABLE_FOR_PICKUP,
        "status_at": NOW - HOUR,
        "stage_at": NOW - HOUR,
        "zone": ZONE,
        "pickup": Pickup("Paketshop", code="77", until=until),
    }
    return shipment(**usual | changed)


def told(
    parcel: Shipment, *, before: Shipment | None = None, now: datetime = NOW, reader: Following | None = None,
    history: History | None = None,
) -> tuple[Notice, ...]:  # fmt: skip
    before = before or parcel
    change = Change(parcel, before, status_changed=before.status is not parcel.status)
    verdict = (history or History()).look(parcel, now, change)
    return plan(change, verdict.raised, verdict.closed, (reader or follower(),), parcel, Policy(), now, SHOP)


# ---- until when


def test_the_carriers_own_day_comes_before_the_table() -> None:
    assert collect_until(waiting(slug="usps")) == UNTIL


@pytest.mark.parametrize(("slug", "until"), [("usps", TODAY + 15 * DAY), ("dhl_parcel_de", TODAY + 6 * DAY)])
def test_without_one_it_is_kept_as_long_as_the_carrier_usually_does(slug: str, until: date) -> None:
    assert collect_until(waiting(None, slug=slug)) == until


def test_working_days_are_counted_as_the_destination_works() -> None:
    parcel = waiting(None, slug="australiapost", country="AU", zone="Australia/Sydney")
    assert collect_until(parcel) == TODAY + 14 * DAY


def test_where_nobody_knows_no_day_is_named_and_nothing_found() -> None:
    parcel = waiting(None, slug="aramex")
    assert collect_until(parcel) is None
    assert detect(parcel, NOW + 40 * DAY, Policy()) == ()
    (notice,) = told(parcel, before=shipment())
    assert (notice.kind, notice.promise, notice.expires_at) == ("ready", None, None)


def test_every_line_of_the_table_says_whose_word_it_is() -> None:
    assert all(one.source and one.days > 0 for one in KEPT.values())


# ---- the reminder


def test_who_is_told_that_it_can_be_collected_is_owed_one_reminder() -> None:
    (notice,) = told(waiting(), before=shipment())
    assert notice.kind == READY
    assert notice.promise is not None
    assert notice.promise.due_at == datetime(2026, 11, 27, 9, 0, tzinfo=UTC)  # ten in Berlin, the day before
    assert not notice.promise.by_person


@given(st.integers(-2, 30), instants, zones, quiets)
def test_a_reminder_comes_by_the_last_day_on_a_later_day_than_the_news_and_wakes_nobody(
    ahead: int, now: datetime, zone: str, quiet: str | None
) -> None:
    until = day_there(now, zone) + ahead * DAY
    at = remind_at(until, now, zone, quiet)
    if at is None:
        assert ahead <= 2
        return
    assert day_there(now, zone) < day_there(at, zone) <= until
    assert not in_quiet(at, zone, quiet)


def owed(**changed: Any) -> OpenPromise:
    usual: dict[str, Any] = {"id": 1, "customer_id": 7, "shipment_id": 1, "kind": READY, "due_at": NOW, "made_at": NOW}
    return OpenPromise(**usual | changed)


HEARER = Hearer(zone=ZONE, quiet="22-8", shop_zone=ZONE, staffed="Mon-Fri 09:00-18:00", country="DE")


def test_the_reminder_is_said_the_day_before_and_owes_no_further_word() -> None:
    kept = keep_promise(owed(), waiting(TODAY + DAY), (), NOW, HEARER)
    assert (kept.kind, kept.promise, kept.what) == (REMINDER, None, f"pickup_ending:{TODAY + DAY}")


@pytest.mark.parametrize("status", [Status.DELIVERED, Status.RETURNING, Status.RETURNED, Status.IN_TRANSIT])
def test_of_what_waits_no_more_nobody_is_reminded(status: Status) -> None:
    assert keep_promise(owed(), waiting(status=status), (), NOW, HEARER) == Kept()


def test_with_more_days_by_now_he_hears_these_and_is_reminded_later() -> None:
    kept = keep_promise(owed(), waiting(TODAY + 5 * DAY), (), NOW, HEARER)
    assert kept.kind == READY
    assert kept.promise is not None
    assert day_there(kept.promise.due_at, ZONE) == TODAY + 4 * DAY


def test_another_last_day_is_told_at_once() -> None:
    (notice,) = told(waiting(UNTIL + 3 * DAY), before=waiting(UNTIL))
    assert (notice.kind, notice.cancels_promises) == (READY, True)
    assert notice.cause != told(waiting(UNTIL), before=shipment())[0].cause
    assert told(waiting(UNTIL), before=waiting(UNTIL)) == ()


# ---- found when it ends


@pytest.mark.parametrize(
    ("days_after", "found"), [(-2, []), (-1, [K.PICKUP_ENDING]), (0, [K.PICKUP_ENDING]), (1, [K.PICKUP_ENDING])]
)
def test_the_end_is_found_from_the_day_before_it(days_after: int, found: list[FindingKind]) -> None:
    now = datetime.combine(UNTIL + days_after * DAY, time(10), UTC)
    assert kinds(detect(waiting(), now, Policy())) == found


def test_an_end_that_is_over_is_serious_and_says_whose_day_it_was() -> None:
    (finding,) = detect(waiting(TODAY - DAY), NOW, Policy())
    assert (finding.severity, finding.evidence["over"]) == (Severity.SERIOUS, True)
    assert finding.evidence["said_by"] == "carrier"
    (finding,) = detect(waiting(None, slug="usps", stage_at=NOW - 20 * DAY), NOW, Policy())
    assert finding.evidence["said_by"].startswith("USPS")


def test_the_reminder_found_by_asking_is_the_one_that_was_promised() -> None:
    promised_at = NOW + 2 * HOUR
    (notice,) = told(waiting(TODAY + DAY), reader=follower(promised_at=promised_at))
    kept = keep_promise(owed(), waiting(TODAY + DAY), (), promised_at, HEARER)
    assert (notice.kind, notice.due_at, notice.promise, notice.warns) == (REMINDER, promised_at, None, False)
    assert notice.cause == f"notice:1:{kept.what}:7"


def test_two_parcels_of_an_order_are_reminded_of_apart_as_each_was_promised() -> None:
    (one,), (other,) = told(waiting(TODAY + DAY)), told(waiting(TODAY + DAY, id=2))
    assert one.merge_key != other.merge_key


def test_when_nobody_came_for_it_a_person_owes_the_next_word() -> None:
    history = History()
    told(waiting(TODAY), history=history)
    (notice,) = told(waiting(TODAY), now=NOW + DAY, history=history)
    assert (notice.kind, notice.needs_person, notice.warns) == ("pickup_over", True, True)
    assert [row.kind for row in history.open] == [K.PICKUP_ENDING]


@pytest.mark.parametrize("after", [Status.DELIVERED, Status.RETURNING])
def test_once_collected_or_on_its_way_back_nothing_of_it_holds(after: Status) -> None:
    history = History()
    told(waiting(TODAY), history=history)
    told(waiting(TODAY, status=after), before=waiting(TODAY), history=history)
    assert K.PICKUP_ENDING not in [row.kind for row in history.open]


@given(st.sampled_from(Status), st.integers(-5, 5), instants)
def test_only_what_waits_can_be_too_late_to_collect(status: Status, ahead: int, now: datetime) -> None:
    parcel = waiting(day_there(now, ZONE) + ahead * DAY, status=status)
    found = K.PICKUP_ENDING in kinds(detect(parcel, now, Policy()))
    assert found == (status is Status.AVAILABLE_FOR_PICKUP and ahead <= 1)
