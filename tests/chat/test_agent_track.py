"""`/track` of a number that is nobody's here: its carrier is asked at once, within its limits, and it can be added."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest

from bot.flows import asked_now
from bot.flows.asked_now import Asking
from bot.store import accounts_admin
from bot.store.crypt import Vault
from bot.store.models import Shipment
from carriers.kit.errors import AuthFailed, CarrierError, Unavailable
from carriers.kit.model import ScanEvent, Status, TrackingResult
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import SpokenTalk, facts
from tests.fakes.desk import OMAR, SARA, Desk, open_desk, own
from tests.fakes.ports import FakeCarriers
from tests.fakes.rows import GROUP, NOON
from tests.fakes.talk import kinds

NUMBER = "1Z999AA10123456784"
ANSWER = TrackingResult(
    number=NUMBER,
    status=Status.IN_TRANSIT,
    events=(
        ScanEvent(datetime(2026, 11, 24, 8, tzinfo=UTC), "X", "Departed", "Köln", Status.IN_TRANSIT),
        ScanEvent(
            datetime(2026, 11, 23, 8, tzinfo=UTC).replace(tzinfo=None), "X", "Arrived", "Köln", Status.IN_TRANSIT
        ),
        ScanEvent(date(2026, 11, 22), "X", "Received"),
    ),
    eta=date(2026, 11, 26),
)


@pytest.fixture
async def desk(store: str, clock: StandingClock, vault: Vault) -> Desk:
    found = await open_desk(SpokenTalk(clock, vault))
    secrets = vault.seal(orjson.dumps({"client_id": "a", "client_secret": "b"}).decode())
    await accounts_admin.save(found.parcel.merchant.id, "ups", secrets, NOON)
    found.talk.carriers.answers[NUMBER] = ANSWER
    return found


async def test_the_shops_own_parcel_is_shown_without_asking(desk: Desk) -> None:
    assert kinds(await desk.says("/track 1001")) == ["desk_track"]
    assert kinds(await desk.says("/track")) == ["desk_track_usage"]
    assert desk.talk.carriers.asked == []


async def test_any_other_number_is_asked_for_now(desk: Desk) -> None:
    rows = await desk.says(f"/track {NUMBER}")
    told = facts(rows, "track_asked")
    assert (told["status"], told["eta_on"], told["carrier"]) == ("in_transit", "2026-11-26", "ups")
    assert [one.get("at") for one in told["scans"]] == ["2026-11-24T08:00:00+00:00", None, None]
    assert desk.talk.carriers.asked == [("ups", {"client_id": "a", "client_secret": "b"}, (NUMBER,))]
    assert rows[0]["payload"]["buttons"] == [[["track_add", f"ta:ups:{NUMBER}"]]]


async def test_nothing_of_another_shop_is_shown(desk: Desk) -> None:
    await Shipment.filter(id=desk.parcel.shipment.id).update(merchant_id=999, number=NUMBER)
    assert kinds(await desk.says(f"/track {NUMBER}")) == ["track_asked"]


async def test_a_number_that_the_carrier_does_not_know_is_told_so(desk: Desk) -> None:
    desk.talk.carriers.answers.clear()
    assert kinds(await desk.says(f"/track {NUMBER}")) == ["track_not_known"]


@pytest.mark.parametrize("trouble", [Unavailable("503"), AuthFailed("401")])
async def test_a_carrier_that_does_not_answer_is_told_so(desk: Desk, trouble: CarrierError) -> None:
    desk.talk.carriers.trouble = trouble
    assert kinds(await desk.says(f"/track {NUMBER}")) == ["track_silent"]
    desk.talk.carriers.trouble = None
    desk.talk.carriers.answers[NUMBER] = trouble
    assert kinds(await desk.says(f"/track {NUMBER}")) == ["track_silent"]


async def test_an_account_that_rests_is_not_asked(desk: Desk) -> None:
    row = await accounts_admin.find(desk.parcel.merchant.id, "ups")
    assert row is not None
    await accounts_admin.set_state(row["id"], "paused", NOON)
    assert facts(await desk.says(f"/track {NUMBER}"), "track_resting")["slug"] == "ups"
    assert desk.talk.carriers.asked == []


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("RB123456785GB", "desk_track_unknown"),
        ("1Z999AA10123456785", "number_refused"),
        (f"{NUMBER} nobody", "carrier_unknown"),
    ],
)
async def test_where_nobody_can_be_asked_it_is_told_why(desk: Desk, said: str, kind: str) -> None:
    assert kinds(await desk.says(f"/track {said}")) == [kind]
    assert desk.talk.carriers.asked == []


async def test_the_carrier_can_be_named(desk: Desk) -> None:
    assert kinds(await desk.says(f"/track {NUMBER} ups")) == ["track_asked"]


class Slow(FakeCarriers):
    """Never answers."""

    async def ask(
        self, slug: str, credentials: Mapping[str, str], numbers: Sequence[str]
    ) -> Mapping[str, TrackingResult | CarrierError]:
        await asyncio.Event().wait()
        return {}


async def test_nobody_waits_longer_than_a_moment(desk: Desk) -> None:
    turn: Any = type("Said", (), {"rest": NUMBER, "now": NOON})()
    where: Any = type("Place", (), {"merchant": desk.parcel.merchant})()
    asking = Asking(desk.talk.vault, Slow(), patience=timedelta(milliseconds=20))
    heard = await asked_now.ask(turn, where, asking)
    assert (heard.result, heard.is_unknown, heard.number) == (None, False, NUMBER)


async def test_a_lead_adds_it_with_one_tap(desk: Desk) -> None:
    await own(desk.parcel.merchant, SARA, "lead")
    rows = await desk.talk.press(f"ta:ups:{NUMBER}", SARA, group=GROUP)
    assert kinds(rows) == ["shipment_added"]
    assert (await Shipment.get(number=NUMBER)).slug == "ups"


async def test_an_agent_is_told_who_adds_and_a_stranger_nothing(desk: Desk) -> None:
    assert await desk.talk.press(f"ta:ups:{NUMBER}", OMAR, group=GROUP) == []
    assert await desk.talk.press(f"ta:ups:{NUMBER}", SARA) == []
    assert desk.talk.toasts()[0] == "Parcels are added by owners and leads."
    assert not await Shipment.filter(number=NUMBER).exists()
