"""Every carrier: a parcel's life, written in its own wire format, is read back by its adapter as it was."""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import aiohttp
import pytest

from bot.sandbox.carriers import CarriersSandbox
from bot.sandbox.parcels.life import KINDS, Kind
from bot.sandbox.parcels.wire import bare
from bot.sandbox.parcels.writers import beside, token_of, writers
from carriers.kit.discovery import find, slugs
from carriers.kit.errors import AuthFailed, CarrierError, NotFound, RateLimited, Unavailable, Unreadable
from carriers.kit.model import ScanEvent, Status, TrackingResult
from tests.fakes.clock import StandingClock
from tests.sandbox.conftest import ACCOUNT, Wire

SLUGS = sorted(writers())
NUMBERS = ("20260000001", "20260000002", "20260000003")
NUMBER = NUMBERS[0]
# Steps of one life, hours after its birth.
LIFE = (("label", 0), ("picked_up", 2), ("departed", 5), ("arrived", 20), ("customs", 22), ("cleared", 30), ("out", 44))
PLACES = {"label": "Dubai, AE", "picked_up": "Dubai, AE", "departed": "Dubai, AE"}


def meant(slug: str, kind: Kind) -> Status:
    """What this carrier's word for the kind means."""
    status: Status = beside(writers()[slug], "otherwise", {}).get(kind.name, kind.status)
    return status


def same_time(told: datetime | date | None, true: datetime) -> bool:
    """As exact as the carrier tells it: an instant, a wall clock, a day."""
    if not isinstance(told, datetime):
        return told == true.date()
    return told == true if told.tzinfo else told == true.replace(tzinfo=None)


def unsaid(slug: str) -> frozenset[str]:
    found: frozenset[str] = beside(writers()[slug], "unsaid", frozenset())
    return found


def day(at: datetime | date | None) -> date | None:
    return at.date() if isinstance(at, datetime) else at


async def lives(carriers: CarriersSandbox, slug: str, number: str = NUMBER) -> list[tuple[Kind, datetime, str]]:
    """The scans that this carrier can tell of the life, newest first."""
    said = [(kind, hours) for kind, hours in LIFE if kind in writers()[slug].codes]
    steps = [{"after": hours * 3600, "kind": kind, "place": PLACES.get(kind, "Riyadh, SA")} for kind, hours in LIFE]
    born = "2026-11-22T06:00:00+00:00"
    life = await carriers.lives(number, steps, born_at=born, eta="2026-11-24")
    scans = {scan.kind.name: scan for scan in life.known(carriers.clock.now()).scans}
    told = [(KINDS[kind], scans[kind].at, scans[kind].place) for kind, _ in reversed(said)]
    return told[:1] if "history" in unsaid(slug) else told


def test_every_carrier_has_a_writer() -> None:
    assert sorted(slugs()) == SLUGS


@pytest.mark.parametrize("slug", SLUGS)
async def test_a_life_is_read_back_as_it_was(carriers: CarriersSandbox, track: Wire, slug: str) -> None:
    expected = await lives(carriers, slug)
    found = (await track(slug))[NUMBER]
    assert isinstance(found, TrackingResult), repr(found)
    assert [event.status for event in found.events] == [meant(slug, kind) for kind, _, _ in expected]
    assert found.status is Status.OUT_FOR_DELIVERY
    for event, (_, at, place) in zip(found.events, expected, strict=True):
        assert same_time(event.at, at), (event.at, at)
        assert "place" in unsaid(slug) or place.split(",")[0].lower() in event.place.lower()
    assert day(found.eta) == (None if "eta" in unsaid(slug) else date(2026, 11, 24))
    assert found.unmapped == ()


@pytest.mark.parametrize("slug", SLUGS)
async def test_each_kind_is_read_as_this_carrier_means_it(carriers: CarriersSandbox, track: Wire, slug: str) -> None:
    wrong = {}
    for name in writers()[slug].codes:
        await carriers.lives(NUMBER, [{"after": 0, "kind": name, "place": "Riyadh, SA"}])
        found = (await track(slug))[NUMBER]
        expected = (meant(slug, KINDS[name]), KINDS[name].delay)
        got = (found.status, _late(found)) if isinstance(found, TrackingResult) else found
        if got != expected:
            wrong[name] = (got, expected)
    assert wrong == {}


