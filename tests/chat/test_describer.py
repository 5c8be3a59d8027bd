"""A carrier without a module is described by chat, tried, shown and kept."""

import orjson
import pytest

from bot.flows.carrier_of import carrier_for
from bot.store import sql
from carriers.kit.discovery import UnknownCarrier
from carriers.kit.errors import Unavailable
from carriers.kit.model import Response
from tests.fakes.shopkeeper import OMAR, STRANGER, open_shop, words
from tests.fakes.talk import Talk, kinds

LINES = """name: Fastlo Express
url: https://api.fastlo.example/track/{number}
header Authorization: Bearer {token}
secret token: S3CR3T-S3CR3T
try: 12345678"""
ANSWER = {
    "parcel": {"expected": "2026-11-26"},
    "history": [
        {"date": "2026-11-24T09:40:00+03:00", "status": "HUB", "message": "Sorted", "city": "Riyadh"},
        {"date": "2026-11-25T08:00:00+03:00", "status": "DLV", "message": "Delivered to Layla", "city": "Jeddah"},
    ],
}


@pytest.fixture
async def shop(talk: Talk) -> Talk:
    await open_shop(talk)
    talk.carriers.fetches = Response(200, orjson.dumps(ANSWER))
    return talk


async def stored(shop: Talk) -> dict[str, str]:
    (row,) = await sql.rows("SELECT slug, secrets FROM account")
    values: dict[str, str] = orjson.loads(shop.vault.open(row["secrets"]))
    return values | {"slug": row["slug"]}


async def test_what_is_described_is_asked_once_and_shown_before_it_is_kept(shop: Talk) -> None:
    answers = await shop.say(f"/carrier new\n{LINES}", OMAR)
    assert kinds(answers) == ["describe_preview"]
    assert [request.url for request in shop.carriers.fetched] == ["https://api.fastlo.example/track/12345678"]
    assert shop.carriers.fetched[0].headers == {"Authorization": "Bearer S3CR3T-S3CR3T"}
    assert all(word in words(answers) for word in ("events: history", "Riyadh", "DLV", "HUB"))
    assert await sql.rows("SELECT * FROM account") == []


async def test_the_message_with_the_secret_is_deleted_and_the_secret_never_shown(shop: Talk) -> None:
    shop.carriers.fetches = Response(200, b'{"error": "token S3CR3T-S3CR3T is wrong"}')
    answers = await shop.say(f"/carrier new\n{LINES}", OMAR)
    assert [row["payload"] for row in answers if row["act"] == "delete"] == [{"message_id": shop.message_id}]
    assert "S3CR3T" not in str(answers) + words(answers)


async def test_lines_may_follow_and_are_tried_again_until_it_is_right(shop: Talk) -> None:
    assert kinds(await shop.say("/carrier new", OMAR)) == ["describe_start"]
    assert "url" in words(await shop.say("name: Fastlo Express", OMAR))
    assert "no.such" not in words(await shop.say(LINES, OMAR))
    said = words(await shop.say("status DLV: delivered\nstatus HUB: in transit", OMAR))
    assert "delivered" in said
    assert "mean nothing" not in said
    assert kinds(await shop.press("xd:save", OMAR)) == ["carrier_saved"]
    values = await stored(shop)
    assert values["slug"] == "x_fastlo_express"
    assert carrier_for(values["slug"], values).name == "Fastlo Express"


async def test_a_file_says_the_same(shop: Talk) -> None:
    told = {
        "name": "Fastlo Express",
        "url": "https://api.fastlo.example/track/{number}",
        "events": "history",
        "time": "date",
        "code": "status",
        "statuses": {"DLV": "delivered"},
        "try": "12345678",
    }
    shop.telegram.files["f1"] = orjson.dumps(told)
    await shop.say("/carrier new", OMAR)
    answers = await shop.say("", OMAR, document={"file_id": "f1", "file_unique_id": "1"})
    assert kinds(answers) == ["describe_preview"]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("fly me to the moon", "fly me"),
        ("url: http://127.0.0.1/{number}\nname: X", "https://"),
        ("name: X\nurl: https://a.example/", "{number}"),
        ("name: X\nurl: https://a.example/{number}?k={key}", "secret key"),
        ("name: X\nurl: https://a.example/{number}", "try"),
        ("name: X\nurl: https://a.example/{number}\ntry: 1\nevents: a[", "events"),
        ("name: X\nurl: https://a.example/{number}\ntry: 1\nstatus A: flying", "status A"),
        ("{not json", "JSON"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_asked(shop: Talk, said: str, why: str) -> None:
    answers = await shop.say(f"/carrier new {said}", OMAR)
    assert kinds(answers) == ["describe_wrong"]
    assert why in words(answers)
    assert shop.carriers.fetched == []


async def test_a_carrier_that_does_not_answer_can_be_tried_again(shop: Talk) -> None:
    shop.carriers.trouble = Unavailable("a carrier's address lies in a private network")
    assert kinds(await shop.say(f"/carrier new\n{LINES}", OMAR)) == ["describe_unheard"]
    shop.carriers.trouble = None
    assert kinds(await shop.say("try: 87654321", OMAR)) == ["describe_preview"]


async def test_an_answer_without_scans_cannot_be_kept(shop: Talk) -> None:
    shop.carriers.fetches = Response(200, b"{}")
    answers = await shop.say(f"/carrier new\n{LINES}", OMAR)
    assert "xd:save" not in str(answers)
    shop.carriers.fetches = Response(404, b"")
    assert kinds(await shop.say("try: 1", OMAR)) == ["describe_unread"]


async def test_a_parcel_of_a_described_carrier_is_added_tested_and_listed(shop: Talk) -> None:
    await shop.say(f"/carrier new\n{LINES}", OMAR)
    await shop.press("xd:save", OMAR)
    assert kinds(await shop.say("/shipment add 99887766 order=1001 carrier=x_fastlo_express", OMAR)) == [
        "shipment_added"
    ]
    assert kinds(await shop.say("/shipment add 99887767 order=1002", OMAR)) == ["shipment_added"]
    rows = await sql.rows("SELECT slug, number FROM shipment ORDER BY id")
    assert {row["slug"] for row in rows} == {"x_fastlo_express"}
    assert "Fastlo Express" in words(await shop.say("/carrier", OMAR))
    assert kinds(await shop.say("/carrier test x_fastlo_express", OMAR)) == ["carrier_works"]


async def test_a_stranger_can_neither_describe_nor_keep_one(shop: Talk) -> None:
    await shop.say(f"/carrier new\n{LINES}", OMAR)
    assert "describe" not in str(kinds(await shop.say("/carrier new", STRANGER)))
    await shop.press("xd:save", STRANGER)
    assert await sql.rows("SELECT * FROM account") == []


def test_an_account_without_its_description_has_no_carrier() -> None:
    for values in ({}, {"description": "no json"}, {"description": '{"name": "X", "url": "ftp://x"}'}):
        with pytest.raises(UnknownCarrier):
            carrier_for("x_fastlo_express", values)
