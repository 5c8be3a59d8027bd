"""Many parcels from a file: read, shown, then taken in."""

import pytest

from bot.flows import importing
from bot.store import sql
from tests.fakes.shopkeeper import OMAR, UPS_NUMBER, open_shop, words
from tests.fakes.talk import Talk, kinds

FILE = f"""Tracking Number;carrier;order;promised;lang
{UPS_NUMBER};;1001;2026-11-25;ar
1Z999AA10123456785;;1002;2026-11-25;ar
OWN-7;own;1003;someday;en
OWN-8;own;1004;;en
"""


@pytest.fixture
async def shop(talk: Talk) -> Talk:
    await open_shop(talk)
    await talk.say("/carrier add ups client_id=abc client_secret=def", OMAR)
    return talk


async def send(talk: Talk, content: bytes) -> list[str]:
    talk.telegram.files["file-1"] = content
    document = {"file_id": "file-1", "file_unique_id": "1", "file_name": "parcels.csv"}
    return kinds(await talk.say("", OMAR, document=document))


async def test_a_file_is_previewed_and_then_taken_in(shop: Talk) -> None:
    assert kinds(await shop.say("/import", OMAR)) == ["import_ask"]
    assert await send(shop, FILE.encode()) == ["import_preview"]
    assert await sql.rows("SELECT id FROM shipment") == []
    done = await shop.press("im:go", OMAR)
    assert "Added: 2" in words(done)
    assert words(done).count("https://t.me/herald_bot?start=f") == 2


async def test_rejected_rows_are_shown_with_their_line_and_reason(shop: Talk) -> None:
    await shop.say("/import", OMAR)
    shop.telegram.files["file-1"] = FILE.encode()
    document = {"file_id": "file-1", "file_unique_id": "1"}
    said = words(await shop.say("", OMAR, document=document))
    assert "line 3: the check digit doesn't fit" in said
    assert "line 4: the promised day can't be read" in said


async def test_a_preview_can_be_dropped(shop: Talk) -> None:
    await shop.say("/import", OMAR)
    await send(shop, FILE.encode())
    assert kinds(await shop.press("im:no", OMAR)) == ["form_over"]
    assert kinds(await shop.press("im:go", OMAR)) == ["form_over"]
    assert await sql.rows("SELECT id FROM shipment") == []


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"just,some\nwords,here", b"x" * 1_000_001, b'number\n"1'])
async def test_what_is_no_such_file_is_refused(shop: Talk, content: bytes) -> None:
    await shop.say("/import", OMAR)
    assert (await send(shop, content))[0] in {"import_unreadable", "import_preview"}
    assert await sql.rows("SELECT id FROM shipment") == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_usual_encodings_are_read(encoding: str) -> None:
    rows = importing.parse("number,name\n1Z,ليلى\n".encode(encoding))
    assert rows == [{"number": "1Z", "name": "ليلى"}]
