"""The ends of the kit that no sample comes to."""

import pytest

from carriers.kit import reading
from carriers.kit.contract import Granted
from carriers.kit.conversation import hear, parse
from carriers.kit.discovery import everyone, find
from carriers.kit.errors import CarrierError, Rejected, Unreadable
from carriers.kit.guessing import propose
from carriers.kit.hosts import to_environment
from carriers.kit.links import link_in
from carriers.kit.model import Request
from carriers.kit.quality import Proof, Quality, quality
from carriers.kit.samples import body_of, compared, expected_of, samples


def test_a_token_is_not_shown() -> None:
    assert "s3cret" not in repr(Granted("s3cret", 60.0))


def test_a_request_to_a_host_without_a_sandbox_stays_as_it_is() -> None:
    request = Request("GET", "https://elsewhere.example/track")
    sandboxed = [carrier for carrier in everyone() if hasattr(carrier, "sandbox")]
    assert sandboxed
    assert all(to_environment(one, {"environment": "sandbox"}, request) == request for one in sandboxed)


def test_what_a_push_is_refused_for_is_told_as_it_was_said() -> None:
    with pytest.raises(CarrierError):
        hear(find("easypost"), {}, b"{}", {"webhook_secret": "s"})  # type: ignore[arg-type]


def test_a_carrier_whose_samples_are_read_wrongly_is_failing() -> None:
    assert quality(Proof(real=9, samples=40, statuses=9, errors=4, wrong=1)) is Quality.FAILING


def test_seconds_beyond_all_calendars_are_no_time() -> None:
    assert reading.epoch(1e30) is None


def test_an_answer_nested_without_end_gives_no_proposal() -> None:
    deep: object = "x"
    for _ in range(60):
        deep = {"a": [{"b": deep}]}
    assert propose(deep).get("time") is None


def test_an_answer_of_objects_in_objects_is_searched_to_a_depth() -> None:
    deep: object = {"eta": "2026-11-24T10:00:00"}
    for _ in range(60):
        deep = {"a": deep}
    rows = [{"time": "2026-11-24T10:00:00", "text": "Arrived"}]
    assert "eta" not in propose({"rows": rows, "deep": deep})


def test_every_way_of_being_wrong_is_named() -> None:
    slug, name = next(one for one in samples() if expected_of(*one)["results"])
    wanted = expected_of(slug, name)
    results, errors = parse(find(slug), body_of(slug, name), wanted.get("http_status") or 200, {}, [])
    assert compared(wanted, results, errors) == []
    assert compared(wanted, results[:-1], errors)
    assert compared({**wanted, "results": [{**one, "status": "no such"} for one in wanted["results"]]}, results, errors)
    assert compared({**wanted, "errors": [{"kind": "auth"}]}, results, [])
    assert (
        len(compared({"results": [], "errors": [{"kind": "auth", "tracking_number": "1"}]}, [], [Rejected("x")])) == 2
    )


class Stumbling:
    """Pushes something that its own reading does not expect."""

    slug = "stumbling"

    def receive(self, headers: object, body: bytes, account: object) -> list[object]:
        raise KeyError("scans")


def test_a_push_that_a_carriers_reading_stumbles_over_is_unreadable_and_keeps_its_cause() -> None:
    with pytest.raises(Unreadable) as caught:
        hear(Stumbling(), {}, b"{}", {})  # type: ignore[arg-type]
    assert isinstance(caught.value.__cause__, KeyError)


@pytest.mark.parametrize("answer", ["delivered", ["delivered", 7], []])
def test_of_an_answer_without_rows_nothing_is_proposed(answer: object) -> None:
    assert propose(answer) == {}


@pytest.mark.parametrize("written", ["a :// b", "https://[broken/track", "https://shop.example/", "no address"])
def test_an_address_that_is_none_or_names_no_number_gives_no_link(written: str) -> None:
    assert link_in(written) is None
