"""The rhythm of a carrier: weeks of countries, waiting summed up exactly, and what past scans teach."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import rhythm_learnt
from bot.domain.cadence import BUILT_IN
from bot.domain.rhythm import BUCKETS, EDGES, LONGEST, MERE, SLOTS, Beat, DayKind, beat_of, day_kinds, waited, waiting
from bot.domain.rhythm_learnt import CELLS, Counts, Passage, Tally, aged, from_bytes, learnt, merged, tally, to_bytes
from bot.domain.rhythm_prior import PRIOR
from carriers.kit.model import Status

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
beats = st.builds(beat_of, st.sampled_from(list(PRIOR.values())), st.sampled_from(["DE", "SA", "IR", "NP", None]))
silences = st.one_of(st.just(0.0), st.floats(0, 12), st.floats(0, 600))
hours = st.floats(0, 168, exclude_max=True)


# ---- weeks


def test_the_days_of_a_week_are_those_of_the_country() -> None:
    working, rest, last = DayKind.WORKING, DayKind.REST, DayKind.LAST_REST
    assert day_kinds("DE") == (working, working, working, working, working, rest, last)
    assert day_kinds("SA") == (working, working, working, working, rest, last, working)
    assert day_kinds("IR") == (working, working, working, working, last, working, working)


def test_every_stage_that_is_not_over_has_a_pulse() -> None:
    assert set(PRIOR) == {status for status in Status if not status.is_final}
    for pulse in PRIOR.values():
        assert (len(pulse.rates), len(pulse.hours)) == (BUCKETS, SLOTS)
        assert min(*pulse.rates, *pulse.hours) > 0


# ---- waiting


def summed(beat: Beat, silent: float, hour: float, ahead: float, steps: int = 4000) -> float:
    """The same by brute force: news of each moment, times how long it waits."""
    step, total = ahead / steps, 0.0
    for number in range(steps):
        at = (number + 0.5) * step
        slot = int(hour + at)
        factor = beat.worked[slot + 1] - beat.worked[slot]
        rate = beat.rates[sum(silent + at >= edge for edge in EDGES)]
        total += rate * factor * step * (ahead - at)
    return total


@given(beats, silences, hours, st.floats(0.1, LONGEST))
def test_waiting_is_summed_up_as_by_hand(beat: Beat, silent: float, hour: float, ahead: float) -> None:
    assert waited(beat, silent, hour, ahead) == pytest.approx(summed(beat, silent, hour, ahead), rel=0.02, abs=1e-3)


@given(beats, silences, hours, st.floats(0.01, 20), st.floats(1, LONGEST))
def test_the_question_comes_when_patience_is_spent(
    beat: Beat, silent: float, hour: float, patience: float, longest: float
) -> None:
    found = waiting(beat, silent, hour, patience, longest)
    assert 0 < found <= longest + 1e-9
    spent = waited(beat, silent, hour, found)
    assert spent == pytest.approx(patience, rel=1e-6) if found < longest - 1e-9 else spent <= patience * 1.000001


@pytest.mark.parametrize("status", PRIOR, ids=str)
def test_little_patience_that_ends_within_the_hour_it_begins_in_asks_within_it(status: Status) -> None:
    beat = beat_of(PRIOR[status], "DE")
    for ahead in (0.05, 0.2, 0.4):
        patience = waited(beat, 0.0, 9.5, ahead)
        assert waiting(beat, 0.0, 9.5, patience, 1.0) == pytest.approx(ahead, rel=1e-6)


@given(beats, silences, hours, st.floats(0.01, 20), st.floats(1, 4))
def test_more_patience_never_asks_sooner(beat: Beat, silent: float, hour: float, patience: float, times: float) -> None:
    less, more = (waiting(beat, silent, hour, one, 48) for one in (patience, patience * times))
    assert less <= more + 1e-9


# ---- learning


def passage(slug: str = "ups", day: int = 0, out_at: float = 14, **changed: object) -> Passage:
    """Handed over in the evening, out for delivery the next day, delivered three hours later."""
    start = MONDAY + day * DAY
    scans = [
        (Status.IN_TRANSIT, start + 20 * HOUR),
        (Status.OUT_FOR_DELIVERY, start + DAY + out_at * HOUR),
        (Status.DELIVERED, start + DAY + (out_at + 3) * HOUR),
    ]
    given: dict[str, object] = {
        "slug": slug, "zone": "UTC", "country": "DE", "created_at": start, "scans": scans, "until": start + 9 * DAY,
    }  # fmt: skip
    return Passage(**given | changed)  # type: ignore[arg-type]


def rate(rhythms: object, status: Status, hour: int, slug: str = "ups") -> float:
    """News in that hour of a Tuesday, an hour after the last scan."""
    return waited(rhythms.beat(slug, status, "DE"), 3.0, 24.0 + hour, 1.0)  # type: ignore[attr-defined]


def test_a_carrier_is_watched_at_the_hours_it_scans() -> None:
    rhythms = learnt(tally(passage(day=day % 4, out_at=14) for day in range(200)))
    assert rate(rhythms, Status.IN_TRANSIT, 14) > 5 * rate(rhythms, Status.IN_TRANSIT, 8)
    assert rate(BUILT_IN, Status.IN_TRANSIT, 14) < rate(BUILT_IN, Status.IN_TRANSIT, 8)


def test_nothing_counted_is_the_prior() -> None:
    rhythms = learnt(Tally())
    assert rhythms.usual == PRIOR
    assert rhythms.beat("ups", Status.IN_TRANSIT, "DE") == BUILT_IN.beat("ups", Status.IN_TRANSIT, "DE")


def test_little_leans_on_all_and_a_carrier_never_seen_is_like_all() -> None:
    counted = tally([*(passage("big", day % 4, 14) for day in range(300)), passage("small", 0, 8)])
    rhythms = learnt(counted)
    for slug in ("small", "unheard of"):
        assert rate(rhythms, Status.IN_TRANSIT, 14, slug) > 3 * rate(BUILT_IN, Status.IN_TRANSIT, 14)


def test_what_is_still_on_its_way_counts_as_silence_not_as_news() -> None:
    waits = [(Status.IN_TRANSIT, MONDAY + 20 * HOUR)]
    rhythms = learnt(tally(passage(scans=waits) for _ in range(100)))
    assert rate(rhythms, Status.IN_TRANSIT, 14) < rate(BUILT_IN, Status.IN_TRANSIT, 14)


def test_news_is_counted_by_its_worth_and_its_hour() -> None:
    again = [(Status.IN_TRANSIT, MONDAY + hours * HOUR) for hours in (10, 13.5)]
    (counts,) = tally([passage(scans=again, created_at=MONDAY + 10 * HOUR, until=MONDAY + 15 * HOUR)]).carriers.values()
    stage = list(PRIOR).index(Status.IN_TRANSIT) * BUCKETS
    assert sum(counts.news) == round(10 + 10 * MERE)
    assert counts.news[(stage + 1) * SLOTS + 13] == round(10 * MERE)
    assert sum(counts.minutes) == 5 * 60
    assert counts.minutes[(stage + 1) * SLOTS + 13] == 30


@given(st.lists(st.floats(0, 2000), max_size=6), st.sampled_from(["DE", "SA", "IR"]), st.floats(0, 2000))
def test_every_minute_of_a_passage_is_counted_once(starts: list[float], country: str, until: float) -> None:
    scans = [(Status.IN_TRANSIT, MONDAY + hours * HOUR) for hours in starts]
    one = passage(scans=scans, country=country, created_at=MONDAY, until=MONDAY + until * HOUR)
    (counts,) = tally([one]).carriers.values()
    seen = sorted([0.0, *(hours for hours in starts if hours <= until), until])
    spans = [min(later - earlier, 60 * 24) for earlier, later in pairwise(seen)]
    assert sum(counts.minutes) == pytest.approx(sum(spans) * 60, abs=len(seen))
    assert min(counts.minutes) >= 0


def test_scans_of_tomorrow_and_clocks_that_jump_teach_nothing() -> None:
    later = MONDAY + 4000 * DAY
    silly = passage(scans=[(Status.DELIVERED, later), (Status.UNKNOWN, later)], created_at=later, until=MONDAY)
    assert learnt(tally([silly])).usual == PRIOR


# ---- adding up and keeping


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 6)), max_size=6), st.integers(0, 6))
def test_parts_add_up_to_the_whole_in_any_order(told: list[tuple[str, int]], cut: int) -> None:
    passages = [passage(slug, day) for slug, day in told]
    whole, first, second = tally(passages), tally(passages[:cut]), tally(passages[cut:])
    assert merged(first, second).carriers == merged(second, first).carriers == whole.carriers


def test_what_is_kept_comes_back_and_anything_else_is_learnt_anew() -> None:
    counted = aged(tally([passage()]), date(2026, 11, 30))
    assert from_bytes(to_bytes(counted)) == counted
    for other in (b"", b"\x00 no tally", to_bytes(Tally({"ups": Counts((1,), (2,))}))):
        assert from_bytes(other) == Tally()


def test_a_tally_of_another_version_is_learnt_anew() -> None:
    kept = msgspec.msgpack.decode(to_bytes(tally([passage()])))
    assert from_bytes(msgspec.msgpack.encode(kept)).carriers
    assert from_bytes(msgspec.msgpack.encode(kept | {"version": 0})) == Tally()


def test_memory_is_bounded_whatever_carriers_there_are() -> None:
    few = Counts((1,) * CELLS, (1,) * CELLS)
    total = Tally()
    for number in range(rhythm_learnt.MOST_CARRIERS + 20):
        total = merged(total, Tally({f"{number:04}": few}))
    assert len(total.carriers) == rhythm_learnt.MOST_CARRIERS + 1
    assert total.carriers[rhythm_learnt.OTHERS].news[0] == 20


def test_the_past_counts_half_after_a_quarter_of_a_year() -> None:
    today = date(2026, 11, 30)
    begun = aged(Tally({"ups": Counts((8,) * CELLS, (800,) * CELLS)}), today)
    assert aged(begun, today + 89 * DAY) == begun
    later = aged(begun, today + 185 * DAY)
    assert (later.carriers["ups"].news[0], later.carriers["ups"].minutes[0]) == (2, 200)
    assert aged(later, today) == later
