# ruff: noqa: DTZ001 (wall clock times are what is read here)
"""The tools carriers read with."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carriers.kit.errors import (
    AuthFailed,
    CarrierError,
    NotFound,
    RateLimited,
    Rejected,
    Unavailable,
    Unreadable,
)
from carriers.kit.model import Response, ScanEvent, Status
from carriers.kit.reading import (
    check,
    clock,
    day_of,
    decode,
    entries,
    entry,
    is_html,
    joined,
    listed,
    moment,
    newest_first,
    newest_movement,
    offset_between,
    own_delay,
    problem,
    reached,
    refuse,
    remembered,
    text,
    too_many,
)

NOON = datetime(2024, 3, 12, 12, tzinfo=UTC)
TIMES = st.datetimes(timezones=st.just(UTC)) | st.datetimes() | st.dates() | st.none()


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (302, b"", Unavailable),
        (401, b"", AuthFailed),
        (403, b"{}", AuthFailed),
        (403, b"<html>", Unavailable),
        (405, b"{}", Unreadable),
        (408, b"", Unavailable),
        (429, b"", RateLimited),
        (500, b"", Unavailable),
        (503, b"<html>", Unavailable),
    ],
)
def test_an_http_status_says_what_to_do(status: int, body: bytes, kind: type[CarrierError]) -> None:
    with pytest.raises(kind):
        check(Response(status, body))


@pytest.mark.parametrize("status", [200, 204, 400, 404, 422])
def test_other_statuses_are_left_to_whoever_reads_the_body(status: int) -> None:
    check(Response(status, b"{}"))


@pytest.mark.parametrize(("status", "kind"), [(404, NotFound), (410, NotFound), (400, Rejected), (422, Rejected)])
def test_a_refusal_is_about_the_number(status: int, kind: type[CarrierError]) -> None:
    with pytest.raises(kind) as caught:
        refuse(Response(status, b"{}"), "A1")
    assert caught.value.number == "A1"


def test_a_success_refuses_nothing() -> None:
    refuse(Response(200, b"{}"), "A1")


@pytest.mark.parametrize(
    ("header", "after", "at"),
    [
        ("30", timedelta(seconds=30), None),
        ("99999999999999", timedelta(days=1), None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None, datetime(2026, 10, 21, 7, 28, tzinfo=UTC)),
        ("Wed, 21 Oct 2026 07:28:00 -0000", None, datetime(2026, 10, 21, 7, 28, tzinfo=UTC)),
        ("soon", None, None),
        ("", None, None),
        ("²", None, None),
    ],
)
def test_retry_after_is_a_wait_or_a_date(header: str, after: timedelta | None, at: datetime | None) -> None:
    error = too_many(Response(429, b"", {"retry-after": header}))
    assert (error.retry_after, error.retry_at) == (after, at)


def test_only_an_object_is_a_body() -> None:
    assert decode(Response(200, b'{"a": 1}')) == {"a": 1}
    assert decode(Response(404, b"")) == {}
    for body, fault in ((b" ", ValueError), (b"<p>", ValueError), (b"[]", TypeError)):
        with pytest.raises(fault):
            decode(Response(200, body))


def test_a_web_page_is_known_by_its_first_bracket() -> None:
    assert is_html(b"\xef\xbb\xbf\n <!doctype html>")
    assert not is_html(b'{"a": "<"}')


def test_odd_types_are_read_as_nothing() -> None:
    odd: list[object] = [" a ", 7, 1.5, True, None, []]
    assert [text(one) for one in odd] == ["a", "7", "1.5", "", "", ""]
    assert entry([1]) == {}
    assert entries({"a": 1}) == [{"a": 1}]
    assert entries([1, {"a": 1}]) == [{"a": 1}]
    assert entries("x") == []
    assert joined("a", None, " ", 2) == "a, 2"


@pytest.mark.parametrize(
    ("given_text", "read"),
    [
        ("2024-03-12", date(2024, 3, 12)),
        ("2024-03-12T12:00:00Z", NOON),
        (" 2024-03-12T12:00:00+00:00 ", NOON),
        ("2024-03-12T12:00:00", datetime(2024, 3, 12, 12)),
        ("tomorrow", None),
        ("soon", None),
        (None, None),
        (20240312, None),
    ],
)
def test_a_moment_is_kept_as_given(given_text: object, read: datetime | date | None) -> None:
    assert moment(given_text) == read


@pytest.mark.parametrize(
    ("parts", "read"),
    [
        (("20240312", "120000", "+00:00"), NOON),
        (("20240312", "12:00:00", "+00:00"), NOON),
        (("20240312", "74700"), datetime(2024, 3, 12, 7, 47)),
        (("20240312", ""), date(2024, 3, 12)),
        (("20240312", "120000", "east"), datetime(2024, 3, 12, 12)),
        (("20240312", "999999", "+01:00"), date(2024, 3, 12)),
        (("", ""), None),
        (("string", "string"), None),
    ],
)
def test_a_clock_is_read_as_far_as_it_makes_sense(parts: tuple[str, ...], read: datetime | date | None) -> None:
    assert clock(*parts) == read


def test_an_offset_follows_from_local_and_universal_time() -> None:
    local, utc = datetime(2024, 3, 12, 15, 30), datetime(2024, 3, 12, 10)
    assert offset_between(local, utc) == timezone(timedelta(hours=5, minutes=30))
    assert offset_between(local, datetime(2024, 3, 10)) is None
    assert offset_between(local, date(2024, 3, 12)) is None


@given(st.lists(TIMES, max_size=8))
def test_events_of_any_times_are_ordered_and_none_is_lost(times: list[datetime | date | None]) -> None:
    events = [ScanEvent(at, code=str(place)) for place, at in enumerate(times)]
    ordered = newest_first([*events, *events])
    assert sorted(ordered, key=lambda one: one.code or "") == sorted(events, key=lambda one: one.code or "")


@given(st.lists(st.datetimes(timezones=st.just(UTC)), max_size=8))
def test_aware_events_stand_newest_first(times: list[datetime]) -> None:
    assert [one.at for one in newest_first([ScanEvent(at) for at in dict.fromkeys(times)])] == sorted(
        set(times), reverse=True
    )


def test_equal_instants_keep_their_order() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=3)))
    events = [ScanEvent(NOON, "a"), ScanEvent(there, "b"), ScanEvent(NOON, "c")]
    assert [one.code for one in newest_first(events)] == ["a", "b", "c"]


def test_a_signature_row_is_no_movement() -> None:
    signed = ScanEvent(NOON, "sig")
    there = ScanEvent(NOON - timedelta(hours=1), "ok", status=Status.DELIVERED)
    assert newest_movement((signed, there)) is there
    assert newest_movement((signed,)) is None
    assert reached((signed, there), Status.DELIVERED) == there.at
    assert reached((signed,), Status.DELIVERED) is None


def test_the_newest_movement_tells_of_a_delay_in_its_own_words() -> None:
    late = ScanEvent(NOON, "48", "Delay", status=Status.EXCEPTION, delay=True)
    assert own_delay((late,)) == "Delay"
    assert own_delay((ScanEvent(NOON, "48", status=Status.EXCEPTION, delay=True),)) == "48"
    assert own_delay((ScanEvent(NOON, status=Status.IN_TRANSIT), late)) is None
    assert own_delay(()) is None


def test_the_day_of_a_time_is_the_one_it_names() -> None:
    assert day_of(NOON) == day_of(date(2024, 3, 12)) == date(2024, 3, 12)
    assert day_of(None) is None


def test_words_are_read_once_and_objects_each_time() -> None:
    asked: list[object] = []

    def noted(word: object) -> object:
        asked.append(word)
        return word

    read = remembered(noted)
    assert [read("a"), read("a"), read({}), read({})] == ["a", "a", {}, {}]
    assert asked == ["a", {}, {}]


@pytest.mark.parametrize(
    ("status", "kind"),
    [("404", NotFound), (400, Rejected), (401, AuthFailed), ("429", RateLimited), (503, Unavailable)],
)
def test_a_problem_inside_a_success_is_what_its_own_status_says(status: object, kind: type[CarrierError]) -> None:
    with pytest.raises(kind):
        problem({"status": status}, Response(200, b""), "N")


def test_a_status_that_is_no_number_is_no_problem() -> None:
    said: list[object] = ["Success", None, 200, "²00", {}]
    for status in said:
        problem({"status": status}, Response(200, b""), "N")


def test_an_offset_written_as_gmt_is_an_offset() -> None:
    assert moment("2019-02-04 23:59:00 GMT-08:00") == datetime.fromisoformat("2019-02-04T23:59:00-08:00")
    assert moment("2019-02-04 23:59:00 GMT") is None


def test_same_instants_stand_as_the_payload_tells_them() -> None:
    early, late = datetime(2024, 3, 11, 9, 0), datetime(2024, 3, 12, 9, 0)
    told = [ScanEvent(late, "b"), ScanEvent(late, "a"), ScanEvent(early, "first")]
    assert [one.code for one in newest_first(told)] == ["b", "a", "first"]
    assert [one.code for one in newest_first(reversed(told))] == ["b", "a", "first"]


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_the_mark_of_an_encoding_is_no_part_of_the_answer(codec: str) -> None:
    assert decode(Response(200, '{"place": "Zürich"}'.encode(codec))) == {"place": "Zürich"}


def test_a_row_without_a_time_stands_beside_the_one_it_follows_upon() -> None:
    early, late = datetime(2024, 3, 11, 9, 0), datetime(2024, 3, 12, 9, 0)
    told = [ScanEvent(None, "end"), ScanEvent(late, "late"), ScanEvent(None, "between"), ScanEvent(early, "first")]
    expected = ["end", "late", "between", "first"]
    assert [one.code for one in newest_first(told)] == expected
    assert [one.code for one in newest_first(reversed(told))] == expected


@pytest.mark.parametrize("value", ["words", 5, ["words"], [5]])
def test_what_is_no_list_of_objects_is_no_empty_answer(value: object) -> None:
    with pytest.raises(TypeError):
        listed(value)


@pytest.mark.parametrize("value", [None, [], ""])
def test_an_empty_list_may_be_written_in_several_ways(value: object) -> None:
    assert listed(value) == []


def test_a_part_of_a_place_that_is_no_word_is_left_out() -> None:
    assert joined("Oslo", ["x"], {"y": 1}, "NO") == "Oslo, NO"
