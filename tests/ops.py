"""Writes the Grafana dashboard from a table of panels: `python -m tests.ops`."""

import json
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[1] / "ops" / "grafana" / "herald.json"
WIDE, HIGH, ACROSS = 8, 8, 24

PANELS: tuple[tuple[str, str, str, str], ...] = (
    (
        "How far polling is behind",
        'max by (carrier, kept_by) (herald_poll_lag_seconds{kept_by=~"workers|pause"})',
        "{{carrier}} {{kept_by}}",
        "s",
    ),
    ("Parcels under way", "max by (carrier) (herald_parcels)", "{{carrier}}", "short"),
    ("Allowance left today", "min by (carrier) (herald_budget_left_ratio)", "{{carrier}}", "percentunit"),
    (
        "Numbers asked for, a second",
        "sum by (carrier, outcome) (rate(herald_polls_total[5m]))",
        "{{carrier}} {{outcome}}",
        "short",
    ),
    (
        "A chunk takes (p95)",
        "histogram_quantile(0.95, sum by (le, carrier) (rate(herald_chunk_seconds_bucket[5m])))",
        "{{carrier}}",
        "s",
    ),
    ("Carriers that do not answer", "max by (carrier) (herald_accounts_away)", "{{carrier}}", "short"),
    ("Words that wait", "max by (priority) (herald_outbox_waiting)", "{{priority}}", "short"),
    ("The oldest has waited", "max by (priority) (herald_outbox_age_seconds)", "{{priority}}", "s"),
    (
        "Calls to Telegram, a second",
        "sum by (act, outcome) (rate(herald_sends_total[5m]))",
        "{{act}} {{outcome}}",
        "short",
    ),
    (
        "A call to Telegram takes (p95)",
        "histogram_quantile(0.95, sum by (le, act) (rate(herald_send_seconds_bucket[5m])))",
        "{{act}}",
        "s",
    ),
    ("Not known whether it arrived, of a day", "max(herald_outbox_in_doubt)", "in doubt", "short"),
    ("Updates nobody has handled", "max(herald_inbox_waiting)", "updates", "short"),
    ("Updates, a second", "sum by (outcome) (rate(herald_updates_total[5m]))", "{{outcome}}", "short"),
    ("Told before they asked", "max(herald_told_first) / max(herald_troubles)", "share", "percentunit"),
    ("Words kept in time", "max(herald_words_in_time) / max(herald_words_due)", "share", "percentunit"),
    ("Days told that held", "max(herald_days_held) / max(herald_days_told)", "share", "percentunit"),
    ("Forecasts: squared error", "max(herald_forecast_brier)", "Brier", "none"),
    ("Since it learnt last", "max by (kind) (herald_learnt_age_seconds)", "{{kind}}", "s"),
)
"""Title, question, legend, unit."""


def dashboard() -> dict[str, Any]:
    """As Grafana imports it."""
    return {
        "title": "Parcel Herald",
        "uid": "parcel-herald",
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {
            "list": [{"name": "source", "type": "datasource", "query": "prometheus", "label": "Prometheus"}]
        },
        "panels": [_panel(place, *panel) for place, panel in enumerate(PANELS)],
    }


def _panel(place: int, title: str, question: str, legend: str, unit: str) -> dict[str, Any]:
    row, column = divmod(place, ACROSS // WIDE)
    source = {"type": "prometheus", "uid": "${source}"}
    return {
        "id": place + 1,
        "type": "timeseries",
        "title": title,
        "datasource": source,
        "gridPos": {"x": column * WIDE, "y": row * HIGH, "w": WIDE, "h": HIGH},
        "targets": [{"refId": "A", "expr": question, "legendFormat": legend, "datasource": source}],
        "fieldConfig": {"defaults": {"unit": unit}, "overrides": []},
    }


def text() -> str:
    """The file."""
    return json.dumps(dashboard(), indent=2) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
    sys.exit(0)
