"""What the documents say of carriers holds."""

import json
import re
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest

from carriers.kit.contract import Carrier
from carriers.kit.conversation import parse
from carriers.kit.discovery import slugs
from carriers.kit.samples import compared
from tests.readme import README, current

GUIDE = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


@pytest.fixture
def pigeon() -> Carrier:
    (code,) = (block for block in blocks("python") if "slug = " in block)
    module = ModuleType("pigeon")
    exec(compile(code, "CONTRIBUTING.md", "exec"), vars(module))
    return cast(Carrier, module)


def test_the_readmes_table_of_carriers_is_current() -> None:
    text = README.read_text(encoding="utf-8")
    assert text == current(text)
    assert all(f"`{slug}`" in text for slug in slugs())


def test_the_guides_minimal_carrier_reads_its_sample_and_is_short(pigeon: Carrier) -> None:
    expected, body = blocks("json")
    results, errors = parse(pigeon, body.encode(), 200, {}, [])
    assert compared(json.loads(expected), results, errors) == []
    assert isinstance(pigeon, Carrier)
    (code,) = (block for block in blocks("python") if "slug = " in block)
    assert len(code.splitlines()) <= 80


def test_the_guides_minimal_carrier_gives_typed_errors(pigeon: Carrier) -> None:
    for body, status, kind in ((b"", 404, "not_found"), (b"{}", 401, "auth"), (b"<html>", 200, "server")):
        _, (error,) = parse(pigeon, body, status, {}, ["PX123456"])
        assert error.kind == kind
