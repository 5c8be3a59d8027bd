"""What carriers push, from the body to the notice: proven, matched, merged, told once."""

import base64
import hashlib
import hmac
import random
from base64 import b64encode
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from bot.flows import polling
from bot.flows.ingest import Polled, Rules, ingest_batch
from bot.flows.pushes import Receiver, Took
from bot.flows.tokens import hashed, hook_token
from bot.store import accounts_admin, sql
from bot.store import pushes as stored
from bot.store.crypt import Vault
from bot.store.ms import from_ms, to_ms
from carriers.kit.model import Piece, Status
from tests.fakes.answers import answer, scan
from tests.fakes.clock import StandingClock
from tests.fakes.parcels import Followed, followed

pytestmark = pytest.mark.usefixtures("store")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SECRET = "s3cret"
NUMBER = "RB123456785GB"
TAGS = {
    "InTransit": "InTransit_003",
    "OutForDelivery": "OutForDelivery_001",
    "Delivered": "Delivered_001",
    "AttemptFail": "AttemptFail_001",
    "Exception": "Exception_010",
}


class Shop:
    """A shop whose AfterShip account pushes, and one parcel there."""

    def __init__(self, clock: StandingClock, vault: Vault) -> None:
        self.clock, self.vault = clock, vault
        self.token = hook_token()
        self.receiver = Receiver(vault, clock, Rules())
        self.parcel: Followed

    async def open(self, known: bool = True) -> None:
        secrets = self.vault.seal(orjson.dumps({"api_key": "K", "webhook_secret": SECRET}).decode())
        account = await accounts_admin.save(1, "aftership", secrets, self.clock.now())
        await stored.set_token(account, hashed(self.token))
        unknown = {} if known else {"known_ms": None, "scan_ms": None, "status": "unknown", "polled_ms": None}
        self.parcel = await followed(
            self.clock.now() - DAY, account_id=account, slug="aftership", number=NUMBER, status_ms=0, **unknown
        )

    async def push(self, *checkpoints: dict[str, Any], **more: Any) -> Took:
        return await self.send(body_of(*checkpoints, **more))

    async def send(self, body: bytes, secret: str = SECRET, token: str | None = None) -> Took:
        digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
        headers = {"Aftership-Hmac-Sha256": b64encode(digest).decode()}
        return await self.receiver.take(token or self.token, headers, body)

    async def row(self) -> dict[str, Any]:
        return (await sql.rows("SELECT * FROM shipment WHERE id = ?", (self.parcel.shipment.id,)))[0]

    async def kinds(self) -> list[str]:
        found = await sql.rows("SELECT payload FROM outbox WHERE act = 'notice' ORDER BY id")
        return [orjson.loads(row["payload"])["kind"] for row in found]


@pytest.fixture
async def shop(clock: StandingClock, vault: Vault) -> Shop:
    made = Shop(clock, vault)
    await made.open()
    return made


def checkpoint(at: datetime, tag: str, message: str = "") -> dict[str, Any]:
    return {
        "checkpoint_time": at.isoformat(),
        "tag": tag,
        "subtag": TAGS[tag],
        "message": message or tag,
        "location": "Leeds",
    }


def body_of(*checkpoints: dict[str, Any], number: str = NUMBER, ts: float | None = None, **more: Any) -> bytes:
    newest = max(checkpoints, key=lambda one: str(one["checkpoint_time"]))
    told = {"tracking_number": number, "tag": newest["tag"], "subtag": newest["subtag"], "checkpoints": checkpoints}
    return orjson.dumps({"event": "tracking_update", "msg": told | more, **({"ts": ts} if ts else {})})


# ---- taken in


async def test_a_push_is_taken_in_and_told_at_once(shop: Shop) -> None:
    rung: list[int] = []
    end = polling.listen(lambda: rung.append(1))
    assert await shop.push(checkpoint(shop.clock.now(), "OutForDelivery")) is Took.IN
    end()
    row = await shop.row()
    assert (row["status"], row["scan_place"]) == ("out_for_delivery", "Leeds")
    assert await shop.kinds() == ["out_for_delivery"]
    assert rung == [1]


async def test_a_first_push_is_the_baseline(clock: StandingClock, vault: Vault) -> None:
    shop = Shop(clock, vault)
    await shop.open(known=False)
    await sql.run("DELETE FROM follow")
    await shop.push(checkpoint(clock.now(), "AttemptFail"))
    assert (await shop.row())["known_ms"] is not None
    assert await shop.kinds() == []
    assert [one["baseline"] for one in await sql.rows("SELECT baseline FROM finding")] in ([True], [1])


async def test_numbers_that_are_not_ours_are_passed_over(shop: Shop) -> None:
    assert await shop.send(body_of(checkpoint(shop.clock.now(), "Delivered"), number="Z9999999")) is Took.IN
    assert await shop.kinds() == []
    assert (await shop.row())["status"] == "in_transit"


async def test_a_number_is_known_however_the_carrier_writes_it(shop: Shop) -> None:
    await shop.send(body_of(checkpoint(shop.clock.now(), "Delivered"), number="rb 1234 56785-gb"))
    assert (await shop.row())["status"] == "delivered"


