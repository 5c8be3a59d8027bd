"""A session with a carrier account: batches, tokens, errors."""

import asyncio
from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from carriers.kit.auth import Token
from carriers.kit.contract import Answer, Auth, BasicLogin, Carrier, ClientCredentials, Granted, HeaderKey, Login
from carriers.kit.conversation import MOST_EVENTS, Answers, settle
from carriers.kit.drive import Session
from carriers.kit.errors import (
    AuthFailed,
    CarrierError,
    NotFound,
    RateLimited,
    Rejected,
    Unavailable,
    Unreadable,
)
from carriers.kit.model import Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import check, decode
from tests.fakes.wire import Wire, credentials, reply

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
OAUTH = ClientCredentials("https://c.example/token", "client_id", "client_secret")
TOKEN = reply({"access_token": "T", "expires_in": "14399"})


def plain(response: Response, numbers: Sequence[str]) -> list[Answer]:
    check(response)
    return [TrackingResult(number, Status(status)) for number, status in decode(response).items()]


def carrier(auth: Auth = None, batch: int = 1, read: Callable[..., list[Answer]] = plain) -> Carrier:
    def track(numbers: Sequence[str], account: Mapping[str, str]) -> Generator[Request, Response, list[Answer]]:
        return read((yield Request("GET", f"https://c.example/{','.join(numbers)}")), numbers)

    return cast(Carrier, SimpleNamespace(auth=auth, batch_size=batch, track=track, read=read))


def session(wire: Wire, to: Carrier | None = None, now: Callable[[], datetime] = lambda: NOW) -> Session:
    return Session(to or carrier(), credentials(), wire, now)


def echo(request: Request) -> Response:
    return reply(dict.fromkeys(request.url.rsplit("/", 1)[1].split(","), "in_transit"))


def kinds(answers: Answers) -> dict[str, Any]:
    return {number: getattr(one, "status", None) or type(one) for number, one in answers.items()}


async def test_numbers_are_asked_in_batches_each_once() -> None:
    wire = Wire(echo)
    answers = await session(wire, carrier(batch=2)).track(["A", "B", "A", "C"])
    assert wire.paths == ["/A,B", "/C"]
    assert kinds(answers) == dict.fromkeys("ABC", Status.IN_TRANSIT)


async def test_no_numbers_ask_nothing() -> None:
    wire = Wire(echo)
    assert await session(wire).track([]) == {}
    assert wire.asked == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply({}, 401), AuthFailed),
        (reply({}, 429), RateLimited),
        (reply({}, 500), Unavailable),
        (Unavailable("refused"), Unavailable),
    ],
)
async def test_an_error_of_the_whole_question_is_raised(answer: Response | Exception, kind: type[CarrierError]) -> None:
    with pytest.raises(kind):
        await session(Wire(answer)).track(["A", "B"])


async def test_answers_already_paid_for_survive_a_later_error() -> None:
    answers = await session(Wire(echo, reply({}, 429, retry_after="60"))).track(["A", "B", "C"])
    assert kinds(answers) == {"A": Status.IN_TRANSIT, "B": RateLimited, "C": RateLimited}
    assert cast(RateLimited, answers["C"]).retry_after == timedelta(seconds=60)
    assert cast(RateLimited, answers["C"]).number == "C"


async def test_what_send_itself_trips_over_passes_untouched() -> None:
    with pytest.raises(ZeroDivisionError):
        await session(Wire(ZeroDivisionError())).track(["A"])


async def test_an_unreadable_answer_is_the_entry_of_each_number_it_should_have_told() -> None:
    answers = await session(Wire(reply(b"<html>")), carrier(batch=2)).track(["A", "B"])
    assert kinds(answers) == {"A": Unreadable, "B": Unreadable}
    assert cast(Unreadable, answers["B"]).payload == b"<html>"
    assert cast(Unreadable, answers["B"]).number == "B"
    assert answers["B"].__cause__ is not None  # type: ignore[union-attr]


async def test_a_number_the_answer_passes_over_is_unreadable_not_silent() -> None:
    answers = await session(Wire(reply({"A": "lost"})), carrier(batch=2)).track(["A", "B"])
    assert kinds(answers) == {"A": Status.LOST, "B": Unreadable}


