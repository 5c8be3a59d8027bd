"""Whatever a carrier sends: results or typed errors, never another exception."""

import json
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carriers.kit.conversation import LARGEST, parse
from carriers.kit.discovery import find, slugs
from carriers.kit.errors import CarrierError, NotFound, Unreadable
from carriers.kit.model import TrackingResult
from carriers.kit.reading import is_html
from carriers.kit.samples import body_of, samples

STATUSES = [200, 204, 302, 400, 401, 403, 404, 418, 429, 500, 503]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
WELL_FORMED = [
    (slug, name)
    for slug, name in samples()
    if not any(word in name for word in ("html", "web_page", "half", "nothing_at_all", "redirect", "no_object"))
]
IN_JSON = [sample for sample in WELL_FORMED if not is_html(body_of(*sample))]
IN_XML = [sample for sample in WELL_FORMED if is_html(body_of(*sample))]


def only_answers(slug: str, body: bytes, status: int, numbers: list[str]) -> None:
    results, errors = parse(find(slug), body, status, {}, numbers)
    assert all(isinstance(one, TrackingResult) for one in results), slug
    assert all(isinstance(one, CarrierError) for one in errors), slug
    msgspec.json.encode(results)


def mutated(tree: Any, path: list[int], value: Any) -> Any:
    """The tree with one node, found by following `path`, put in place of `value`."""
    if not path or not isinstance(tree, dict | list) or not tree:
        return value
    keys = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
    key = keys[path[0] % len(keys)]
    copy = dict(tree) if isinstance(tree, dict) else list(tree)
    copy[key] = mutated(tree[key], path[1:], value)
    return copy


@given(body=st.binary(max_size=200), status=st.sampled_from(STATUSES))
@settings(max_examples=60, deadline=None)
def test_any_bytes_give_answers_only(body: bytes, status: int) -> None:
    for slug in slugs():
        only_answers(slug, body, status, [])


@given(tree=JSON, status=st.sampled_from(STATUSES))
@settings(max_examples=100, deadline=None)
def test_any_json_gives_answers_only(tree: Any, status: int) -> None:
    for slug in slugs():
        only_answers(slug, json.dumps(tree).encode(), status, ["1Z81WV380316886897"])


@given(
    sample=st.sampled_from(IN_JSON),
    path=st.lists(st.integers(0, 40), min_size=1, max_size=12),
    value=JSON,
    status=st.sampled_from([200, 200, 200, 404]),
)
@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_sample_with_one_part_replaced_gives_answers_only(
    sample: tuple[str, str], path: list[int], value: Any, status: int
) -> None:
    slug, name = sample
    tree = mutated(json.loads(body_of(slug, name)), path, value)
    only_answers(slug, json.dumps(tree).encode(), status, [])


def spoilt(root: ElementTree.Element, place: int, way: str, said: str) -> bytes:
    """The document with one of its elements spoilt."""
    every = list(root.iter())
    element = every[place % len(every)]
    match way:
        case "text":
            element.text = said
        case "empty":
            element.clear()
        case "twice":
            element.extend(list(element))
        case "nested":
            element.append(ElementTree.fromstring("<deep><er>1</er></deep>"))
        case _:
            element.tag = "renamed"
    return ElementTree.tostring(root)


