"""CDEK's conversation: a token by form, an order by its number, what it pushes, the order on which a parcel returns."""

import msgspec
import pytest

from carriers import cdek
from carriers.kit.drive import Session
from carriers.kit.model import Leg, Status, TrackingResult
from tests.carriers.test_drive import NOW, kinds
from tests.fakes.wire import Wire, credentials, reply

NUMBER = "1105661402"
RETURN = {"type": "return_order", "cdek_number": "1105661999"}


async def test_a_token_is_asked_by_form_then_the_order() -> None:
    order = {"cdek_number": NUMBER, "statuses": [{"code": "DELIVERED", "date_time": "2024-03-12T10:15:00+0500"}]}
    wire = Wire(reply({"access_token": "T", "expires_in": 3599}), reply({"entity": order}))
    answers = await Session(cdek, credentials(), wire, lambda: NOW).track([NUMBER])
    assert kinds(answers) == {NUMBER: Status.DELIVERED}
    token, question = wire.asked
    assert token.body == b"grant_type=client_credentials&client_id=I&client_secret=S"
    assert dict(question.query) == {"cdek_number": NUMBER}
    assert question.headers["Authorization"] == "Bearer T"


@pytest.mark.parametrize(("code", "leg"), [("NOT_DELIVERED", Leg("1105661999", "CDEK")), ("DELIVERED", None)])
def test_a_parcel_not_handed_over_goes_back_under_another_number(code: str, leg: Leg | None) -> None:
    order = {"cdek_number": NUMBER, "statuses": [{"code": code}], "related_entities": [RETURN]}
    (result,) = cdek.read(reply({"entity": order}), [NUMBER])
    assert isinstance(result, TrackingResult)
    assert result.next_leg == leg


def test_only_pushed_statuses_are_news() -> None:
    told = {"cdek_number": NUMBER, "code": "TAKEN_BY_COURIER", "status_date_time": "2024-03-12T08:32:14+0000"}
    body = msgspec.json.encode({"type": "ORDER_STATUS", "attributes": told})
    (result,) = cdek.receive({}, body, {})
    assert isinstance(result, TrackingResult)
    assert (result.number, result.status) == (NUMBER, Status.OUT_FOR_DELIVERY)
    assert cdek.receive({}, msgspec.json.encode({"type": "PRINT_FORM", "attributes": told}), {}) == []
