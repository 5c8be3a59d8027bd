"""What presets would have meant: counted by what was warned of ahead, without a look at what came later."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.odds import Preset
from bot.domain.rehearsal import Move, Past
from bot.domain.shipment import Shipment
from bot.domain.trial import GENERAL, LEAST, Trial, from_bytes, past_of, to_bytes, tried
from carriers.kit.model import Reason, Status

START = datetime(2026, 3, 2, tzinfo=UTC)
NOW = START + timedelta(days=60)
DAY = timedelta(days=1)


def shipment(number: int, ordered_at: datetime, promised: int = 5, **known: object) -> Shipment:
    given = {"status": Status.UNKNOWN, "promised_on": (ordered_at + promised * DAY).date(), "country": "DE"} | known
    return Shipment(
        id=number,
        merchant_id=1,
        order_id=number,
        account_id=None,
        slug="ups",
        number="",
        created_at=ordered_at,
        **given,  # type: ignore[arg-type]
    )


def past(number: int, ordered: float, took: float | None) -> Past:
    ordered_at = START + ordered * DAY
    scans = [(Status.IN_TRANSIT, ordered_at + DAY)]
    if took is not None:
        scans.append((Status.DELIVERED, ordered_at + (1 + took) * DAY))
    return past_of(shipment(number, ordered_at), scans, NOW)


HISTORIES = st.lists(
    st.tuples(st.integers(0, 40), st.none() | st.integers(0, 48).map(lambda quarters: quarters / 4)),
    min_size=LEAST,
    max_size=LEAST + 12,
).map(lambda rows: [past(number, *row) for number, row in enumerate(rows)])


@settings(max_examples=15, deadline=None)
@given(HISTORIES)
def test_figures_add_up_and_survive_the_store(history: list[Past]) -> None:
    trial = tried(history, "DE", NOW)
    assert trial.parcels == len(history)
    assert set(trial.presets) == set(Preset)
    for meant in trial.presets.values():
        assert meant.right + meant.unwarned == trial.missed
        assert meant.right <= meant.warned <= trial.parcels
        assert meant.wrong_per_thousand == round(1000 * (meant.warned - meant.right) / trial.parcels, 1)
        assert (meant.lead is None) == (meant.right == 0)
    assert from_bytes(to_bytes(trial)) == trial


def test_of_few_parcels_nothing_is_said() -> None:
    trial = tried([past(number, number, 9) for number in range(LEAST - 1)], "DE", NOW)
    assert (trial.parcels, trial.missed, trial.presets) == (LEAST - 1, LEAST - 1, {})


def test_of_none_nothing_is_said() -> None:
    assert tried([], None, NOW) == Trial(until=NOW)


def test_a_parcel_that_is_not_due_yet_counts_neither_way() -> None:
    assert tried([past(1, 58, None)], "DE", NOW).parcels == 0


def test_careful_warns_no_more_than_early() -> None:
    history = [past(number, number / 4, 6 if number % 3 else 2) for number in range(200)]
    found = tried(history, "DE", NOW).presets
    assert 0 < found[Preset.CAREFUL].warned <= found[Preset.BALANCED].warned <= found[Preset.EARLY].warned


def test_what_a_row_tells_of_its_end_is_not_known_when_it_was_ordered() -> None:
    ended = shipment(
        1,
        START,
        status=Status.DELIVERED,
        delivered_at=START + 9 * DAY,
        status_at=START + 9 * DAY,
        scan_at=START + 9 * DAY,
        stage_at=START + 9 * DAY,
        eta_on=(START + 9 * DAY).date(),
        delay="weather",
        reason=Reason.WEATHER,
    )
    assert past_of(ended, (), NOW).shipment == shipment(1, START)


def test_an_end_without_a_scan_is_taken_from_the_row() -> None:
    by_hand = shipment(1, START, status=Status.DELIVERED, delivered_at=START + 2 * DAY)
    assert past_of(by_hand, (), NOW).moves == (Move(Status.DELIVERED, START + 2 * DAY),)


def test_scans_of_one_status_are_one_move_and_nothing_comes_from_the_future() -> None:
    scans = [
        (Status.IN_TRANSIT, START + 2 * DAY),
        (Status.IN_TRANSIT, START + DAY),
        (Status.UNKNOWN, START + 3 * DAY),
        (Status.DELIVERED, NOW + DAY),
    ]
    assert past_of(shipment(1, START), scans, NOW).moves == (Move(Status.IN_TRANSIT, START + DAY),)


def test_what_was_called_off_is_judged_neither_way() -> None:
    called_off = shipment(1, START, status=Status.CANCELLED)
    assert past_of(called_off, (), NOW).is_void


def test_what_cannot_be_read_was_never_found() -> None:
    assert from_bytes(b"nonsense") is None


def test_in_general_more_is_warned_of_from_careful_to_early() -> None:
    careful, balanced, early = (GENERAL.presets[one] for one in (Preset.CAREFUL, Preset.BALANCED, Preset.EARLY))
    assert careful.warned < balanced.warned < early.warned
    assert [one.percent for one in (careful, balanced, early)] == [86, 80, 72]


def test_thresholds_of_its_own_are_tried_beside_the_presets() -> None:
    history = [past(number, number / 4, 6 if number % 3 else 2) for number in range(200)]
    early: dict[str, float | str] = {"preset": "early", "very_sure": 0.85}
    found = tried(history, "DE", NOW, early)
    assert found.own == found.presets[Preset.EARLY]
    assert found.odds == early
    assert from_bytes(to_bytes(found)) == found
    never = tried(history, "DE", NOW, {"very_sure": 1.0, "fairly_sure": 1.0, "last_day": 1.0}).own
    assert never is not None
    assert never.warned < found.presets[Preset.CAREFUL].warned
