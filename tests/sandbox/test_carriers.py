"""The carriers' servers, read by the real adapters."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from types import ModuleType
from typing import Any, cast

import aiohttp
import pytest

from bot.sandbox.carriers import CarriersSandbox
from bot.sandbox.parcels.life import KINDS
from carriers import dhl_unified, seventeentrack, ups
from carriers.kit.contract import Carrier
from carriers.kit.drive import Session
from carriers.kit.errors import AuthFailed, CarrierError, NotFound, RateLimited, Unavailable, Unreadable
from carriers.kit.hosts import rebase
from carriers.kit.model import Request, Response, Status, TrackingResult
from tests.fakes.clock import StandingClock

NUMBER = "1Z81WV380316886897"
ADAPTERS: list[ModuleType] = [dhl_unified, ups, seventeentrack]
KEY = {"api_key": "key", "client_id": "id", "client_secret": "secret"}
Track = Callable[..., Awaitable[TrackingResult | CarrierError]]


@pytest.fixture
def track(carriers: CarriersSandbox, clock: StandingClock, http: aiohttp.ClientSession) -> Track:
    """What the adapter makes of the sandbox's answer."""

    async def send(request: Request) -> Response:
        moved = rebase(request, carriers.url)
        url, query, body = moved.url, dict(moved.query), moved.body
        async with http.request(
            moved.method, url, params=query, headers=dict(moved.headers), data=body, allow_redirects=False
        ) as answer:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return Response(answer.status, await answer.read(), headers)

    async def ask(adapter: ModuleType, number: str = NUMBER, **credentials: str) -> TrackingResult | CarrierError:
        session = Session(cast(Carrier, adapter), {**KEY, **credentials}, send, clock.now)
        try:
            return (await session.track([number]))[number]
        except CarrierError as error:
            return error

    return ask


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("kind", sorted(KINDS))
async def test_each_kind_is_read_as_it_is_meant(
    carriers: CarriersSandbox, track: Track, adapter: ModuleType, kind: str
) -> None:
    await carriers.lives(NUMBER, [{"after": 0, "kind": kind, "place": "Riyadh, SA"}])
    found = await track(adapter)
    assert isinstance(found, TrackingResult)
    assert found.status is KINDS[kind].status
    assert bool(found.delay) is KINDS[kind].delay
    assert [event.place for event in found.events] == ["Riyadh, SA"]


@pytest.mark.parametrize("adapter", ADAPTERS)
async def test_time_reveals_a_life_step_by_step(
    carriers: CarriersSandbox, track: Track, clock: StandingClock, adapter: ModuleType
) -> None:
    steps = [{"after": 0, "kind": "label"}, {"after": 3600, "kind": "picked_up"}, {"after": 7200, "kind": "out"}]
    await carriers.lives(NUMBER, steps)
    seen = []
    for _ in range(3):
        found = await track(adapter)
        assert isinstance(found, TrackingResult)
        seen.append((found.status, len(found.events)))
        clock.advance(timedelta(hours=1))
    assert seen == [(Status.PRE_TRANSIT, 1), (Status.IN_TRANSIT, 2), (Status.OUT_FOR_DELIVERY, 3)]


@pytest.mark.parametrize("adapter", ADAPTERS)
async def test_the_eta_moves_with_and_without_a_scan(
    carriers: CarriersSandbox, track: Track, adapter: ModuleType
) -> None:
    await carriers.lives(NUMBER, [{"after": 0, "kind": "picked_up"}], eta="2026-11-26")
    etas: list[Any] = []
    for day in ("2026-11-26", "2026-11-28"):
        await carriers.moves_eta(NUMBER, day)
        etas.append(await track(adapter))
    await carriers.scan(NUMBER, "delay", "Riyadh, SA", eta="2026-11-30")
    etas.append(await track(adapter))
    days = [one.eta.date() if isinstance(one.eta, datetime) else one.eta for one in etas]
    assert days == [date(2026, 11, 26), date(2026, 11, 28), date(2026, 11, 30)]
    assert etas[2].delay


@pytest.mark.parametrize(
    ("adapter", "how", "expected"),
    [
        (adapter, how, expected)
        for how, expected in {
            "auth": AuthFailed,
            "throttled": RateLimited,
            "unavailable": Unavailable,
            "html": Unreadable,
            "half": Unreadable,
            "redirect": Unavailable,
        }.items()
        for adapter in ADAPTERS
    ],
)
async def test_a_broken_carrier_is_a_typed_error_until_it_is_mended(
    carriers: CarriersSandbox, track: Track, adapter: ModuleType, how: str, expected: type[CarrierError]
) -> None:
    await carriers.lives(NUMBER, [{"after": 0, "kind": "label"}])
    assert isinstance(await track(adapter), TrackingResult)
    await carriers.breaks(adapter.slug, how)
    found = await track(adapter)
    assert isinstance(found, expected)
    await carriers.mends(adapter.slug)
    assert isinstance(await track(adapter), TrackingResult)


