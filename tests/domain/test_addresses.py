"""An address that keeps a parcel: known by the carrier's code, asked for when the customer's day depends on it."""

import re
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.addresses import CODES, asks_address
from bot.domain.detector import detect
from bot.domain.finding import FindingKind
from bot.domain.shipment import Shipment
from carriers.kit.codes import rows
from carriers.kit.model import Reason, Status
from tests.domain.test_unshipped import LATER, MONDAY, POLICY
from tests.domain.values import DAY, HOUR, shipment

K = FindingKind
TABLES = {
    "canadapost": ("canadapost_events",),
    "dhl_unified": ("dhl_checkpoints",),
    "royalmail": ("royalmail_events",),
    "smsa": ("smsa_codes",),
    "ups": ("ups_activities", "ups_statuses"),
}
ABOUT = re.compile(
    r"address|number|moved|vacant|postal|post ?code|zip|suite|unit|street|floor|apartment|directory|city|unknown", re.I
)


def held(code: str | None = "AG", **changed: Any) -> Shipment:
    usual: dict[str, Any] = {"reason": Reason.CONSIGNEE, "status_at": MONDAY, "scan_at": MONDAY, "promised_on": LATER}
    return shipment(status=Status.EXCEPTION, status_code=code, **usual | changed)


def inside(parcel: Shipment, after: timedelta) -> bool | None:
    found = [one for one in detect(parcel, MONDAY + after, POLICY) if one.kind is K.ADDRESS_PROBLEM]
    return bool(found[0].evidence.get("inside")) if found else None


def test_every_code_is_in_its_carriers_table_and_only_about_addresses() -> None:
    for slug, codes in CODES.items():
        table = [row for name in TABLES[slug] for row in rows(name)]
        # freight lists (types that begin with F) use the parcels' numbers for other things, and are looked up last
        parcels = [row for row in table if not row.get("type", "").startswith("F")]
        table = [row for row in parcels if row["status"] == "exception" and row["reason"] in ("consignee", "merchant")]
        for code in codes:
            texts = [row["text"] for row in table if row["code"].upper().lstrip("0") == code]
            assert texts, (slug, code)
            assert all(ABOUT.search(text) for text in texts), (slug, code, texts)


@pytest.mark.parametrize(("slug", "code"), [("ups", "050"), ("smsa", "DEX03-4"), ("dhl_unified", "ba")])
def test_a_code_is_known_however_it_is_written(slug: str, code: str) -> None:
    assert asks_address(held(code, slug=slug))


@pytest.mark.parametrize(("slug", "code"), [("ups", "KT"), ("ups", None), ("nobody", "AG"), ("dhl_unified", "RD")])
def test_another_exception_is_no_question_of_the_address(slug: str, code: str | None) -> None:
    assert not asks_address(held(code, slug=slug))


def test_the_shop_hears_at_once_and_the_customer_a_working_day_later() -> None:
    assert inside(held(), HOUR) is True
    assert inside(held(), DAY) is False


def test_a_promised_day_that_is_near_leaves_no_time_to_wait() -> None:
    assert inside(held(promised_on=MONDAY.date() + DAY), HOUR) is False


def test_what_is_no_address_is_the_shops_affair_for_good() -> None:
    assert inside(held("KT"), 6 * DAY) is True


def test_an_exception_that_others_must_mend_is_none_of_it() -> None:
    assert inside(held("X1", reason=Reason.CARRIER), DAY) is None
    assert inside(held("AT", delay="customer asked for a later day"), DAY) is None


def test_the_sender_is_asked_for_the_address_too() -> None:
    assert inside(held("BAD_ADDRESS", slug="dhl_unified", reason=Reason.MERCHANT), HOUR) is True


def test_a_parcel_that_waits_for_an_address_is_not_called_silent() -> None:
    kinds = {one.kind for one in detect(held(), MONDAY + 5 * DAY, POLICY)}
    assert kinds == {K.ADDRESS_PROBLEM}
    assert K.LOST in {one.kind for one in detect(held(), MONDAY + 8 * DAY, POLICY)}