async def test_a_pushed_delivery_ends_the_asking(shop: Shop) -> None:
    await shop.push(checkpoint(shop.clock.now(), "Delivered"))
    assert (await shop.row())["open"] == 0
    assert await shop.push(checkpoint(shop.clock.now(), "Delivered", "again")) is Took.IN
    assert await shop.kinds() == ["delivered"]


async def test_a_push_after_the_delivery_wakes_the_parcel(shop: Shop) -> None:
    await shop.push(checkpoint(shop.clock.now(), "Delivered"))
    shop.clock.advance(DAY)
    await shop.push(checkpoint(shop.clock.now(), "Exception"))
    row = await shop.row()
    assert (row["status"], row["open"]) == ("returning", 1)
    assert row["next_poll_ms"] < to_ms(shop.clock.now() + 2 * DAY)


async def test_asking_is_a_safety_net_while_pushes_come(shop: Shop) -> None:
    now = shop.clock.now()
    await shop.push(checkpoint(now, "InTransit"))
    assert from_ms((await shop.row())["next_poll_ms"]) - now > 6 * HOUR


# ---- again, and in any order


async def test_a_push_that_comes_twice_is_told_once(shop: Shop) -> None:
    body = body_of(checkpoint(shop.clock.now(), "AttemptFail"))
    for _ in range(3):
        assert await shop.send(body) is Took.IN
        shop.clock.at += MINUTE
    assert await shop.kinds() == ["attempt"]
    assert len(await sql.rows("SELECT id FROM scan_event")) == 1


async def test_an_old_push_neither_moves_a_parcel_back_nor_warns(shop: Shop) -> None:
    now = shop.clock.now()
    old = body_of(checkpoint(now - 3 * HOUR, "AttemptFail"), expected_delivery="2026-12-24", ts=1)
    await shop.push(checkpoint(now - HOUR, "OutForDelivery"))
    await shop.send(old)
    await shop.push(checkpoint(now, "Delivered"))
    await shop.send(old)
    row = await shop.row()
    assert (row["status"], row["eta_on"]) == ("delivered", None)
    assert await shop.kinds() == ["delivered"]


async def test_any_order_ends_where_the_right_order_does(clock: StandingClock, vault: Vault) -> None:
    now = clock.now()
    tags = ["InTransit", "OutForDelivery", "AttemptFail", "InTransit", "OutForDelivery", "AttemptFail"]
    way = [body_of(checkpoint(now - (9 - step) * HOUR, tag, f"step {step}")) for step, tag in enumerate(tags)]
    order = random.Random(7)
    ends = []
    for _ in range(4):
        for table in ("shipment", "scan_event", "account", "shop_order", "customer", "merchant"):
            await sql.run(f"DELETE FROM {table}")
        shop = Shop(clock, vault)
        await shop.open(known=False)
        for body in order.sample(way * 2, len(way) * 2):
            await shop.send(body)
        row = await shop.row()
        ends.append({name: row[name] for name in ("status", "status_ms", "stage_ms", "scan_ms", "scan_place", "open")})
    assert ends == [ends[0]] * 4
    assert (ends[0]["status"], ends[0]["status_ms"]) == ("delivery_attempted", to_ms(now - 4 * HOUR))


async def test_a_poll_under_way_does_not_overwrite_a_newer_push(shop: Shop) -> None:
    now = shop.clock.now()
    await shop.push(checkpoint(now, "OutForDelivery"))
    stale = answer(scan(now - 5 * HOUR), number=NUMBER)
    await ingest_batch([Polled(shop.parcel.shipment.id, stale, merges=True, heard_at=now - MINUTE)], now + MINUTE)
    assert (await shop.row())["status"] == "out_for_delivery"
    assert await shop.kinds() == ["out_for_delivery"]


async def test_of_pushes_about_one_scan_the_one_written_later_counts(shop: Shop) -> None:
    now = shop.clock.now()
    seen = checkpoint(now - HOUR, "InTransit")
    early = body_of(seen, expected_delivery="2026-11-25", ts=now.timestamp() - 60)
    late = body_of(seen, expected_delivery="2026-11-28", ts=now.timestamp() - 30)
    for body in (late, early, late):
        await shop.send(body)
    assert (await shop.row())["eta_on"] == "2026-11-28"


async def test_two_answers_about_one_parcel_in_one_push_both_count(shop: Shop) -> None:
    now = shop.clock.now()
    await sql.run("UPDATE account SET slug = 'ship24'")
    tracking = {"tracker": {"trackingNumber": NUMBER}, "shipment": {}}
    told = [("transit_handover", now - 2 * HOUR), ("delivery_out_for_delivery", now)]
    events = [{"statusCode": code, "occurrenceDatetime": at.isoformat(), "status": code} for code, at in told]
    body = orjson.dumps({"trackings": [tracking | {"events": [event]} for event in reversed(events)]})
    assert await shop.receiver.take(shop.token, {"Authorization": f"Bearer {SECRET}"}, body) is Took.IN
    assert (await shop.row())["status"] == "out_for_delivery"
    assert len(await sql.rows("SELECT id FROM scan_event")) == 2


