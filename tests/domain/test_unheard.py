"""Time in which nothing could be heard is taken off once, whatever overlaps."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.detector import detect
from bot.domain.finding import FindingKind
from bot.domain.groups import Group, Scope
from bot.domain.policy import Policy
from bot.domain.unheard import Unheard, about, heard
from tests.domain.values import DAY, HOUR, NOW, kinds, shipment

hours = st.integers(-50, 50).map(lambda count: NOW + count * HOUR)
spans = st.lists(st.builds(Unheard, hours, st.one_of(st.none(), hours)), max_size=6)


def plain(start: datetime, end: datetime) -> timedelta:
    return end - start


@given(spans, hours)
def test_what_was_heard_is_what_no_span_covers(deaf: list[Unheard], now: datetime) -> None:
    since = NOW - 40 * HOUR
    if now < since:
        return
    count = int((now - since) / HOUR)
    covered = sum(
        any(span.since <= since + step * HOUR < (span.until or now) for span in deaf) for step in range(count)
    )
    assert heard(since, now, deaf, plain) == (count - covered) * HOUR


def test_a_span_of_one_hub_is_none_of_another() -> None:
    span = Unheard(NOW, group=Group(Scope.HUB, "ups", "Halle"))
    assert about(shipment(scan_place="Halle"), [span]) == [span]
    assert about(shipment(scan_place="Jena"), [span]) == []
    assert about(shipment(), ()) == ()


def test_a_silence_in_which_nobody_could_be_heard_stalls_and_loses_nothing() -> None:
    parcel = shipment(scan_at=NOW - 9 * DAY, promised_on=None, eta_on=None)
    deaf = Policy(home="DE", unheard=(Unheard(NOW - 9 * DAY, NOW - DAY),))
    assert kinds(detect(parcel, NOW, Policy(home="DE"))) == [FindingKind.LOST]
    assert detect(parcel, NOW, deaf) == ()


def test_spans_that_overlap_count_once_and_those_that_end_before_they_begin_not_at_all() -> None:
    deaf = [Unheard(NOW, NOW + 4 * HOUR), Unheard(NOW + 2 * HOUR, NOW + 6 * HOUR), Unheard(NOW + 9 * HOUR, NOW + HOUR)]
    assert heard(NOW - HOUR, NOW + 10 * HOUR, deaf, plain) == 5 * HOUR
