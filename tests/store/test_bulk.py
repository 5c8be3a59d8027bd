"""Many rows in one statement come out as they went in, on both databases and in any number."""

import pytest

from bot.store import bulk, sql

pytestmark = pytest.mark.usefixtures("store")
COLUMNS = {"shipment_id": "bigint", "number": "text", "status": "text"}
ODD = ["", "it's", 'a "b"', "{x,y}", "\\", "a\nb", "سلام\u200cها", "\x1f", "\x1e", "NULL", "null"]


async def kept() -> list[tuple[object, ...]]:
    found = await sql.records("SELECT shipment_id, number, status FROM parcel ORDER BY shipment_id")
    return [tuple(row) for row in found]


@pytest.mark.parametrize("count", [0, 1, 7, 8, 99, 100, 101, 250])
async def test_any_number_of_rows_is_kept(count: int) -> None:
    rows = [(one, f"N{one}", "unknown") for one in range(count)]
    await bulk.insert("parcel", COLUMNS, rows)
    assert await kept() == rows


@pytest.mark.parametrize("repeat", [1, 3])
async def test_odd_texts_stay_as_they_are(repeat: int) -> None:
    rows = [(one, text, "unknown") for one, text in enumerate(ODD * repeat)]
    await bulk.insert("parcel", COLUMNS, rows)
    assert await kept() == rows


async def test_only_empty_texts_are_kept_too() -> None:
    rows = [(one, "", "") for one in range(20)]
    await bulk.insert("parcel", COLUMNS, rows)
    assert await kept() == rows


@pytest.mark.parametrize("count", [3, 200])
async def test_what_is_there_already_stays_or_is_renewed(count: int) -> None:
    rows = [(one, "N", "unknown") for one in range(count)]
    newer = [(one, "N", "delivered") for one in range(count)]
    await bulk.insert("parcel", COLUMNS, rows)
    await bulk.insert("parcel", COLUMNS, newer, "ON CONFLICT (shipment_id, number) DO NOTHING")
    assert await kept() == rows
    await bulk.insert(
        "parcel", COLUMNS, newer, "ON CONFLICT (shipment_id, number) DO UPDATE SET status = excluded.status"
    )
    assert await kept() == newer


@pytest.mark.parametrize("count", [1, 30])
async def test_each_row_gets_its_own_values_and_nothing_goes_astray(count: int) -> None:
    await bulk.insert("parcel", COLUMNS, [(one, "N", "unknown") for one in range(count + 5)])
    await bulk.update("parcel", {"shipment_id": "bigint", "status": "text"}, [(one, f"s{one}") for one in range(count)])
    assert [row[2] for row in await kept()] == [f"s{one}" for one in range(count)] + ["unknown"] * 5


@pytest.mark.parametrize("count", [1, 30])
async def test_a_column_may_be_set_by_an_expression(count: int) -> None:
    await bulk.insert("parcel", COLUMNS, [(one, "N", "final" if one % 2 else "open") for one in range(count)])
    kept_final = {"status": "CASE WHEN parcel.status = 'final' THEN 'final' ELSE {new} END"}
    await bulk.update(
        "parcel", {"shipment_id": "bigint", "status": "text"}, [(one, "new") for one in range(count)], kept_final
    )
    assert [row[2] for row in await kept()] == ["final" if one % 2 else "new" for one in range(count)]


async def test_a_row_that_is_not_there_is_not_made() -> None:
    await sql.run("INSERT INTO mark (name, value) VALUES ('a', 'b')")
    await bulk.update("mark", {"name": "text", "value": "text"}, [("a", "c"), ("x", "y")])
    assert [tuple(row) for row in await sql.records("SELECT name, value FROM mark")] == [("a", "c")]
