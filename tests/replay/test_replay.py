"""`herald replay FILE`, as an operator types it."""

import csv
import gzip
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.flows.history import Why, Wrong
from bot.replay import report
from bot.replay.progress import progress
from bot.settings import SettingsError

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)
HEAD = "order_id,purchased_at,handed_over_at,delivered_at,promised_at,carrier,country\n"


def orders(count: int = 120) -> str:
    """Three a day; each third takes nine days though eight are promised."""
    return HEAD + "".join(_order(number) for number in range(count))


def _order(number: int) -> str:
    at = START + number / 3 * DAY
    came = at + (9.5 if number % 3 == 0 else 3) * DAY
    times = (at, at + DAY, came, at + 8 * DAY)
    return f"#{number}," + ",".join(f"{time:%Y-%m-%d %H:%M}" for time in times) + ",ups,DE\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "orders.csv"
    found.write_text(orders())
    return found


def herald(*said: object) -> Result:
    return CliRunner().invoke(app, ["replay", *map(str, said)])


def refused(*said: object) -> str:
    found = herald(*said)
    assert isinstance(found.exception, SettingsError), found.output
    assert "\n" not in str(found.exception)
    return str(found.exception)


def test_the_presets_stand_side_by_side_with_their_figures(file: Path) -> None:
    found = herald(file)
    assert found.exit_code == 0
    said = found.stdout
    assert "orders.csv: 120 orders from 2026-01-05" in said
    assert "country DE" in said
    assert "Judged: 120 orders. 40 missed the promised day: 40 came late" in said
    heads = next(line for line in said.splitlines() if "careful" in line).split()
    assert heads == ["careful", "balanced", "early"]
    for figure in ("warned of", "precision", "recall", "24 h", "48 h", "72 h", "median", "per thousand", "near misses"):
        assert figure in said
    assert "Too small a history for a statement (120 orders" in said


def test_every_warning_is_written_with_what_became_of_it(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "warnings.csv"
    assert herald(file, "--policy", "balanced", "--out", out, "--tick", 12).exit_code == 0
    rows = list(csv.DictReader(out.open()))
    assert len(rows) >= 40
    assert {row["policy"] for row in rows} == {"balanced"}
    assert [row["warned_at"] for row in rows] == sorted(row["warned_at"] for row in rows)
    late = [row for row in rows if row["outcome"] == "late"]
    assert len(late) == 40
    assert all((row["right"] == "1") == (row["warned_at"] < row["arrived_at"]) for row in late)
    assert {row["finding"] for row in rows} <= {"at_risk", "late"}


def test_what_was_before_a_day_is_only_learnt_from(file: Path) -> None:
    found = herald(file, "--test-from", "2026-02-01")
    assert "Judged: 40 orders purchased from 2026-02-01 on. 13 missed" in found.stdout


def test_the_same_file_zipped_gives_the_same_answer(file: Path, tmp_path: Path) -> None:
    packed = tmp_path / "packed" / "orders.csv"
    packed.parent.mkdir()
    packed.write_bytes(gzip.compress(file.read_bytes()))
    assert herald(packed).stdout == herald(file).stdout


def test_wrong_rows_are_counted_and_named(file: Path) -> None:
    with file.open("a") as more:
        more.write("x,2026-01-05,,2026-01-04,2026-01-09\n" + "".join(f"y{n},never,,,\n" for n in range(7)))
    said = herald(file).stdout
    assert "8 rows are left out:" in said
    assert "line 122, delivered “2026-01-04” is before the purchase" in said
    assert "line 123, purchased “never” cannot be read" in said
    assert "and 3 more: purchased cannot be read (3)" in said


def test_an_order_number_cannot_speak_to_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(orders().replace("#0,", "\x1b[31m:smile:[bold],"))
    assert "\x1b" not in herald(file, "--show", 99).stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "there is nothing in it"),
        (HEAD.encode(), "there is nothing in it"),
        (b"\x00\x01\x02", "this is no text"),
        (b"\x1f\x8b no gzip", "no whole gzip file"),
        (b"just,some\nwords,here", "no column order, purchased, delivered, promised"),
        (HEAD.encode() + b"1,soon,,,\n", "none of its 1 rows can be used; the first: line 2, purchased “soon” cannot"),
    ],
)
def test_a_file_that_is_no_history_is_refused_in_one_line(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "orders.csv"
    file.write_bytes(content)
    assert said in refused(file)


def test_a_folder_and_a_file_that_is_not_there_are_refused(tmp_path: Path) -> None:
    assert "this is a folder" in refused(tmp_path)
    assert "no such file" in refused(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--policy", "bold"), "--policy: there are careful, balanced, early"),
        (("--tick", "0"), "--tick"),
        (("--tick", "nan"), "--tick"),
        (("--country", "Narnia"), "--country: two letters"),
        (("--test-from", "soon"), "--test-from: a day"),
        (("--test-from", "2027-01-01"), "--test-from: no order was purchased"),
        (("--out", "/nowhere/at/all.csv"), "--out"),
        (("--rule", "bold=3"), "--rule: very_sure, fairly_sure, near, last_day"),
        (("--rule", "near=soon"), "--rule"),
        (("--rule", "stalled=48"), "--rule"),
    ],
)
def test_an_option_that_cannot_be_read_is_refused(file: Path, option: tuple[str, str], said: str) -> None:
    assert said in refused(file, *option)