@pytest.mark.parametrize("adapter", ADAPTERS)
async def test_two_hundred_with_an_error_inside_is_an_error(
    carriers: CarriersSandbox, track: Track, adapter: ModuleType
) -> None:
    await carriers.breaks(adapter.slug, "error_inside", times=9)
    await carriers.lives(NUMBER, [{"after": 0, "kind": "label"}])
    assert isinstance(await track(adapter), CarrierError)


async def test_an_unknown_number_is_not_found_in_each_carrier_s_way(carriers: CarriersSandbox, track: Track) -> None:
    assert isinstance(await track(dhl_unified), NotFound)
    assert isinstance(await track(ups), NotFound)
    nothing = await track(seventeentrack)
    assert isinstance(nothing, TrackingResult)
    assert nothing.status is Status.UNKNOWN
    assert [one.path for one in carriers.asked("17track")] == [
        "/track/v2.2/gettrackinfo",
        "/track/v2.2/register",
        "/track/v2.2/gettrackinfo",
    ]


@pytest.mark.parametrize(
    ("adapter", "credentials"),
    [
        (dhl_unified, {"api_key": "wrong"}),
        (seventeentrack, {"api_key": "wrong"}),
        (ups, {"client_id": "wrong"}),
    ],
)
async def test_a_wrong_key_is_refused(
    carriers: CarriersSandbox, track: Track, adapter: ModuleType, credentials: dict[str, str]
) -> None:
    await carriers.lives(NUMBER, [{"after": 0, "kind": "label"}])
    assert isinstance(await track(adapter, **credentials), AuthFailed)


async def test_with_keys_given_only_those_open() -> None:
    async with CarriersSandbox(keys={"dhl_unified": "right"}) as carriers, aiohttp.ClientSession() as http:
        statuses = []
        for key in ("right", "left"):
            headers = {"DHL-API-Key": key}
            async with http.get(f"{carriers.url}/track/shipments?trackingNumber=1", headers=headers) as response:
                statuses.append(response.status)
    assert statuses == [404, 401]


async def test_a_token_that_expired_is_asked_for_anew(
    carriers: CarriersSandbox, track: Track, clock: StandingClock
) -> None:
    await carriers.lives(NUMBER, [{"after": 0, "kind": "label"}])
    assert isinstance(await track(ups), TrackingResult)
    clock.advance(timedelta(hours=5))
    assert isinstance(await track(ups), TrackingResult)
    await carriers.breaks("ups-token", "unavailable", times=1)
    assert isinstance(await track(ups), CarrierError)


async def test_a_fault_can_be_one_number_s_and_pass(carriers: CarriersSandbox, track: Track) -> None:
    for number in (NUMBER, "JD014600006281230704"):
        await carriers.lives(number, [{"after": 0, "kind": "label"}])
    await carriers.breaks("dhl_unified", "html", number=NUMBER, times=1)
    assert isinstance(await track(dhl_unified, "JD014600006281230704"), TrackingResult)
    assert isinstance(await track(dhl_unified), CarrierError)
    assert isinstance(await track(dhl_unified), TrackingResult)


async def test_fifty_megabytes_really_come(carriers: CarriersSandbox, http: aiohttp.ClientSession) -> None:
    await carriers.breaks("dhl_unified", "huge")
    headers, size = {"DHL-API-Key": "key"}, 0
    async with http.get(f"{carriers.url}/track/shipments?trackingNumber=1", headers=headers) as response:
        async for chunk in response.content.iter_chunked(2**20):
            size += len(chunk)
    assert size >= 49 * 2**20


async def test_an_older_scan_may_come_late(carriers: CarriersSandbox, track: Track, clock: StandingClock) -> None:
    await carriers.lives(NUMBER, [{"after": 0, "kind": "label"}])
    clock.advance(timedelta(hours=6))
    await carriers.scan(NUMBER, "arrived", "Riyadh, SA")
    await carriers.scan(NUMBER, "departed", "Dubai, AE", ago=7200)
    found = await track(ups)
    assert isinstance(found, TrackingResult)
    assert [event.code for event in found.events] == ["AR", "DP", "MP"]


async def test_where_and_until_when_it_waits_is_told(carriers: CarriersSandbox, track: Track) -> None:
    await carriers.lives(NUMBER, [{"after": 0, "kind": "label"}])
    await carriers.scan(NUMBER, "pickup", "Riyadh, SA", pickup={"place": "Locker 7", "until": "2026-12-01"})
    by_dhl, by_ups = await track(dhl_unified), await track(ups)
    assert isinstance(by_dhl, TrackingResult)
    assert isinstance(by_ups, TrackingResult)
    assert by_dhl.pickup is not None
    assert "Locker 7" in by_dhl.pickup.place
    assert by_ups.pickup is not None
    assert by_ups.pickup.until == date(2026, 12, 1)


async def test_an_unknown_kind_is_refused(carriers: CarriersSandbox) -> None:
    with pytest.raises(ValueError, match="no kind 'teleported'"):
        await carriers.lives(NUMBER, [{"after": 0, "kind": "teleported"}])
