"""A test call goes the way that polling goes."""

import pytest

from bot.flows import accounts
from bot.flows.asking import AskCarriers
from carriers.kit.errors import Unavailable
from carriers.kit.model import Request, Response
from tests.fakes.clock import StandingClock


def asking(status: int, body: bytes) -> AskCarriers:
    async def send(request: Request) -> Response:
        return Response(status, body)

    return AskCarriers(send, StandingClock().now)


@pytest.mark.parametrize(
    ("status", "body", "trouble"),
    [
        (404, b'{"title": "No result found", "status": 404}', None),
        (200, b'{"shipments": []}', None),
        (401, b'{"title": "Unauthorized", "status": 401}', "refused"),
        (503, b"<html>", "unavailable"),
    ],
)
async def test_what_the_carrier_answers_tells_whether_the_account_is_good(
    status: int, body: bytes, trouble: str | None
) -> None:
    carrier = accounts.carrier_of("DHL_Unified")
    assert carrier is not None
    assert (await accounts.try_out(asking(status, body), carrier, {"api_key": "k"})).trouble == trouble


async def test_a_carrier_out_of_reach_leaves_the_account_untried() -> None:
    async def send(request: Request) -> Response:
        raise Unavailable

    carrier = accounts.carrier_of("dhl_unified")
    assert carrier is not None
    asked = AskCarriers(send, StandingClock().now)
    assert (await accounts.try_out(asked, carrier, {"api_key": "k"})).trouble == "unavailable"
