"""The pages that show every message are what the product says today."""

import re

from bot.texts.kinds import kinds
from tests.messages import COMMAND, FOLDER, WHEN, pages
from tests.texts.worlds import KINDS


def test_the_pages_of_messages_are_current() -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    made = pages()
    stale = sorted(name for name in kept.keys() | made.keys() if kept.get(name) != made.get(name))
    assert not stale, f"docs/messages is not current ({', '.join(stale)}): {COMMAND}"


def test_every_kind_stands_on_a_page_with_its_three_languages() -> None:
    text = "\n".join(pages().values())
    headings = re.findall(r"(?m)^## (\w+)$", text)
    assert sorted(set(headings) & kinds().keys()) == sorted(kinds())
    assert all(row.count("<td") == 4 for row in text.splitlines() if row.startswith("<tr><td"))


def test_right_to_left_languages_stand_right_to_left_without_hidden_marks() -> None:
    text = "\n".join(pages().values())
    assert not re.search("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", text)
    assert all(row.count('dir="rtl"') == 2 for row in text.splitlines() if row.startswith("<tr><td"))


def test_the_table_of_occasions_names_kinds_that_exist() -> None:
    assert WHEN.keys() <= kinds().keys()
    assert WHEN.keys() <= KINDS.keys()
