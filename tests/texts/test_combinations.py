"""Whatever a message's own records are: each choice of them leaves whole sentences, in every kind and language."""

import re
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.texts.messages import render
from tests.texts.reading_marks import bare, first_letter_is_own
from tests.texts.samples import needed_by
from tests.texts.test_clauses import sentence_ends
from tests.texts.test_every_message import assert_whole
from tests.texts.worlds import KINDS, LANGUAGES, READERS, everything, two_parcels

# Ten thousands of choices of the same few ways, which others cover.
pytestmark = pytest.mark.no_cover

ALL_OF = 6
"""Of so many records every choice is tried; of more some."""
FEW = sorted(kind for kind in KINDS if len(needed_by(kind)) <= ALL_OF)
MORE = sorted(KINDS.keys() - set(FEW))
ASIDE = {"at", "repeat", "in_doubt", "parcels", "several"}


def assert_reads_well(kind: str, known: set[str], language: str, *, many: bool) -> None:
    """No gap, no doubled mark, no unfinished sentence; each line in its own letters."""
    facts = {name: fact for name, fact in everything(language).items() if name in known | {"at"}}
    if many:
        facts["parcels"] = two_parcels(language)
    text = render(kind, facts, READERS[language]).text
    assert_whole(text)
    assert not re.search(r"[.]{2}|[,،؛;:]{2}|[.:] ?[,،؛;.]", bare(text)), text
    first, *others = text.split("\n")
    assert all(sentence_ends(line) for line in others), text
    assert all(first_letter_is_own(line, language) for line in (first, *others)), text


def test_there_are_kinds_of_few_and_of_many_records() -> None:
    assert len(FEW) > 20
    assert len(MORE) > 10


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", FEW)
def test_every_choice_of_few_records_reads_well(kind: str, language: str) -> None:
    names = [name for name in needed_by(kind) if name not in ASIDE]
    for chosen in product([False, True], repeat=len(names)):
        known = {name for name, is_known in zip(names, chosen, strict=True) if is_known}
        assert_reads_well(kind, known | {"order"}, language, many=False)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MORE)
def test_any_choice_of_many_records_reads_well(kind: str, language: str) -> None:
    names = [*(name for name in needed_by(kind) if name not in ASIDE), "order", "carrier"]

    @settings(max_examples=40, deadline=None, database=None)
    @given(known=st.sets(st.sampled_from(names)), many=st.booleans())
    def check(known: set[str], many: bool) -> None:
        assert_reads_well(kind, known, language, many=many)

    check()