async def test_a_refused_question_accuses_only_a_number_asked_alone() -> None:
    def refusing(response: Response, numbers: Sequence[str]) -> list[Answer]:
        raise Rejected

    alone = await session(Wire(reply({})), carrier(read=refusing)).track(["A"])
    together = await session(Wire(reply({})), carrier(batch=2, read=refusing)).track(["A", "B"])
    assert (kinds(alone), kinds(together)) == ({"A": Rejected}, {"A": Unreadable, "B": Unreadable})


async def test_a_carrier_that_answers_without_asking_is_heard() -> None:
    def track(numbers: Sequence[str], account: Mapping[str, str]) -> Generator[Request, Response, list[Answer]]:
        yield from ()
        return [NotFound(number="A")]

    mute = cast(Carrier, SimpleNamespace(auth=None, batch_size=1, track=track))
    assert kinds(await session(Wire(echo), mute).track(["A"])) == {"A": NotFound}


async def test_a_key_goes_into_its_header() -> None:
    wire = Wire(echo)
    await session(wire, carrier(HeaderKey("X-Key", "api_key", "Bearer "))).track(["A"])
    assert wire.asked[0].headers == {"X-Key": "Bearer K"}


async def test_a_login_goes_as_basic() -> None:
    wire = Wire(echo)
    await session(wire, carrier(BasicLogin("client_id", "client_secret"))).track(["A"])
    assert wire.asked[0].headers == {"Authorization": "Basic STpT"}


async def test_a_missing_credential_is_an_auth_failure() -> None:
    with pytest.raises(AuthFailed, match="pin"):
        await session(Wire(echo), carrier(HeaderKey("X", "pin"))).track(["A"])


async def test_a_token_is_fetched_once_and_kept() -> None:
    wire = Wire(TOKEN, echo)
    one = session(wire, carrier(OAUTH))
    await one.track(["A", "B"])
    await one.track(["C"])
    assert wire.paths == ["/token", "/A", "/B", "/C"]
    assert wire.asked[0].body == b"grant_type=client_credentials"
    assert wire.asked[0].headers["Authorization"] == "Basic STpT"
    assert wire.asked[3].headers["Authorization"] == "Bearer T"


async def test_a_token_may_be_asked_for_in_the_body() -> None:
    wire = Wire(TOKEN, echo)
    auth = ClientCredentials("https://c.example/token", "client_id", "client_secret", in_body=True, scope="t")
    await session(wire, carrier(auth)).track(["A"])
    assert wire.asked[0].body == b"grant_type=client_credentials&scope=t&client_id=I&client_secret=S"
    assert "Authorization" not in wire.asked[0].headers


async def test_a_token_is_renewed_shortly_before_it_expires() -> None:
    wire, times = Wire(TOKEN, echo, TOKEN, echo), [NOW, NOW + timedelta(seconds=14399 - 59)]
    one = session(wire, carrier(OAUTH), lambda: times[0])
    await one.track(["A"])
    times.pop(0)
    await one.track(["B"])
    assert wire.paths == ["/token", "/A", "/token", "/B"]


async def test_a_refused_cached_token_is_renewed_once() -> None:
    wire = Wire(TOKEN, echo, reply({}, 401), reply({"access_token": "U", "expires_in": 9}), echo)
    one = session(wire, carrier(OAUTH))
    await one.track(["A"])
    assert kinds(await one.track(["B"])) == {"B": Status.IN_TRANSIT}
    assert wire.asked[-1].headers["Authorization"] == "Bearer U"


async def test_a_refused_new_token_is_an_auth_failure() -> None:
    wire = Wire(TOKEN, reply({}, 401))
    with pytest.raises(AuthFailed):
        await session(wire, carrier(OAUTH)).track(["A"])
    assert wire.paths == ["/token", "/A"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply({"error": "invalid_client"}, 400), AuthFailed),
        (reply({}, 401), AuthFailed),
        (reply({}, 429), RateLimited),
        (reply({}, 502), Unavailable),
    ],
)
async def test_a_refused_token_question_says_what_to_do(answer: Response, kind: type[CarrierError]) -> None:
    with pytest.raises(kind):
        await session(Wire(answer), carrier(OAUTH)).track(["A"])


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"access_token": "T", "expires_in": "soon"}', b"[" * 9999])
async def test_an_unreadable_token_answer_is_unreadable(body: bytes) -> None:
    answers = await session(Wire(reply(body)), carrier(OAUTH)).track(["A"])
    assert kinds(answers) == {"A": Unreadable}


