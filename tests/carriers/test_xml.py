"""XML answers become the objects that JSON answers are."""

from xml.parsers.expat import ExpatError

import pytest

from carriers.kit.model import Response
from carriers.kit.xml import decode_xml, escaped


def read(body: str, status: int = 200) -> object:
    return decode_xml(Response(status, body.encode()))


def test_leaves_are_texts_and_repeated_children_lists_without_namespaces() -> None:
    body = '<s:E xmlns:s="u"><s:scan><at>1</at></s:scan><s:scan><at> 2 </at></s:scan><one/></s:E>'
    assert read(body) == {"E": {"scan": [{"at": "1"}, {"at": "2"}], "one": ""}}


def test_attributes_are_keys_and_the_text_beside_them_has_its_own() -> None:
    body = '<E xmlns:i="u"><a code="7" i:nil="true">said</a><b i:nil="true"/></E>'
    assert read(body) == {"E": {"a": {"code": "7", "": "said"}, "b": ""}}


def test_a_refusal_may_be_empty_and_a_success_may_not() -> None:
    assert read("", 404) == {}
    with pytest.raises(ValueError, match="empty"):
        read("")


@pytest.mark.parametrize("body", ["<a>", "no xml", "<a>" * 100 + "</a>" * 100, "<!DOCTYPE a><a/>"])
def test_what_cannot_be_an_answer_is_refused(body: str) -> None:
    with pytest.raises((ValueError, ExpatError)):
        read(body)


def test_what_goes_into_a_question_cannot_leave_its_place() -> None:
    assert escaped('<a>&"\x01') == "&lt;a&gt;&amp;&quot;"