@given(
    sample=st.sampled_from(IN_XML or [("", "")]),
    place=st.integers(0, 400),
    way=st.sampled_from(["text", "empty", "twice", "nested", "renamed"]),
    said=st.text(st.characters(codec="ascii", min_codepoint=32), max_size=30),
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_sample_with_one_element_spoilt_gives_answers_only(
    sample: tuple[str, str], place: int, way: str, said: str
) -> None:
    if sample[0]:
        only_answers(sample[0], spoilt(ElementTree.fromstring(body_of(*sample)), place, way, said), 200, [])


BOMB = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><l>&b;</l>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><l>&x;</l>"""


@pytest.mark.parametrize("slug", slugs())
@pytest.mark.parametrize("body", [BOMB, OUTSIDE, BOMB.decode().encode("utf-16")])
def test_entities_are_never_resolved(slug: str, body: bytes) -> None:
    results, errors = parse(find(slug), body, 200, {}, [])
    assert results == []
    assert [type(error) for error in errors] == [Unreadable]


@pytest.mark.parametrize("slug", slugs())
def test_an_answer_of_many_megabytes_is_unreadable(slug: str) -> None:
    results, errors = parse(find(slug), b" " * (LARGEST + 1), 200, {}, [])
    assert results == []
    assert [type(error) for error in errors] == [Unreadable]


@given(sample=st.sampled_from(WELL_FORMED), cut=st.floats(0.05, 0.95))
@settings(max_examples=100, deadline=None)
def test_a_sample_cut_short_is_unreadable(sample: tuple[str, str], cut: float) -> None:
    body = body_of(*sample).strip()
    results, errors = parse(find(sample[0]), body[: int(len(body) * cut)], 200, {}, [])
    assert results == []
    assert [type(error) for error in errors] == [Unreadable]


@pytest.mark.parametrize("slug", slugs())
def test_a_body_nested_too_deep_is_unreadable(slug: str) -> None:
    _, errors = parse(find(slug), b"[" * 100_000, 200, {}, [])
    assert isinstance(errors[0], Unreadable)


@pytest.mark.parametrize("slug", slugs())
def test_an_unreadable_answer_keeps_its_payload_and_cause_but_does_not_show_it(slug: str) -> None:
    _, (error,) = parse(find(slug), b'{"secret": "Jane Roe"', 200, {}, [])
    assert isinstance(error, Unreadable)
    assert error.payload == b'{"secret": "Jane Roe"'
    assert error.__cause__ is not None
    assert "Jane" not in repr(error) + str(error)


NEVER_EMPTY = {
    "australiapost": '{"tracking_results": %s}',
    "correios": '{"objetos": %s}',
    "dhl_express": '{"shipments": %s}',
    "dhl_unified": '{"shipments": %s}',
    "fedex": '{"output": {"completeTrackResults": %s}}',
    "gls": '{"parcels": %s}',
    "hermes": '{"shipmentinfo": %s}',
    "novaposhta": '{"success": true, "data": %s}',
    "postnord": '{"TrackingInformationResponse": {"shipments": %s}}',
    "ship24": '{"data": {"trackings": %s}}',
    "ups": '{"trackResponse": {"shipment": %s}}',
}


@pytest.mark.parametrize("slug", NEVER_EMPTY)
@pytest.mark.parametrize(
    ("rows", "kind"), [("[]", NotFound), ("5", Unreadable), ('"x"', Unreadable), ("[7]", Unreadable)]
)
def test_an_answer_without_parcels_is_an_error(slug: str, rows: str, kind: type[CarrierError]) -> None:
    results, errors = parse(find(slug), (NEVER_EMPTY[slug] % rows).encode(), 200, {}, [])
    assert results == []
    assert [type(error) for error in errors] == [kind]


@pytest.mark.parametrize("slug", ["australiapost", "hermes"])
def test_an_entry_that_says_nothing_is_no_parcel(slug: str) -> None:
    results, errors = parse(find(slug), (NEVER_EMPTY[slug] % "[{}]").encode(), 200, {}, [])
    assert results == []
    assert [type(error) for error in errors] == [Unreadable]


def test_blank_lines_before_a_document_harm_nothing() -> None:
    assert [sample for sample in IN_XML if read(sample, b"") != read(sample, b"\n\n  ")] == []


def read(sample: tuple[str, str], before: bytes) -> tuple[list[TrackingResult], list[type[CarrierError]]]:
    """What is made of a sample, behind `before`."""
    results, errors = parse(find(sample[0]), before + body_of(*sample), 200, {}, [])
    return results, [type(error) for error in errors]
