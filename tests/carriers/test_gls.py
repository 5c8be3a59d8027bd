"""GLS beyond its samples: which way a number is asked, under which number the answer is told."""

import pytest

from carriers import gls
from carriers.kit.drive import Session
from carriers.kit.errors import RateLimited
from carriers.kit.model import Status
from tests.carriers.test_drive import NOW, kinds
from tests.fakes.wire import Wire, credentials, reply

TOKEN = reply({"access_token": "T", "expires_in": 14399})


def parcel(requested: str, unit: str, status: str = "INTRANSIT") -> dict[str, str]:
    return {"requested": requested, "unitno": unit, "status": status, "statusDateTime": "2024-09-18T06:50:22+0200"}


@pytest.mark.parametrize(
    ("numbers", "way"),
    [
        (["36301917596", "ZX61QJIX"], "trackids/36301917596,ZX61QJIX"),
        (["36301917596", "ZX61QJIXFA653N"], "references/36301917596,ZX61QJIXFA653N"),
        (["../x?y"], "references/..%2Fx%3Fy"),
    ],
)
def test_what_is_no_parcel_number_is_asked_as_a_reference(numbers: list[str], way: str) -> None:
    request = next(gls.track(numbers, {}))
    assert request.url.endswith(f"/track-and-trace-v1/tracking/simple/{way}")


async def test_the_answer_is_told_under_the_number_that_was_asked() -> None:
    told = [parcel("604831862623", "60483186262"), parcel("ZX61QJIX", "93835330599", "DELIVERED")]
    wire = Wire(TOKEN, reply({"parcels": told}))
    answers = await Session(gls, credentials(), wire, lambda: NOW).track(["604831862623", "ZX61QJIX"])
    assert kinds(answers) == {"604831862623": Status.IN_TRANSIT, "ZX61QJIX": Status.DELIVERED}


def test_a_spent_quota_is_known_also_behind_a_server_error() -> None:
    fault = {"fault": {"detail": {"errorcode": "policies.ratelimit.QuotaViolation"}}}
    with pytest.raises(RateLimited):
        gls.read(reply(fault, status=500), [])
