"""Names that customers may read: of any script, and nothing but names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alias import LONGEST, Unfit, unfit

NAMES = ("Sara", "سارة", "سارا‌بانو", "Abu Ali", "J. P.", "O'Neill", "Anne-Marie", "ليلى٢", "李娜", "Đorđe", "مُحَمَّد")
WRONG = (
    ("", Unfit.EMPTY),
    ("  ", Unfit.EMPTY),
    ("123", Unfit.SIGNS),
    ("🌸", Unfit.SIGNS),
    ("Sara 🌸", Unfit.SIGNS),
    ("<b>Sara", Unfit.SIGNS),
    ("*Sara*", Unfit.SIGNS),
    ("Sara\u202e", Unfit.SIGNS),
    ("Sara\nHaddad", Unfit.SIGNS),
    ("S" + "\u0301" * 9, Unfit.SIGNS),
    ("t.me/sara", Unfit.LINK),
    ("sara.example", Unfit.LINK),
    ("متجر.شبكة", Unfit.LINK),
    ("@sara", Unfit.LINK),
    ("https:sara", Unfit.LINK),
    ("S" * (LONGEST + 1), Unfit.TOO_LONG),
)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_any_script_is_shown(name: str) -> None:
    assert unfit(name) is None


@pytest.mark.parametrize(("name", "why"), WRONG)
def test_what_is_no_name_says_why(name: str, why: Unfit) -> None:
    assert unfit(name) is why


@given(st.text(max_size=40))
def test_whatever_is_shown_is_short_and_holds_no_markup_and_no_marks(name: str) -> None:
    if unfit(name) is None:
        assert 0 < len(name) <= LONGEST
        assert not set(name) & set("<>&@/:\n\u202a\u202e\u2066\u2069\u200e\u200f")
