"""`python -m carriers` as an operator and other programs use it."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from carriers.__main__ import _tell, main
from carriers.kit.errors import NotFound
from carriers.kit.model import ScanEvent, Status, TrackingResult
from carriers.kit.samples import FOLDER


class Server(BaseHTTPRequestHandler):
    """DHL on loopback: one parcel, else a redirect elsewhere."""

    def do_GET(self) -> None:
        known = "trackingNumber=A1" in self.path and self.headers["DHL-API-Key"] == "K"
        body = b'{"shipments": [{"id": "A1", "status": {"statusCode": "transit"}}]}' if known else b""
        self.send_response(200 if known else 302)
        self.send_header("Location", "http://192.0.2.1/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    httpd = HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=httpd.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    httpd.server_close()


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> list[Any]:
    assert main(words) == code
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_parse_prints_one_object_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(FOLDER / "17track" / name) for name in ("webhook_updated.json", "auth_error.json")]
    first, second = said(capsys, "parse", "17track", *files)
    assert first["results"][0]["tracking_number"] == "1234567890"
    assert set(first["results"][0]) >= {"status", "estimated_delivery", "delivered_at", "signed_by", "events"}
    assert set(first["results"][0]["events"][0]) == {"time", "code", "description", "location", "status"}
    assert second == {"results": [], "errors": [{**second["errors"][0], "kind": "auth"}]}


def test_parse_takes_the_status_and_the_numbers_asked(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(FOLDER / "ups" / "hand_not_found_404.json")
    (shown,) = said(capsys, "parse", "ups", "--number", "1Z1", "--http-status", "404", path)
    assert [(one["kind"], one["tracking_number"]) for one in shown["errors"]] == [("not_found", "1Z1")]


def test_list_names_every_carrier_with_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    shown = capsys.readouterr().out
    assert "dhl_unified" in shown
    assert "client_id=… client_secret=***" in shown


def test_list_and_detect_speak_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    (rows,) = said(capsys, "list", "--json")
    assert {"slug", "batch", "limits", "auth", "push", "quality"} <= set(rows[0])
    (guesses,) = said(capsys, "detect", "--json", "1Z81WV380316886897")
    assert guesses[0]["slug"] == "ups"


def test_detect_says_when_it_cannot_tell(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["detect", "3318810025"]) == 0
    shown = capsys.readouterr()
    assert "dhl_unified" in shown.out
    assert "no telling" in shown.err
    assert main(["detect", "!"]) == 1


def test_track_is_read_by_people_in_a_terminal(capsys: pytest.CaptureFixture[str], server: str) -> None:
    results = [TrackingResult("A1", Status.IN_TRANSIT, (ScanEvent(date(2026, 1, 5), None, "Sorted", "Riyadh"),))]
    _tell(results, [NotFound(number="A2")])
    shown = capsys.readouterr()
    assert shown.out.splitlines()[0] == "A1  in_transit"
    assert "Riyadh" in shown.out
    assert shown.err == "A2  not_found: the carrier does not know this number\n"


def test_detect_ranks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["detect", "1Z81WV380316886897"]) == 0
    first, *others = capsys.readouterr().out.splitlines()
    assert first.split()[0] == "ups"
    assert [line.split()[0] for line in others] == ["17track", "aftership", "easypost", "ship24"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["parse", "ups", "no-such-file.json"], "no-such-file.json"),
        (["parse", "pigeon", __file__], "pigeon"),
        (["track", "dhl_unified", "A1"], "api_key"),
        (["track", "dhl_unified", "api_key=K"], "NUMBER"),
        (["track", "dhl_unified", "A1", "api_key="], "api_key"),
        (["track", "inpost", "A1", "environment=test"], "live or sandbox"),
        (["track", "dhl_unified", "A1", "api_key=K", "base_url=ftp://x"], "base address"),
        ([], "required"),
        (["fly"], "invalid choice"),
    ],
)
def test_what_cannot_be_done_is_said_on_stderr(words: list[str], why: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    shown = capsys.readouterr()
    assert why in shown.err
    assert shown.out == ""


def test_track_asks_the_server_it_is_given(capsys: pytest.CaptureFixture[str], server: str) -> None:
    (shown,) = said(capsys, "track", "dhl_unified", "A1", "api_key=K", f"base_url={server}")
    assert shown["results"][0]["status"] == "in_transit"


def test_track_follows_no_redirect(capsys: pytest.CaptureFixture[str], server: str) -> None:
    (shown,) = said(capsys, "track", "dhl_unified", "A2", "api_key=K", f"base_url={server}", code=1)
    assert shown == {"results": [], "errors": [{**shown["errors"][0], "kind": "server"}]}


def test_a_server_that_is_not_there_is_an_error_of_the_carrier(capsys: pytest.CaptureFixture[str]) -> None:
    (shown,) = said(capsys, "track", "dhl_unified", "A1", "api_key=K", "base_url=http://127.0.0.1:1", code=1)
    assert shown["errors"][0]["kind"] == "server"


def test_the_module_runs_by_itself_without_heavy_imports(tmp_path: Path) -> None:
    code = "import runpy, sys; sys.argv = ['carriers', 'list']\n"
    code += "try: runpy.run_module('carriers', run_name='__main__')\n"
    code += "except SystemExit as end: assert end.code == 0\n"
    code += "heavy = {'aiohttp', 'aiogram', 'telegram', 'tortoise', 'asyncio', 'bot'} & set(sys.modules)\n"
    code += "assert not heavy, heavy"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert "ups" in run.stdout