# ---- boxes


async def test_one_boxs_delivery_is_not_that_of_all(shop: Shop) -> None:
    now, shipment_id = shop.clock.now(), shop.parcel.shipment.id
    boxes = tuple(Piece(number, Status.IN_TRANSIT) for number in (NUMBER, "BOX2", "BOX3"))
    await ingest_batch([Polled(shipment_id, answer(scan(now - DAY), number=NUMBER, pieces=boxes))], now)
    for number in (NUMBER, "BOX2"):
        await shop.send(body_of(checkpoint(now, "Delivered", number), number=number))
    assert (await shop.row())["status"] == "in_transit"
    assert await shop.kinds() == []
    await shop.send(body_of(checkpoint(now + MINUTE, "Delivered", "BOX3"), number="BOX3"))
    assert (await shop.row())["status"] == "delivered"
    assert await shop.kinds() == ["delivered"]
    statuses = {row["number"]: row["status"] for row in await sql.rows("SELECT number, status FROM parcel")}
    assert statuses == dict.fromkeys((NUMBER, "BOX2", "BOX3"), "delivered")


async def test_two_of_three_boxes_delivered_is_not_delivered_when_asked_for_either(shop: Shop) -> None:
    now = shop.clock.now()
    boxes = (Piece("1", Status.DELIVERED), Piece("2", Status.DELIVERED), Piece("3", Status.IN_TRANSIT))
    said = answer(scan(now, Status.DELIVERED), number=NUMBER, pieces=boxes, delivered_at=now)
    await ingest_batch([Polled(shop.parcel.shipment.id, said)], now)
    row = await shop.row()
    assert (row["status"], row["delivered_ms"], row["open"]) == ("in_transit", None, 1)
    assert await shop.kinds() == []


# ---- refused, unreadable, resting


async def test_a_push_without_its_proof_is_refused_and_counted(shop: Shop) -> None:
    body = body_of(checkpoint(shop.clock.now(), "Delivered"))
    assert await shop.send(body, secret="guessed") is Took.UNPROVEN
    assert (await shop.row())["status"] == "in_transit"
    state = await stored.state_of(shop.parcel.shipment.account_id or 0)
    assert (state.refused, state.pushed_at) == (1, None)


async def test_an_address_that_nobody_made_does_not_exist(shop: Shop) -> None:
    assert await shop.send(b"{}", token=hook_token()) is Took.NO_SUCH_HOOK
    await sql.run("UPDATE account SET slug = 'dhl_unified'")
    assert await shop.send(b"{}") is Took.NO_SUCH_HOOK
    await sql.run("UPDATE account SET slug = 'pigeon'")
    assert await shop.send(b"{}") is Took.NO_SUCH_HOOK


async def test_what_cannot_be_read_is_kept_masked_and_sealed(shop: Shop) -> None:
    assert await shop.send(b'{"msg": {"customer_name": "Jane Roe", "k": "s3cret"}}') is Took.IN
    assert await shop.send(b"no json s3cret") is Took.UNREADABLE
    rows = await sql.rows("SELECT slug, payload FROM unreadable ORDER BY id")
    assert [row["slug"] for row in rows] == ["aftership", "aftership"]
    opened = [base64.b64decode(shop.vault.open(row["payload"])) for row in rows]
    assert opened[1].startswith(b"no json")
    assert not any(b"Jane" in one or b"s3cret" in one for one in opened)


async def test_a_paused_accounts_pushes_wait_for_the_next_question(shop: Shop) -> None:
    await sql.run("UPDATE account SET state = 'paused'")
    assert await shop.push(checkpoint(shop.clock.now(), "Delivered")) is Took.RESTING
    assert (await shop.row())["status"] == "in_transit"


async def test_secrets_that_no_key_opens_prove_nothing(shop: Shop) -> None:
    await sql.run("UPDATE account SET secrets = 'garbage'")
    assert await shop.push(checkpoint(shop.clock.now(), "Delivered")) is Took.UNPROVEN


async def test_what_cannot_be_taken_in_does_not_stop_the_others(shop: Shop) -> None:
    twin = await followed_twin(shop)
    await sql.run("UPDATE account SET slug = 'ship24'")
    await sql.run("UPDATE shipment SET pickup = 'no json' WHERE id = ?", (twin,))
    trackings = [
        {"tracker": {"trackingNumber": number}, "shipment": {"statusMilestone": "delivered"}}
        for number in ("TWIN00001", NUMBER)
    ]
    body = orjson.dumps({"trackings": trackings})
    assert await shop.receiver.take(shop.token, {"Authorization": f"Bearer {SECRET}"}, body) is Took.IN
    assert (await shop.row())["status"] == "delivered"


async def followed_twin(shop: Shop) -> int:
    row = await shop.row() | {"number": "TWIN00001"}
    del row["id"]
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    made = await sql.rows(f"INSERT INTO shipment ({names}) VALUES ({marks}) RETURNING id", list(row.values()))
    return int(made[0]["id"])
