"""Folding, guessing, refusing tracking numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carriers.kit.discovery import UnknownCarrier, everyone
from carriers.kit.formats import Fit, Format, formats, of
from carriers.kit.numbers import LONGEST, Refusal, Why, detect, fold, settled, validate

UPS = "1Z81WV380316886897"
FITTING = (Fit.SHAPE, Fit.CHECKED)
AGGREGATORS = tuple(carrier.slug for carrier in everyone() if carrier.numbers.any_other)
VALID = [(one, number) for one in formats() for number in one.valid]
INVALID = [(one, number) for one in formats() for number in one.invalid]


def test_the_shipped_formats_are_all_there() -> None:
    assert len(formats()) == 40
    assert len(VALID) > 150
    assert {one.rule["name"] for one in formats() if one.rule} >= {"mod10", "mod7", "luhn", "s10", "mod_37_36"}


def test_a_valid_number_fits_its_format() -> None:
    assert [(form.ref, number) for form, number in VALID if form.fit(fold(number)) not in FITTING] == []


def test_an_invalid_number_does_not_fit_its_format() -> None:
    assert [(form.ref, number) for form, number in INVALID if form.fit(fold(number)) in FITTING] == []


@given(place=st.integers(9, 16), step=st.integers(1, 9))
def test_one_wrong_digit_in_a_ups_number_is_noticed(place: int, step: int) -> None:
    wrong = UPS[:place] + str((int(UPS[place]) + step) % 10) + UPS[place + 1 :]
    if of("ups/ups")[0].fit(wrong) is Fit.CHECKED:
        assert step == 5  # doubled digits five apart weigh the same modulo ten
    else:
        assert validate("ups", wrong) == Refusal(Why.BAD_CHECK_DIGIT)


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
    assert validate("ups", "1Z81WV380316886896") == Refusal(Why.BAD_CHECK_DIGIT)
    digits = validate("dhl_unified", "3318810010")
    assert isinstance(digits, Refusal)
    assert digits.why is Why.BAD_CHECK_DIGIT


def test_a_wrong_digit_of_a_german_parcel_is_noticed_though_its_length_is_right() -> None:
    assert validate("dhl_unified", "00340434161094042557") == "00340434161094042557"
    assert validate("dhl_unified", "00340434161094042558") == Refusal(Why.BAD_CHECK_DIGIT)


def test_another_carriers_number_is_refused_with_those_it_fits() -> None:
    assert validate("dhl_unified", UPS) == Refusal(Why.WRONG_CARRIER, ("ups",))
    digits = validate("ups", "3318810025")
    assert isinstance(digits, Refusal)
    assert (digits.why, digits.fits[0]) == (Why.WRONG_CARRIER, "dhl_express")
    assert not set(digits.fits) & set(AGGREGATORS)


def test_a_number_nobody_can_have_fits_nobody() -> None:
    assert validate("ups", "1Z") == Refusal(Why.WRONG_CARRIER, ())


def test_an_unknown_carrier_is_no_refusal() -> None:
    with pytest.raises(UnknownCarrier, match="17track"):
        validate("pigeon", UPS)


def test_the_number_of_a_foreign_post_is_not_dhls() -> None:
    assert validate("dhl_unified", "RB123456785GB") == Refusal(Why.WRONG_CARRIER, ("royalmail",))
    assert validate("dhl_unified", "RB123456785DE") == "RB123456785DE"


@pytest.mark.parametrize(
    ("number", "first"),
    [
        (UPS, "ups"),
        ("JVGL0999999990", "dhl_unified"),
        ("3318810025", "dhl_express"),
        ("60120172242323", "dhl_unified"),
        ("00340434161094042557", "dhl_parcel_de"),
        ("YT1234567890123456", "yunexpress"),
    ],
)
def test_detection_ranks_and_says_why(number: str, first: str) -> None:
    guesses = detect(number)
    assert guesses[0].slug == first
    assert guesses[-1].slug in AGGREGATORS
    assert all(guess.reason and 0 < guess.certainty < 1 for guess in guesses)


OWNERS = {
    courier: {one.slug for one in everyone() if any(form.split("/")[0] == courier for form in one.numbers.formats)}
    for courier in {form.courier for form in formats()}
}


def ranked_first(number: str) -> set[str]:
    guesses = detect(number)
    return {guess.slug for guess in guesses if guess.certainty == guesses[0].certainty}


def test_a_valid_number_ranks_its_courier_first() -> None:
    wanted = [(form.ref, number, {form.courier, *OWNERS[form.courier]}) for form, number in VALID]
    assert [(ref, number) for ref, number, owners in wanted if not ranked_first(number) & owners] == []


def told_of(form: Format, number: str) -> bool:
    """Whether the number as it was written is told to be of that format."""
    told = [guess for guess in detect(number) if guess.number == fold(number)]
    return any(guess.reason.startswith(f"{form.name}:") for guess in told)


def test_an_invalid_number_is_not_told_to_be_of_that_format() -> None:
    assert [(form.ref, number) for form, number in INVALID if told_of(form, number)] == []


@pytest.mark.parametrize("number", ["3318810025", "123456789012", "12345678", "1234567890"])
def test_a_bare_number_is_ranked_but_never_chosen_by_itself(number: str) -> None:
    assert detect(number)
    assert settled(detect(number)) is None


@pytest.mark.parametrize("number", [UPS, "RB123456785DE", "1Z879E930346834440"])
def test_a_telling_number_is_chosen(number: str) -> None:
    chosen = settled(detect(number))
    assert chosen is not None
    assert chosen.number == number


@pytest.mark.parametrize(
    ("written", "meant", "slug"),
    [
        ("IZ81WV38O316886897", UPS, "ups"),
        ("lZ81WV3803l6886897", UPS, "ups"),
        ("RB12345678S0E", "RB123456785OE", None),
        ("RBl2345678SDE", "RB123456785DE", "dhl_unified"),
        ("1Z81WV38О316886897", UPS, "ups"),
    ],
)
def test_look_alikes_are_put_right_where_a_check_digit_proves_it(written: str, meant: str, slug: str | None) -> None:
    right = [guess.slug for guess in detect(written) if guess.number == meant]
    assert slug is None or right[0] == slug
    assert slug is None or validate(slug, written) == meant


@pytest.mark.parametrize(
    ("link", "slug", "number"),
    [
        (f"https://www.ups.com/track?loc=en_US&tracknum={UPS}&requester=WT/", "ups", UPS),
        (f"see https://wwwapps.ups.com/WebTracking/track?track=yes&trackNums={UPS} please", "ups", UPS),
        ("https://www.dhl.com/de-en/home/tracking.html?tracking-id=00340434161094042557", "dhl_unified", None),
        ("https://t.17track.net/en#nums=RB123456785GB", "17track", "RB123456785GB"),
        (f"https://shop.example/orders/track/{UPS}", "ups", UPS),
        (f"https://shop.example/t?utm=1&awb={UPS.lower()}", "ups", UPS),
    ],
)
def test_a_tracking_link_gives_carrier_and_number(link: str, slug: str, number: str | None) -> None:
    first = detect(link)[0]
    assert first.slug == slug
    assert first.number == (number or "00340434161094042557")
    assert validate(slug, link) == first.number


@given(st.text(max_size=60))
def test_any_link_is_read_or_passed_over(rest: str) -> None:
    detect(f"https://www.ups.com/track?{rest}")
    detect(f"https://{rest}")


def test_a_checked_number_is_surer_than_a_shape() -> None:
    sure = detect("3318810025")[0].certainty
    assert detect(UPS)[0].certainty > sure > detect("60120172242323")[0].certainty
