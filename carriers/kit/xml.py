"""XML answers as the same objects that JSON answers are, so that adapters read both alike."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from carriers.kit.model import Response
from carriers.kit.reading import OURS_TO_READ, Entry, entries

DEEPEST = 60
"""Levels of nesting; the deepest real answer has eleven."""
OWN_TEXT = ""
"""Key of an element's own text where it has attributes or children beside it."""


def decode_xml(response: Response) -> Entry:
    """`{root: …}` without namespaces, or ValueError saying what stands there instead; a refusal may be empty.

    A leaf is its text, attributes and children are keys, repeated children a list. Document types are refused: no
    answer has one, and entities that multiply or reach outside can only be declared there.
    """
    body = response.body
    if not body.strip():
        if response.status in OURS_TO_READ:
            return {}
        raise ValueError("an empty body")
    body = body if body.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else body.lstrip()
    _refuse_document_type(body)
    root = ElementTree.fromstring(body)  # noqa: S314 (no document type, hence no entities)
    return {_local(root.tag): _value(root, DEEPEST)}


def said_xml(response: Response) -> Entry:
    """The same; but {} where an answer that HTTP calls a failure is no XML that could say more."""
    try:
        return decode_xml(response)
    except (ValueError, ElementTree.ParseError, expat.ExpatError):
        if 200 <= response.status < 300:
            raise
        return {}


def inside(tree: Entry, *names: str) -> dict[str, list[Entry]]:
    """The objects of these names, however deep in envelopes and wrappers; what lies in them is left alone."""
    found: dict[str, list[Entry]] = {name: [] for name in names}
    _gather(tree, found)
    return found


def escaped(value: str) -> str:
    """Text as it may stand in an element or an attribute of a question."""
    for letter, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        value = value.replace(letter, name)
    return "".join(letter for letter in value if letter >= " ")


def _gather(tree: Entry, found: dict[str, list[Entry]]) -> None:
    for key, value in tree.items():
        if key in found:
            found[key] += entries(value)
        elif type(value) is not str:
            for one in entries(value):
                _gather(one, found)


def _refuse_document_type(body: bytes) -> None:
    reader = expat.ParserCreate()
    reader.StartDoctypeDeclHandler = _no_document_type
    reader.Parse(body, True)


def _no_document_type(*_: object) -> None:
    raise ValueError("a document type in an answer")


def _value(element: ElementTree.Element, depth: int) -> Any:
    if not depth:
        raise ValueError("nested too deep")
    own = (element.text or "").strip()
    if not len(element) and not element.attrib:
        return own
    found: Entry = {key: value for key, value in element.attrib.items() if not key.startswith("{")}
    for child in element:
        key, value = _local(child.tag), _value(child, depth - 1)
        if key not in found:
            found[key] = value
        elif isinstance(found[key], list):
            found[key].append(value)
        else:
            found[key] = [found[key], value]
    if not found:
        return own
    return found | {OWN_TEXT: own} if own else found


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
