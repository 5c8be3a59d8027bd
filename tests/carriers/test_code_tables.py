"""No code of a published list is unmapped by accident: it has a meaning, or is unknown on purpose and says why."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from carriers import dhl_express, fedex, gls, hermes
from carriers.kit.codes import FOLDER, Meaning, grouped, rows, table, worded
from carriers.kit.model import Reason, Status, TrackingResult
from tests.fakes.wire import reply

PUBLISHED = Path(__file__).parent / "published"
Row = Mapping[str, str]
Find = Callable[[Row], Meaning | None]
CODE_TABLES = sorted(path.stem for path in FOLDER.glob("*.csv") if path.stem not in ("errors", "names"))


def listed(name: str) -> Iterator[Row]:
    """The lines of a list, as its carrier has published it."""
    encoding = "cp1252" if name == "dhl_group_checkpoints" else "utf-8"
    with (PUBLISHED / f"{name}.csv").open(encoding=encoding, newline="") as lines:
        first = lines.readline()
        lines.seek(0)
        yield from csv.DictReader(lines, delimiter=";" if ";" in first else ",")


def in_table(name: str, column: str = "code") -> Find:
    return lambda row: table(name).get(row[column])


def in_group(name: str, column: str, *groups: str) -> Find:
    """In one of the groups."""
    known = grouped(name, column)
    return lambda row: next(
        (known[group][row["code"].upper()] for group in groups if row["code"].upper() in known[group]), None
    )


UPS_SECTIONS = {
    "DIALS CODE": "*",
    "ULD CODE": "I",
    "MANIFEST CODE": "M",
    "UPDATES CODE": "U",
    "CRD TCFRATY - Freight Forwarding Activity": "FF",
    "VCAT - Freight Exception Codes": "F",
    "CRD TSEVSDS - Mail Innovations": "MI",
}
"""Headings within UPS's list of exceptions → the group that its lines are in; before the first they are X."""
UPS_HEADINGS = {"FREIGHT ACTIVITY CODE", "SHIPPING EVENT CODE"}


def ups_exceptions() -> Iterator[tuple[str, Row]]:
    """Group and line of UPS's long list; between CODE and the next heading stand the three-digit statuses again."""
    group = "X"
    for line in listed("ups_exception_codes"):
        code = line["code"]
        if code == "ACTIVITY TYPE":
            return
        if code in UPS_SECTIONS or code == "CODE":
            group = UPS_SECTIONS.get(code, "")
        elif code not in UPS_HEADINGS:
            yield group, line


LISTS: dict[str, tuple[int, Find]] = {
    "ups_status_codes": (160, lambda row: table("ups_statuses").get(row["code"].zfill(3))),
    "ups_manifest_codes": (4, in_group("ups_activities", "type", "M")),
    "ups_update_codes": (3, in_group("ups_activities", "type", "U")),
    "ups_mail_innovations_codes": (214, in_group("ups_activities", "type", "MI")),
    "fedex_status_codes": (
        54,
        lambda row: (
            worded("fedex_statuses", "code").get(row["code"], {}).get(row["text"].upper())
            or table("fedex_statuses").get(row["code"])
        ),
    ),
    "fedex_split_owner_codes": (6, in_table("fedex_owners")),
    "dhl_group_checkpoints": (
        1092,
        lambda row: grouped("dhl_checkpoints", "service").get(row["Service"], {}).get(row["Status"].upper()),
    ),
    "royalmail_event_codes": (34, in_table("royalmail_events")),
    "hermes_event_codes": (294, in_table("hermes_events", "3x3")),
    "dhl_parcel_de_ice_ric": (
        338,
        lambda row: table("dhl_parcel_de_events").get(f"{row['ice']}/{row['ric']}/{row['standard']}"),
    ),
    "gls_statuses": (12, in_table("gls_statuses")),
    "usps_event_codes": (49, in_table("usps_events")),
}


@pytest.mark.parametrize("name", LISTS)
def test_every_published_code_has_a_meaning_or_is_unknown_on_purpose(name: str) -> None:
    count, find = LISTS[name]
    lines = list(listed(name))
    assert len(lines) == count
    assert [line for line in lines if find(line) is None] == []