def _late(found: TrackingResult) -> bool:
    newest: ScanEvent | None = next(iter(found.events), None)
    return bool(found.delay) or bool(newest and newest.delay)


@pytest.mark.parametrize("slug", SLUGS)
async def test_a_carrier_speaks_of_what_every_shop_must_know(slug: str) -> None:
    assert {"picked_up", "arrived", "out", "attempt", "pickup", "delivered"} <= writers()[slug].codes.keys()
    assert writers()[slug].codes.keys() <= KINDS.keys()


@pytest.mark.parametrize("slug", SLUGS)
async def test_each_way_of_failing_is_an_error_of_its_type(carriers: CarriersSandbox, track: Wire, slug: str) -> None:
    await lives(carriers, slug)
    wrong = {}
    for how, expected in {
        "auth": AuthFailed,
        "throttled": RateLimited,
        "unavailable": Unavailable,
        "html": Unreadable,
        "half": Unreadable,
        "redirect": Unavailable,
        "error_inside": CarrierError,
    }.items():
        await carriers.breaks(slug, how)
        found = (await track(slug))[NUMBER]
        await carriers.mends(slug)
        if not isinstance(found, expected):
            wrong[how] = found
    assert wrong == {}
    assert isinstance((await track(slug))[NUMBER], TrackingResult)


@pytest.mark.parametrize("slug", SLUGS)
async def test_a_number_that_nobody_sent_is_not_found(carriers: CarriersSandbox, track: Wire, slug: str) -> None:
    found = (await track(slug))[NUMBER]
    if isinstance(found, TrackingResult):
        assert (found.status, found.events) == (Status.UNKNOWN, ())
    else:
        assert isinstance(found, NotFound)
    assert [one.numbers for one in carriers.asked(slug)][:1] == [(NUMBER,)]


@pytest.mark.parametrize("slug", [slug for slug in SLUGS if find(slug).batch_size > 1])
async def test_several_numbers_are_answered_each(carriers: CarriersSandbox, track: Wire, slug: str) -> None:
    for number in NUMBERS[:2]:
        await lives(carriers, slug, number)
    found = await track(slug, NUMBERS)
    for number in NUMBERS[:2]:
        answer = found[number]
        assert isinstance(answer, TrackingResult)
        assert answer.status is Status.OUT_FOR_DELIVERY
    stranger = found[NUMBERS[2]]
    assert isinstance(stranger, NotFound) or (isinstance(stranger, TrackingResult) and not stranger.events)
    assert len(carriers.asked(slug)) <= 4


@pytest.mark.parametrize(
    "slug", [slug for slug in SLUGS if find(slug).fields and beside(writers()[slug], "closed", True)]
)
async def test_a_wrong_key_opens_nothing(carriers: CarriersSandbox, track: Wire, slug: str) -> None:
    await lives(carriers, slug)
    every = {one.name: "wrong" for one in find(slug).fields if one.required and one.name not in ACCOUNT}
    assert isinstance((await track(slug, **every))[NUMBER], AuthFailed)
    assert carriers.asked(slug) == []


@pytest.mark.parametrize("slug", [slug for slug, one in sorted(writers().items()) if token_of(one)])
async def test_a_spent_token_is_replaced(
    carriers: CarriersSandbox, track: Wire, clock: StandingClock, slug: str
) -> None:
    await lives(carriers, slug)
    assert isinstance((await track(slug))[NUMBER], TrackingResult)
    granted = len(carriers.doors.tokens)
    assert granted == 1
    clock.advance(timedelta(hours=13))
    assert isinstance((await track(slug))[NUMBER], TrackingResult)
    await carriers.breaks(f"{slug}-token", "unavailable", times=1)
    assert isinstance((await track(slug))[NUMBER], Unavailable)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_question_holds_as_many_numbers_as_the_carrier_takes(slug: str) -> None:
    assert beside(writers()[slug], "most", 1) == find(slug).batch_size


