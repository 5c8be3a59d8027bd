"""What operators get beside the program: dashboard, alert rules, units, image; none speaks of what is not there."""

import json
import re
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

from bot.flows.gauges import GAUGES
from bot.flows.tally import COUNTS, SPANS
from tests import ops

OPS = Path(__file__).parents[1] / "ops"
KNOWN = {*GAUGES, *COUNTS, *(f"{name}_bucket" for name in SPANS)}


def named(text: str) -> set[str]:
    return set(re.findall(r"herald_\w+", text))


def test_the_dashboard_is_made_from_its_table_and_current() -> None:
    assert ops.TARGET.read_text(encoding="utf-8") == ops.text()
    assert len(json.loads(ops.text())["panels"]) == len(ops.PANELS)


@pytest.mark.parametrize("question", [panel[1] for panel in ops.PANELS])
def test_every_panel_asks_for_what_is_measured(question: str) -> None:
    assert named(question)
    assert named(question) <= KNOWN


def test_every_alert_asks_for_what_is_measured_and_says_what_to_do() -> None:
    rules = yaml.safe_load((OPS / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
    assert len(rules) >= 8
    for rule in rules:
        assert named(rule["expr"]) <= KNOWN
        assert rule["annotations"]["action"]
        assert rule["labels"]["severity"] in {"info", "warning", "critical"}


def test_labels_in_questions_are_labels_of_the_figures() -> None:
    labels = {name: given for name, (_, *given) in {**GAUGES, **COUNTS, **SPANS}.items()}
    asked = [
        (name, label)
        for question in [panel[1] for panel in ops.PANELS]
        for grouped in re.findall(r"by \(([\w, ]+)\)", question)
        for label in grouped.split(", ")
        for name in named(question)
    ]
    assert asked
    for name, label in asked:
        assert label == "le" or label in labels[name.removesuffix("_bucket")]


@pytest.mark.parametrize("unit", ["herald.service", "herald@.service", "herald-bots.service"])
def test_a_unit_runs_the_program_and_gives_it_time_to_stop(unit: str) -> None:
    text = (OPS / "systemd" / unit).read_text(encoding="utf-8")
    assert "ExecStart=/opt/herald/bin/herald run" in text
    assert int(re.findall(r"TimeoutStopSec=(\d+)", text)[0]) > 10
    assert "Restart=always" in text


def test_the_image_copies_only_what_is_there() -> None:
    text = (OPS / "Containerfile").read_text(encoding="utf-8")
    copied = [name for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE) for name in line.split()]
    assert "requirements.lock" in copied
    assert all((OPS.parent / name).exists() for name in copied)