def test_every_line_of_ups_long_list_has_a_meaning_in_its_own_group() -> None:
    known = grouped("ups_activities", "type")
    lines = list(ups_exceptions())
    missing = [
        (group, line)
        for group, line in lines
        if (line["code"].upper() not in known[group] if group else line["code"].zfill(3) not in table("ups_statuses"))
    ]
    assert missing == []
    assert {group for group, _ in lines} == {"", "X", *UPS_SECTIONS.values()}
    assert len(lines) > 1500


def test_every_published_list_that_is_kept_is_looked_at() -> None:
    assert {path.stem for path in PUBLISHED.glob("*.csv")} == {*LISTS, "ups_exception_codes"}


@pytest.mark.parametrize("name", CODE_TABLES)
def test_a_code_that_is_unknown_on_purpose_says_what_it_is(name: str) -> None:
    unknown = [line for line in rows(name) if line["status"] == Status.UNKNOWN]
    assert [line for line in unknown if not (line.get("text") or line.get("phrase"))] == []


def test_an_exception_that_somebody_must_end_names_him_in_each_published_list() -> None:
    stuck = (Status.EXCEPTION, Status.DELIVERY_ATTEMPTED)
    for name in ("fedex_statuses", "fedex_owners", "hermes_events", "dhl_parcel_de_events", "usps_events"):
        nobody = [line["code"] for line in rows(name) if line["status"] in stuck and line["reason"] not in {*Reason}]
        assert nobody == [], name


def test_hermes_short_codes_stand_beside_the_long_ones() -> None:
    assert {line["2x2"] for line in listed("hermes_event_codes")} <= set(table("hermes_events"))


def test_fedex_names_all_who_may_have_to_act() -> None:
    owners = {line["code"]: line["reason"] for line in rows("fedex_owners")}
    assert owners == {
        "CA": "carrier",
        "RC": "consignee",
        "SH": "merchant",
        "CU": "customs",
        "BR": "customs",
        "TP": "carrier",
    }


def scanned_by_fedex(lines: Iterable[Row]) -> Any:
    scans = [{"eventType": line["code"], "eventDescription": line["text"]} for line in lines]
    told = {"trackingNumber": "1", "trackResults": [{"scanEvents": scans}]}
    return {"output": {"completeTrackResults": [told]}}


def scanned_by_dhl(lines: Iterable[Row]) -> Any:
    return {"shipments": [{"events": [{"typeCode": one["Status"]} for one in lines if one["Service"] == "express"]}]}


def scanned_by_hermes(lines: Iterable[Row]) -> Any:
    return {"shipmentinfo": [{"status": [{"code": line[form]} for line in lines for form in ("3x3", "2x2")]}]}


@pytest.mark.parametrize(
    ("carrier", "name", "told", "unknown"),
    [
        (fedex, "fedex_status_codes", scanned_by_fedex, {"SP"}),
        (dhl_express, "dhl_group_checkpoints", scanned_by_dhl, {"CS"}),
        (
            hermes,
            "hermes_event_codes",
            scanned_by_hermes,
            {"4690", "9399", "390020301", *(f"04809000{end}" for end in "02358")},
        ),
    ],
    ids=["fedex", "dhl_express", "hermes"],
)
def test_an_adapter_reads_each_code_of_its_list(
    carrier: Any, name: str, told: Callable[[Iterable[Row]], Any], unknown: set[str]
) -> None:
    (result,) = carrier.read(reply(told(list(listed(name)))), [])
    assert isinstance(result, TrackingResult)
    assert set(result.unmapped) == unknown


def test_gls_statuses_decide_where_there_are_no_events() -> None:
    told = [{"unitno": line["code"], "status": line["code"]} for line in listed("gls_statuses")]
    results = [one for one in gls.read(reply({"parcels": told}), []) if isinstance(one, TrackingResult)]
    assert {one.number for one in results if one.status is Status.UNKNOWN} == {"FINAL"}
