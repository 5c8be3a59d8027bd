"""`python -m bot.healthcheck`: whether the service in this container turns; exits with 1 where it does not answer.

It asks where the service listens by its settings and command: on HTTP_PORT with the part `web`, else on METRICS_PORT.
A worker that listens nowhere is well as long as it runs, and so are several bots in one process.
"""

import sys
from collections.abc import Sequence
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

from bot.settings import Settings, read_settings

SERVICE = Path("/proc/1/cmdline")
WITHIN = 4.0
"""Seconds."""
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104


def address(command: Sequence[str], settings: Settings) -> str | None:
    """Where the service of that command answers; None: nowhere."""
    if any(word.partition("=")[0] == "--bot" for word in command):
        return None
    port = settings.http_port if _has_web(command) else settings.metrics_port
    return f"http://{_EVERYWHERE.get(settings.http_host, settings.http_host)}:{port}/healthz" if port else None


def _has_web(command: Sequence[str]) -> bool:
    for place, word in enumerate(command):
        name, sign, value = word.partition("=")
        if name == "--only":
            return "web" in (value if sign else "".join(command[place + 1 : place + 2])).replace(" ", "").split(",")
    return True


def is_well(where: str | None) -> bool:
    """Whether it answers there."""
    if where is None:
        return True
    try:
        with urlopen(where, timeout=WITHIN) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (OSError, HTTPException):
        return False


if __name__ == "__main__":
    sys.exit(0 if is_well(address(SERVICE.read_text().split("\0"), read_settings())) else 1)
