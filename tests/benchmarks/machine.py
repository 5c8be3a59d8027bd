"""A row of the table that `make bench` prints, and the machine it was measured on."""

import os
import platform
from pathlib import Path

from msgspec import Struct
from rich.console import Console
from rich.table import Table


class Row(Struct, frozen=True):
    """One figure with what it must be at least or at most; `detail` says how it was found."""

    name: str
    value: float
    unit: str
    least: float | None = None
    most: float | None = None
    detail: str = ""

    @property
    def holds(self) -> bool:
        """True where the figure is within what is asked."""
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    @property
    def asked(self) -> str:
        """The bound in words."""
        if self.least is not None:
            return f"≥ {self.least:g} {self.unit}"
        return f"≤ {self.most:g} {self.unit}" if self.most is not None else ""


def machine() -> str:
    """Processor, cores and Python in a line."""
    cpuinfo = Path("/proc/cpuinfo")
    names = [
        line.split(":", 1)[1].strip()
        for line in (cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else ())
        if line.startswith("model name")
    ]
    processor = names[0] if names else platform.processor() or platform.machine()
    return f"{processor}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"


def show(title: str, rows: list[Row]) -> None:
    """Print a table."""
    table = Table(title=title, title_justify="left")
    for column in ("figure", "measured", "asked", "", "how"):
        table.add_column(column)
    for row in rows:
        verdict = "" if not row.asked else ("✓" if row.holds else "✗")
        table.add_row(row.name, f"{row.value:.3g} {row.unit}", row.asked, verdict, row.detail)
    Console(width=150).print(table)
