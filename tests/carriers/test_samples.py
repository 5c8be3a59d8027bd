"""Every carrier against every sample of its own."""

import json

import pytest

from carriers.kit.discovery import slugs
from carriers.kit.samples import FOLDER, faults, samples


@pytest.mark.parametrize("slug", slugs())
def test_every_sample_is_read_as_it_says(slug: str) -> None:
    found = {name: faults(slug, name) for owner, name in samples() if owner == slug}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_every_carrier_has_samples() -> None:
    covered = {slug for slug, _ in samples()}
    assert covered == set(slugs())
    assert len(samples()) > 80


def test_every_sample_says_where_it_comes_from() -> None:
    known = {"real", "documentation", "third-party fixture", "hand-made"}
    for slug, name in samples():
        expected = json.loads((FOLDER / slug / f"{name}.expected.json").read_bytes())
        assert expected["provenance"] in known
        assert (expected["provenance"] == "hand-made") == name.startswith("hand_")
