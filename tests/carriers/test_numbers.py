"""Folding, guessing, refusing tracking numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carriers.kit.discovery import UnknownCarrier
from carriers.kit.formats import Fit, Format, formats, of
from carriers.kit.numbers import LONGEST, Refusal, Why, detect, fold, validate

UPS = "1Z81WV380316886897"
FITTING = (Fit.SHAPE, Fit.CHECKED)
VALID = [(one, number) for one in formats() for number in one.valid]
INVALID = [(one, number) for one in formats() for number in one.invalid]


def test_the_shipped_formats_are_all_there() -> None:
    assert len(formats()) == 40
    assert len(VALID) > 150
    assert {one.rule["name"] for one in formats() if one.rule} >= {"mod10", "mod7", "luhn", "s10", "mod_37_36"}


@pytest.mark.parametrize(("form", "number"), VALID, ids=lambda x: x.ref if isinstance(x, Format) else x)
def test_a_valid_number_fits_its_format(form: Format, number: str) -> None:
    assert form.fit(fold(number)) in FITTING


@pytest.mark.parametrize(("form", "number"), INVALID, ids=lambda x: x.ref if isinstance(x, Format) else x)
def test_an_invalid_number_does_not_fit_its_format(form: Format, number: str) -> None:
    assert form.fit(fold(number)) not in FITTING


@given(place=st.integers(9, 16), step=st.integers(1, 9))
def test_one_wrong_digit_in_a_ups_number_is_noticed(place: int, step: int) -> None:
    wrong = UPS[:place] + str((int(UPS[place]) + step) % 10) + UPS[place + 1 :]
    if of("ups/ups")[0].fit(wrong) is Fit.CHECKED:
        assert step == 5  # doubled digits five apart weigh the same modulo ten
    else:
        assert validate("ups", wrong) == Refusal(Why.BAD_CHECK_DIGIT, ("17track",))


@pytest.mark.parametrize(
    "written",
    [
        "1z81wv380316886897",
        " 1Z 81WV 3803 1688 6897 ",
        "1Z-81WV-38–0316—886897",
        "۱Z۸۱WV۳۸۰۳۱۶۸۸۶۸۹۷",
        "١Z٨١WV٣٨٠٣١٦٨٨٦٨٩٧",
        "\u200f1Z81WV\u2066380316886897\u2069",
        "１Ｚ８１ＷＶ380316886897",
        "1Z81WV380\u00a0316\u200b886897",
    ],
)
def test_what_people_write_is_folded(written: str) -> None:
    assert validate("ups", written) == UPS


@given(st.text(max_size=300))
def test_folding_twice_changes_nothing_and_never_fails(written: str) -> None:
    once = fold(written)
    assert fold(once) == once
    assert " " not in once
    assert isinstance(validate("dhl_unified", written), str | Refusal)


@pytest.mark.parametrize("written", ["", "   ", " - – ", "\u200f\u200e"])
def test_nothing_is_refused_as_empty(written: str) -> None:
    assert validate("ups", written) == Refusal(Why.EMPTY)


@pytest.mark.parametrize("written", ["1" * (LONGEST + 1), "x" * 10_000, " " * 10_000])
def test_too_much_is_refused_as_too_long(written: str) -> None:
    assert validate("17track", written) == Refusal(Why.TOO_LONG)
    assert detect(written) == []


def test_a_bad_check_digit_is_named() -> None:
    assert validate("ups", "1Z81WV380316886896") == Refusal(Why.BAD_CHECK_DIGIT, ("17track",))
    assert validate("dhl_unified", "3318810010") == Refusal(Why.BAD_CHECK_DIGIT, ("17track",))


def test_a_wrong_digit_of_a_german_parcel_is_noticed_though_its_length_is_right() -> None:
    assert validate("dhl_unified", "00340434161094042557") == "00340434161094042557"
    assert validate("dhl_unified", "00340434161094042558") == Refusal(Why.BAD_CHECK_DIGIT, ("17track",))


def test_another_carriers_number_is_refused_with_those_it_fits() -> None:
    assert validate("dhl_unified", UPS) == Refusal(Why.WRONG_CARRIER, ("ups", "17track"))
    assert validate("ups", "3318810025") == Refusal(Why.WRONG_CARRIER, ("dhl_unified", "17track"))


def test_a_number_nobody_can_have_fits_nobody() -> None:
    assert validate("ups", "1Z") == Refusal(Why.WRONG_CARRIER, ())


def test_an_unknown_carrier_is_no_refusal() -> None:
    with pytest.raises(UnknownCarrier, match="17track"):
        validate("pigeon", UPS)


def test_the_number_of_a_foreign_post_is_not_dhls() -> None:
    assert validate("dhl_unified", "RB123456785GB") == Refusal(Why.WRONG_CARRIER, ("17track",))
    assert validate("dhl_unified", "RB123456785DE") == "RB123456785DE"


@pytest.mark.parametrize(
    ("number", "first"),
    [
        (UPS, "ups"),
        ("JVGL0999999990", "dhl_unified"),
        ("3318810025", "dhl_unified"),
        ("60120172242323", "dhl_unified"),
        ("00340434161094042557", "dhl_unified"),
        ("YT1234567890123456", "yunexpress"),
    ],
)
def test_detection_ranks_and_says_why(number: str, first: str) -> None:
    guesses = detect(number)
    assert guesses[0].slug == first
    assert guesses[-1].slug == "17track"
    assert all(guess.reason and 0 < guess.certainty < 1 for guess in guesses)


def test_a_checked_number_is_surer_than_a_shape() -> None:
    sure = detect("3318810025")[0].certainty
    assert detect(UPS)[0].certainty > sure > detect("60120172242323")[0].certainty