def test_the_orders_are_never_written_over(file: Path) -> None:
    before = file.read_bytes()
    assert "name another" in refused(file, "--out", file)
    assert file.read_bytes() == before


def test_it_needs_no_setting_and_opens_no_database(file: Path, tmp_path: Path) -> None:
    """As the command is run, in an empty folder: exit code 2 and one line where the file is none."""
    code = "import sys; from bot.__main__ import main\ntry: main()\nfinally: print(*sys.modules, file=sys.stderr)"
    empty = tmp_path / "empty"
    empty.mkdir()
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2]), "BOT_TOKEN": "wrong"}
    ran = subprocess.run(
        [sys.executable, "-c", code, "replay", str(file)], cwd=empty, env=environment, capture_output=True, text=True
    )
    assert (ran.returncode, list(empty.iterdir())) == (0, [])
    assert "\x1b" not in ran.stdout
    assert not {"tortoise", "aiogram", "telegram", "aiohttp"} & set(ran.stderr.split())
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "replay", str(empty)], cwd=empty, env=environment, capture_output=True, text=True
    )
    assert ran.returncode == 2
    assert ran.stderr.splitlines() == [f"herald: {empty}: this is a folder; name a file"]


def test_without_a_terminal_progress_is_a_line_every_tenth() -> None:
    said = StringIO()
    with progress(Console(file=said), START, START + 100 * DAY, UTC) as reached:
        for day in range(101):
            reached(START + day * DAY)
    assert said.getvalue().splitlines()[:2] == [" 10 %  2026-01-15", " 20 %  2026-01-25"]
    assert len(said.getvalue().splitlines()) == 9


def test_in_a_terminal_progress_is_a_bar_that_goes_away() -> None:
    said = StringIO()
    with progress(Console(file=said, force_terminal=True), START, START + 10 * DAY, UTC) as reached:
        reached(START + 5 * DAY)
    assert "2026-01-10" in said.getvalue()


def test_a_wrong_country_is_explained() -> None:
    wrong = Wrong(3, "country", Why.UNREADABLE, "Narnia")
    assert report.wrong_line(wrong) == "line 3, country “Narnia” is no country; write two letters, as DE or SA"


def test_thresholds_of_ones_own_stand_beside_the_presets(file: Path) -> None:
    own = ("--rule", "very_sure=85", "--rule", "near=96", "--rule", "fairly_sure=60")
    said = herald(file, *own).stdout
    heads = next(line for line in said.splitlines() if "careful" in line).split()
    assert heads == ["careful", "balanced", "early", "own"]
    counts = next(line for line in said.splitlines() if line.startswith("warned of")).split()
    assert counts[-1] == counts[-2]
    assert "own" in herald(file, "--policy", "careful", *own).stdout