LOGIN = Login(
    ask=lambda account: Request("POST", "https://c.example/login", body=account["client_id"].encode()),
    read=lambda response: Granted(decode(response)["ticket"], 3600),
    place=lambda request, token: replace(request, body=token.encode()),
    refuses=lambda response: b"expired" in response.body,
)


async def test_a_carriers_own_login_is_kept_and_placed_like_a_token() -> None:
    wire = Wire(reply({"ticket": "T"}), echo, reply(b"expired"), reply({"ticket": "U"}), echo)
    one = session(wire, carrier(LOGIN))
    await one.track(["A"])
    assert kinds(await one.track(["B"])) == {"B": Status.IN_TRANSIT}
    assert [request.body for request in wire.asked] == [b"I", b"T", b"T", b"I", b"U"]


async def test_an_account_of_the_sandbox_asks_there_also_for_its_token() -> None:
    wire, to = Wire(TOKEN, echo), carrier(OAUTH)
    vars(to)["sandbox"] = {"https://c.example": "https://t.example/test", "https://c.example/A": "https://a.example/A"}
    await Session(to, credentials({"environment": "sandbox"}), wire, lambda: NOW).track(["A"])
    assert [request.url for request in wire.asked] == ["https://t.example/test/token", "https://a.example/A"]


async def test_of_two_answers_about_one_number_the_newer_scans_count() -> None:
    def scanned(day: int, status: Status) -> TrackingResult:
        return TrackingResult("A", status, (ScanEvent(date(2026, 1, day)),))

    old, new = scanned(3, Status.DELIVERED), scanned(4, Status.IN_TRANSIT)
    missing = NotFound(number="A")
    orders: list[list[Answer]] = [[old, new], [new, old], [missing, new], [new, missing]]
    for found in orders:
        assert kinds(settle(["A", "B"], found))["A"] is Status.IN_TRANSIT


async def test_a_parcel_with_too_many_scans_is_unreadable_and_the_others_of_its_batch_are_not() -> None:
    def many(response: Response, numbers: Sequence[str]) -> list[Answer]:
        scans = tuple(ScanEvent(date(2026, 1, 1), code=str(place)) for place in range(MOST_EVENTS + 1))
        return [TrackingResult("A", Status.IN_TRANSIT, scans), TrackingResult("B", Status.LOST)]

    answers = await session(Wire(echo), carrier(batch=2, read=many)).track(["A", "B"])
    assert kinds(answers) == {"A": Unreadable, "B": Status.LOST}


async def test_questions_at_the_same_time_share_one_refresh() -> None:
    wire = Wire(TOKEN, echo)
    one = session(wire, carrier(OAUTH))
    await asyncio.gather(*(one.track([number]) for number in "ABCD"))
    assert wire.paths.count("/token") == 1


def test_a_token_does_not_show_itself() -> None:
    assert "secret" not in repr(Token("secret", NOW))


@pytest.mark.parametrize("told", ["1z81", "1Z 81", "1Z81", "001Z81"])
def test_a_number_is_known_again_however_the_carrier_writes_it(told: str) -> None:
    found: list[Answer] = [TrackingResult(told, Status.LOST), TrackingResult("B", Status.DELIVERED)]
    assert kinds(settle(["1Z81", "B"], found)) == {"1Z81": Status.LOST, "B": Status.DELIVERED}


def test_the_only_answer_belongs_to_the_only_number() -> None:
    assert kinds(settle(["A"], [TrackingResult("reference", Status.LOST)])) == {"A": Status.LOST}
    error = settle(["A"], [NotFound(number="reference")])["A"]
    assert isinstance(error, NotFound)
    assert error.number == "A"


@given(st.lists(st.text("AB01", min_size=1), unique=True), st.lists(st.text("AB01")))
def test_each_number_asked_has_exactly_one_entry(asked: list[str], told: list[str]) -> None:
    assert list(settle(asked, [TrackingResult(one, Status.LOST) for one in told])) == asked
