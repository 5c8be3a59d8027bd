"""The languages compared: same keys, same facts, same tags, the right plural forms, nothing left unwritten."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bot.texts import dates, i18n
from bot.texts.calendars import WEEKDAYS
from bot.texts.carriers import UNNAMED
from bot.texts.derive import FOLLOWING
from bot.texts.facts import FACTS
from bot.texts.forms import ALWAYS, FORMS
from bot.texts.i18n import CatalogueError, UnknownText, catalogue, resolve_language
from bot.texts.kinds import Clause, TwiceDefined, kind, kinds, merged
from bot.texts.messages import render
from bot.texts.money import UNITS
from bot.texts.reading import DIGITS_OF
from bot.texts.template import Hole, compile_template
from tests.texts.reading_marks import tags
from tests.texts.worlds import KINDS, LANGUAGES, READERS

HEADS = {
    "en": "nplurals=2; plural=(n != 1);",
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
    "n%100>=0 && n%100<=2 ? 4 : 5);",
    "fa": "nplurals=2; plural=(n != 1);",
}
KEYS = sorted(catalogue("en").keys())

DIFFERENT_FACTS = frozenset({"still.searching", "customs.duty_at_by"})
"""Texts that do not name the carrier, or the place, in every language: tone.md has them so."""


def holes(language: str, key: str) -> Iterator[Hole]:
    for form in catalogue(language).forms(key):
        yield from compile_template(form).holes


def test_there_are_texts_in_three_languages() -> None:
    assert set(LANGUAGES) <= set(i18n.languages())
    assert len(KEYS) > 300


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys_in_the_same_files(language: str) -> None:
    english = {path.name: keys_of(path, "en") for path in i18n.po_files("en")}
    assert {path.name: keys_of(path, language) for path in i18n.po_files(language)} == english


def keys_of(path: Path, language: str) -> set[str]:
    return {key for key, _ in i18n.read_po_file(path, language)}


@pytest.mark.parametrize("language", ["ar", "fa"])
def test_every_language_speaks_of_the_same_facts(language: str) -> None:
    for key in (key for key in KEYS if key not in DIFFERENT_FACTS):
        theirs, ours = ({hole.name for hole in holes(one, key)} for one in (language, "en"))
        assert theirs - {"n"} == ours - {"n"}, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_counted_text_has_all_its_forms(language: str) -> None:
    expected = {1, 6 if language == "ar" else 2}
    assert {len(catalogue(language).forms(key)) for key in KEYS} == expected
    assert [key for key in KEYS if len(catalogue(language).forms(key)) > 1] == counted_in_english()


def counted_in_english() -> list[str]:
    return [key for key in KEYS if len(catalogue("en").forms(key)) > 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_of_a_hole_is_known(language: str) -> None:
    for key in KEYS:
        for hole in holes(language, key):
            name = hole.form[:1].lower() + hole.form[1:]
            assert name in {"", "phrase", *FORMS}, (key, hole)


@pytest.mark.parametrize("language", ["ar", "fa"])
def test_tags_are_well_formed_and_the_same_in_every_language(language: str) -> None:
    for key in KEYS:
        english = sorted(set(tags(catalogue("en").forms(key)[-1])))
        for form in catalogue(language).forms(key):
            assert sorted(set(tags(form))) == english, key


def test_every_clause_has_its_words_and_every_word_its_clause() -> None:
    said = {clause.key for one in kinds().values() for clause in one.clauses()}
    assert said <= set(KEYS)
    spoken_for = ("button.", "status.", "count.", "word.", "repeat")
    own = keys_of(i18n.catalogue_root() / "en" / "LC_MESSAGES" / "messages.po", "en")
    assert {key for key in own - said if not key.startswith(spoken_for)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clause_needs_every_fact_that_it_mentions(language: str) -> None:
    for name, one in kinds().items():
        for clause in one.clauses():
            mentioned = {hole.name for hole in holes(language, clause.key)} - ALWAYS - {"n"}
            assert mentioned <= needed(clause) | set(one.requires), (name, clause.key)


def needed(clause: Clause) -> set[str]:
    """A condition on a value says that the fact exists, unless it is a difference."""
    certain = {need.name for need in clause.needs if not need.absent and need.sign != "!="}
    whole = {name.partition(".")[0] for name in certain}
    return certain | whole | ({clause.count} if clause.count else set()) | {"it"}


def test_every_fact_that_a_customers_message_asks_for_is_a_known_one() -> None:
    clauses = [clause for one in KINDS.values() for clause in one.clauses()]
    asked = {need.path[0] for clause in clauses for need in clause.needs}
    assert asked <= FACTS.keys() | FOLLOWING.keys() | {"place"}
    own_way = {"edited", "repeat", "in_doubt", "eta_from_on", "eta_to_on", "boxes", "order", "carrier", "it"}
    assert FACTS.keys() - asked <= own_way


def test_a_count_is_said_by_a_counted_text() -> None:
    for one in kinds().values():
        for clause in (clause for clause in one.clauses() if clause.count):
            assert len(catalogue("en").forms(clause.key)) > 1, clause.key


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("ar_EG", "ar"),
        ("fa_AF", "fa"),
        ("prs", "fa"),
        ("prs-AF", "fa"),
        ("pt-br", "en"),
        ("", "en"),
        ("x" * 500, "en"),
        ("../../etc", "en"),
    ],
)
def test_a_locale_finds_its_language_or_english(locale: str, language: str) -> None:
    assert resolve_language(locale) == language


def test_a_text_missing_in_one_language_is_said_in_english() -> None:
    short = i18n.Catalogue("fa", {"a": ("ا",)}, HEADS["fa"])
    assert short.text("number").parts[0] == "Tracking number: "


def test_a_text_missing_everywhere_is_refused() -> None:
    with pytest.raises(UnknownText):
        catalogue("en").text("no.such.text")
    with pytest.raises(UnknownText):
        render("nothing_here", {}, READERS["en"], [[("no_such_label", "x:1")]])


def write_po(folder: Path, head: str, body: str) -> Path:
    path = folder / "x.po"
    path.write_text(f'msgid ""\nmsgstr ""\n"Plural-Forms: {head}\\n"\n\n{body}\n', encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "body",
    [
        '#, fuzzy\nmsgid "a"\nmsgstr "b"',
        'msgid "a"\nmsgstr ""',
        'msgid "a"\nmsgid_plural "a"\nmsgstr[0] "b"\nmsgstr[1] ""',
    ],
)
def test_a_text_not_written_in_full_is_refused(tmp_path: Path, body: str) -> None:
    with pytest.raises(CatalogueError):
        list(i18n.read_po_file(write_po(tmp_path, HEADS["en"], body), "en"))


def test_a_text_in_two_files_is_refused(tmp_path: Path) -> None:
    path = write_po(tmp_path, HEADS["en"], 'msgid "a"\nmsgstr "b"')
    with pytest.raises(CatalogueError, match="another file"):
        i18n.merged([path, path], "en")


def test_a_kind_in_two_modules_is_refused() -> None:
    with pytest.raises(TwiceDefined, match="two"):
        merged({"one": {"x": kind()}, "two": {"x": kind()}})


@pytest.mark.parametrize("table", [i18n.PLURALS, DIGITS_OF, WEEKDAYS, dates.FORMS, UNITS, UNNAMED])
def test_every_language_has_its_row_in_every_table(table: Mapping[str, object]) -> None:
    assert set(i18n.languages()) == set(table)


def test_the_plural_order_of_other_tools_is_refused(tmp_path: Path) -> None:
    gnu = "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"
    with pytest.raises(CatalogueError, match="Plural-Forms"):
        list(i18n.read_po_file(write_po(tmp_path, gnu, 'msgid "a"\nmsgstr "b"'), "ar"))


def test_a_header_that_is_none_is_refused() -> None:
    with pytest.raises(CatalogueError):
        i18n.plural_form("plural")


def test_catalogues_are_found_in_a_wheel_before_the_source_tree(tmp_path: Path) -> None:
    package = tmp_path / "bot"
    (tmp_path / "locales").mkdir()
    assert i18n.root_beside(package) == tmp_path / "locales"
    (package / "_locales").mkdir(parents=True)
    assert i18n.root_beside(package) == package / "_locales"


def test_without_catalogues_it_says_where_they_should_be(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="_locales"):
        i18n.root_beside(tmp_path / "bot")


def test_a_language_without_texts_is_refused() -> None:
    with pytest.raises(CatalogueError, match="no texts"):
        catalogue("tlh")


@pytest.mark.parametrize("text", ["{", "}", "{Order}", "{a b}", "{0}", "{a:}"])
def test_a_brace_that_is_no_hole_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="brace"):
        compile_template(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_has_a_stray_space(language: str) -> None:
    for key in KEYS:
        for form in catalogue(language).forms(key):
            assert form == form.strip(), key
            assert not re.search(r"  | [،؛؟.,;:!]", form), key
