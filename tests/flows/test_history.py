"""Files of past orders as shops have them, and what is wrong with some of their rows."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.flows.history import NEEDED, History, MissingColumns, Why, Wrong, read_history
from bot.flows.table import NotATable, read_table
from bot.flows.times import Said, read_time
from carriers.kit.model import Status

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
HEAD = "order_id,purchased_at,handed_over_at,delivered_at,promised_at"


def read(*rows: str, head: str = HEAD, country: str | None = None) -> History:
    return read_history("\n".join([head, *rows]).encode(), NOW, country)


def moves(history: History) -> list[tuple[Status, str]]:
    return [(move.status, move.at.isoformat()) for move in history.past[0].moves]


# ---- tables


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1256"])
def test_a_table_is_read_whatever_it_is_written_in(separator: str, encoding: str) -> None:
    rows = [["Order ", "city"], ["1", "جدة"], ["2", "الرياض"]]
    content = "\r\n".join(separator.join(row) for row in rows).encode(encoding)
    table = read_table(content)
    assert (table.head, [row.cells for row in table.rows]) == (["order", "city"], rows[1:])


def test_the_line_of_a_row_is_that_of_the_file() -> None:
    table = read_table(b'a,b\n\n1,"two\nlines"\n\n3,4\n')
    assert [(row.line, row.cells[0]) for row in table.rows] == [(4, "1"), (6, "3")]


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "empty"), (b" \n,,\n", "empty"), (b"\xff\xfe\x00\xd8", "encoding"), (b"\x00\x01\x02", "encoding")],
)
def test_what_is_no_table_says_why(content: bytes, why: str) -> None:
    with pytest.raises(NotATable, match=why):
        read_table(content)


def test_a_cell_without_an_end_is_no_table() -> None:
    with pytest.raises(NotATable, match="cells"):
        read_table(b'a,b\n"' + b"x" * 200_000)


# ---- times


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31", Said(date(2026, 1, 31))),
        ("2026/1/31", Said(date(2026, 1, 31))),
        ("31.01.2026", Said(date(2026, 1, 31))),
        ("1404-11-11", Said(date(2026, 1, 31))),
        ("٢٠٢٦-٠١-٣١", Said(date(2026, 1, 31))),
        ("2026-01-31T14:05", Said(date(2026, 1, 31), time(14, 5))),
        ("2026-01-31 14:05:09.5", Said(date(2026, 1, 31), time(14, 5, 9))),
        ("2026-01-31T00:00:00Z", Said(date(2026, 1, 31), time(), UTC)),
        (
            "2026-01-31 00:00 +0330",
            Said(date(2026, 1, 31), time(), timezone(3.5 * HOUR)),
        ),
        ("2026-01-31T00:00:00-05:00", Said(date(2026, 1, 31), time(), timezone(-5 * HOUR))),
    ],
)
def test_a_time_is_read_as_files_have_it(text: str, expected: Said) -> None:
    assert read_time(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "soon", "01/02/2026", "2026-02-30", "2026-01-31 25:00", "2026-01-31 10:00 +99:00", "46053", "2026-01-31 noon"],
)
def test_what_is_no_time_or_two_is_none(text: str) -> None:
    assert read_time(text) is None


# ---- histories


def test_an_order_is_read_with_all_that_became_of_it() -> None:
    history = read("1001,2026-01-05 10:00,2026-01-06 09:00,2026-01-09 17:30,2026-01-10")
    assert (history.orders, history.wrong, history.home, history.zone) == (["1001"], [], None, "UTC")
    assert history.past[0].shipment.promised_on == date(2026, 1, 10)
    assert moves(history) == [
        (Status.IN_TRANSIT, "2026-01-06T09:00:00+00:00"),
        (Status.DELIVERED, "2026-01-09T17:30:00+00:00"),
    ]
    assert history.as_of == datetime(2026, 1, 9, 17, 30, tzinfo=UTC)


def test_other_heads_mean_the_same() -> None:
    history = read(
        "1001;2026-01-05 10:00;2026-01-06 09:00;2026-01-09 17:30;2026-01-10;UPS;Express;Jeddah, SA;SA;Riyadh",
        head="Order Number;Created at;Shipped-At;order_delivered_customer_date;Estimated Delivery Date;Courier;"
        "Shipping Method;Ship to;Country Code;From",
    )
    shipment = history.past[0].shipment
    assert (shipment.slug, shipment.service, shipment.country) == ("ups", "express", "SA")
    assert (shipment.origin, shipment.destination) == ("Riyadh", "Jeddah")
    assert len(history.past[0].moves) == 2


def test_a_time_without_an_offset_is_the_wall_clock_of_the_country() -> None:
    history = read("1,2026-01-05 10:00,,2026-01-06T10:00:00Z,2026-01-10", country="SA")
    assert history.zone == "Asia/Riyadh"
    assert history.past[0].shipment.created_at == datetime(2026, 1, 5, 7, tzinfo=UTC)
    assert moves(history)[0][1] == "2026-01-06T10:00:00+00:00"


def test_the_country_that_most_orders_went_to_is_home() -> None:
    rows = [f"{number},2026-01-05,,,2026-01-10,{code}" for number, code in enumerate(["de", "DE", "", "AT"])]
    history = read(*rows, head=f"{HEAD},country")
    assert (history.home, history.zone) == ("DE", "Europe/Berlin")
    assert [past.shipment.country for past in history.past] == ["DE", "DE", "DE", "AT"]


def test_a_day_without_an_hour_begins_with_the_order_and_ends_with_the_parcel() -> None:
    """Nobody knows in the morning that it will come in the evening."""
    history = read("1,2026-01-05,2026-01-05,2026-01-09,2026-01-09")
    assert history.past[0].shipment.created_at.hour == 0
    assert [at[11:16] for _, at in moves(history)] == ["23:59", "23:59"]


def test_an_hour_before_the_purchase_on_its_very_day_is_a_clock_that_is_off() -> None:
    history = read("1,2026-01-05 10:00,2026-01-05 09:00,,2026-01-09")
    assert moves(history) == [(Status.IN_TRANSIT, "2026-01-05T10:00:00+00:00")]


@pytest.mark.parametrize(
    ("row", "column", "why"),
    [
        (",2026-01-05,,,2026-01-09", "order", Why.MISSING),
        ("2,,,,2026-01-09", "purchased", Why.MISSING),
        ("2,2026-01-05,,,", "promised", Why.MISSING),
        ("2,2026-01-05", "promised", Why.MISSING),
        ("1,2026-01-05,,,2026-01-09", "order", Why.TWICE),
        ("2,05/01/2026,,,2026-01-09", "purchased", Why.UNREADABLE),
        ("2,2026-01-05,x,,2026-01-09", "handed_over", Why.UNREADABLE),
        ("2,2026-01-05,,2026-01-04 23:00,2026-01-09", "delivered", Why.BEFORE_PURCHASE),
        ("2,2026-01-05,,,2026-01-04", "promised", Why.BEFORE_PURCHASE),
        ("2,2026-01-05,,,2028-01-04", "promised", Why.TOO_LATE),
        ("2,2026-01-05,,2027-02-04,2026-01-08", "delivered", Why.TOO_LATE),
        ("2,2026-11-20,,2026-12-01,2026-11-30", "delivered", Why.IN_THE_FUTURE),
        ("2,2027-01-05,,,2027-01-09", "purchased", Why.IN_THE_FUTURE),
    ],
)
def test_a_wrong_row_is_named_and_stops_no_other(row: str, column: str, why: Why) -> None:
    history = read("1,2026-01-05,,,2026-01-09", row, "3,2026-01-05,,,2026-01-09")
    assert [(one.line, one.column, one.why) for one in history.wrong] == [(3, column, why)]
    assert history.orders == ["1", "3"]


def test_a_country_that_is_none_and_a_delivery_without_its_day_are_named() -> None:
    history = read(
        "1,2026-01-05,,,2026-01-09,Narnia,", "2,2026-01-05,,,2026-01-09,,delivered", head=f"{HEAD},country,status"
    )
    assert history.wrong == [
        Wrong(2, "country", Why.UNREADABLE, "Narnia"),
        Wrong(3, "delivered", Why.MISSING),
    ]


@pytest.mark.parametrize("status", ["Cancelled", "canceled", "returned"])
def test_what_was_called_off_is_known_to_be(status: str) -> None:
    assert read(f"1,2026-01-05,,,2026-01-09,{status}", head=f"{HEAD},status").past[0].is_void


@pytest.mark.parametrize("left_out", NEEDED)
def test_a_column_that_is_needed_is_asked_for(left_out: str) -> None:
    head = ",".join(name for name in (*NEEDED, "carrier") if name != left_out)
    with pytest.raises(MissingColumns, match=left_out):
        read("1,2,3,4", head=head)


def test_a_head_without_orders_is_empty() -> None:
    with pytest.raises(NotATable, match="empty"):
        read()


CELLS = st.one_of(
    st.text(max_size=12),
    st.dates(date(1999, 1, 1), date(2101, 1, 1)).map(str),
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(str),  # noqa: DTZ001
)


@settings(max_examples=40)
@given(st.lists(st.lists(CELLS, max_size=8), max_size=6), st.none() | st.sampled_from(["DE", "IR", "BR"]))
def test_any_rows_are_a_history_or_named(rows: list[list[str]], country: str | None) -> None:
    lines = [",".join(cell.replace(",", " ").replace('"', " ") for cell in row) for row in rows]
    try:
        history = read(*lines, head=f"{HEAD},country,status,carrier", country=country)
    except (NotATable, MissingColumns):
        return
    assert len(history.past) == len(history.orders)
    assert all(move.at >= past.shipment.created_at for past in history.past for move in past.moves)
    assert all(past.shipment.created_at <= history.as_of <= NOW + timedelta(days=1) for past in history.past)