async def test_more_numbers_than_one_question_takes_are_refused(
    carriers: CarriersSandbox, http: aiohttp.ClientSession
) -> None:
    url, asked = f"{carriers.url}/mailpieces/v2/summary", ",".join(map(str, range(31)))
    headers = {"X-IBM-Client-Secret": "key"}
    async with http.get(url, params={"mailPieceId": asked}, headers=headers) as answer:
        assert answer.status == 400


STRANGE = [b"", b"{", b"[]", b"[1]", b"null", b"7", b'{"a": {}}', b"<a/>", b"<a", b"\xff\x00", b"a=b&c"]
KEYS = {"Authorization": "Basic bXk6a2V5", "DHL-API-Key": "k", "ApiKey": "k", "17token": "k", "as-api-key": "k"}
MORE_KEYS = {"X-IBM-Client-Secret": "k", "X-Okapi-Key": "k", "X-Mybring-API-Key": "k"}


@pytest.mark.parametrize("slug", SLUGS)
async def test_a_question_that_is_none_is_refused_politely(
    carriers: CarriersSandbox, http: aiohttp.ClientSession, slug: str
) -> None:
    token = token_of(writers()[slug])
    doors = [*writers()[slug].routes, *([("POST", token.path)] if token else [])]
    statuses = set()
    for method, path in doors:
        for body in STRANGE:
            url = carriers.url + re.sub(r"\{\w+\}", "x", path)
            async with http.request(method, url, data=body, headers={**KEYS, **MORE_KEYS}) as answer:
                statuses.add(answer.status)
                assert answer.content_type != "text/plain"
    assert statuses <= {200, 201, 207, 400, 401, 403, 404} | ({500} if slug == "dpd" else set()), statuses


async def test_what_a_carrier_has_no_word_for_it_does_not_tell(carriers: CarriersSandbox, track: Wire) -> None:
    await carriers.lives(NUMBER, [{"after": 0, "kind": "arrived"}, {"after": 0, "kind": "damaged"}])
    found: Any = (await track("gls"))[NUMBER]
    assert [event.status for event in found.events] == [Status.IN_TRANSIT]


def names(body: bytes) -> set[str]:
    """The names in a JSON or XML document, none in anything else."""
    try:
        return set(_keys(json.loads(body)))
    except ValueError:
        pass
    try:
        root = bare(body)
    except ElementTree.ParseError:
        return set()
    return {one.tag for one in root.iter()} | {key.rpartition("}")[2] for one in root.iter() for key in one.attrib}


def _keys(told: Any) -> Iterator[str]:
    for key, value in told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ():
        if isinstance(key, str):
            yield key
        yield from _keys(value)


# Names that the carriers document and that no sample happens to show; and those of tokens, which no sample shows.
DOCUMENTED = {
    "17track": "email lang misc_info recipient_address service_type shipper_address shipping_info street",
    "aftership": "count limit page origin_country_region",
    "bring": "productName",
    "correios": "ambiente emissao expiraEm token",
    "dpd": "authToken delisId depot getAuthResponse return",
    "postnord": "consignee consignor",
    "usps": "originCountry",
}
OAUTH = {"access_token", "expires_in", "token_type", "status"}


@pytest.mark.parametrize("slug", SLUGS)
async def test_a_writer_uses_the_names_of_the_carrier_s_own_answers(
    carriers: CarriersSandbox, track: Wire, slug: str
) -> None:
    await lives(carriers, slug)
    await carriers.scan(NUMBER, "pickup", "Riyadh, SA", pickup={"place": "Locker 7", "until": "2026-12-01"})
    assert isinstance((await track(slug))[NUMBER], TrackingResult)
    samples = Path(__file__).parents[1] / "carriers" / "samples" / slug
    known = {name for path in samples.iterdir() if ".expected." not in path.name for name in names(path.read_bytes())}
    written = {name for body in track.bodies for name in names(body)}
    assert written
    assert written - known - OAUTH == set(DOCUMENTED.get(slug, "").split())
