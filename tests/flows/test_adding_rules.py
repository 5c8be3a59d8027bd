"""Reading what a merchant types: pure, never surprised."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flows import importing, saying, table
from bot.flows.choosing import Choice, Chosen, NoAccount, NoCarrier, choose
from bot.flows.order_fields import FIELDS, Told, Unreadable, read
from bot.flows.tokens import desk_code, folded_code
from bot.flows.turn import ShopView
from carriers.kit.numbers import Refusal, Why

SHOP = ShopView(1, "owner", "Noor", "en", "Asia/Riyadh", "SA")
TODAY = date(2026, 11, 24)
UPS = "1Z999AA10123456784"
ANYTHING = st.text(max_size=80) | st.text(alphabet="0123456789٠١٢٣۰۱۲۳-/., ", max_size=30)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/shipment add 1Z", ("shipment", "add 1Z", "")),
        ("/Shop@Herald_bot name X", ("shop", "name X", "Herald_bot")),
        ("\u200f/desk  AB-CD ", ("desk", "AB-CD", "")),
        ("/human\nI need help", ("human", "I need help", "")),
        ("hello /start", ("", "hello /start", "")),
        ("/", ("", "/", "")),
        ("", ("", "", "")),
    ],
)
def test_a_command_is_told_from_words(text: str, command: tuple[str, str, str]) -> None:
    assert saying.split_command(text) == command


def test_values_with_spaces_stand_in_any_quotes() -> None:
    plain, named = saying.fields('1Z 99 name="Layla Haddad" cod=«240 SAR» Order=“A 1”')
    assert plain == ["1Z", "99"]
    assert named == {"name": "Layla Haddad", "cod": "240 SAR", "order": "A 1"}


@given(ANYTHING)
def test_anything_typed_can_be_taken_apart(text: str) -> None:
    saying.split_command(text)
    saying.fields(text)
    assert saying.clean(saying.clean(text)) == saying.clean(text)
    assert len(saying.clean(text, 10)) <= 10


@given(ANYTHING)
def test_a_day_is_a_day_or_none(text: str) -> None:
    assert isinstance(saying.day(text), date | None)


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_an_iso_day_is_read_as_it_is(day: date) -> None:
    assert saying.day(day.isoformat()) == day


@pytest.mark.parametrize(
    ("text", "sum_"),
    [
        ("240 SAR", ("240", "SAR")),
        ("€64.00", ("64.00", "EUR")),
        ("1,234.50 usd", ("1234.50", "USD")),
        ("۲٬۴۰۰٬۰۰۰ تومان", ("2400000", "تومان")),
        ("12,5", ("12.5", "")),
        ("SAR 5 USD", None),
        ("-5", None),
        ("much", None),
    ],
)
def test_a_sum_is_read_with_its_currency(text: str, sum_: tuple[str, str] | None) -> None:
    assert saying.money(text) == sum_


@given(ANYTHING)
def test_a_sum_is_plain_decimal_text_or_none(text: str) -> None:
    found = saying.money(text)
    assert found is None or Decimal(found[0]) >= 0


@given(st.dictionaries(st.sampled_from([*FIELDS, "odd"]), ANYTHING, max_size=4))
def test_any_fields_are_read_or_named_as_unreadable(said: dict[str, str]) -> None:
    found = read(said, SHOP, TODAY)
    assert isinstance(found, Told) or found.field in {*FIELDS, "odd"}


def test_two_currencies_in_one_parcel_are_refused() -> None:
    assert read({"cod": "5 SAR", "value": "5 USD"}, SHOP, TODAY) == Unreadable("value")


@pytest.mark.parametrize(
    ("wanted", "accounts", "decision"),
    [
        (None, {"ups", "dhl_unified"}, Chosen("ups", UPS)),
        ("UPS", {"ups"}, Chosen("ups", UPS)),
        ("own", set(), Chosen("own", UPS)),
        ("dhl", {"ups"}, Refusal(Why.WRONG_CARRIER, ("ups",))),
        ("ups", {"dhl_unified"}, NoAccount(("ups",))),
        ("pigeon", {"ups"}, NoCarrier("pigeon")),
    ],
)
def test_the_carrier_is_the_one_said_or_the_one_that_fits(
    wanted: str | None, accounts: set[str], decision: object
) -> None:
    assert choose(UPS, wanted, accounts) == decision


def test_a_mistyped_digit_is_not_given_to_a_carrier_that_takes_anything() -> None:
    found = choose("1Z999AA10123456785", None, {"ups", "17track"})
    assert isinstance(found, Refusal)
    assert found.why is Why.BAD_CHECK_DIGIT


@given(ANYTHING, st.none() | ANYTHING, st.sets(st.sampled_from(["ups", "dhl_unified", "17track"])))
def test_any_number_leads_to_a_decision(number: str, wanted: str | None, accounts: set[str]) -> None:
    found = choose(number, wanted, accounts)
    assert isinstance(found, Chosen | Choice | NoAccount | NoCarrier | Refusal)
    assert not isinstance(found, Chosen) or (found.number.isascii() and 0 < len(found.number) <= 50)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_file_is_a_table_or_refused(content: bytes) -> None:
    try:
        rows = importing.parse(content)
    except table.NotATable:
        return
    assert all(set(row) <= set(importing.COLUMNS) for row in rows)


def test_a_code_is_known_however_it_is_typed() -> None:
    code = desk_code()
    assert folded_code(f" {code.lower().replace('-', ' - ')} ") == code
    assert folded_code("short") == ""
