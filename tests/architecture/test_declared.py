"""What is declared in one place is true in the other."""

import re
import subprocess
import sys
from pathlib import Path

from bot.settings import Settings

ROOT = Path(__file__).parents[2]


def test_every_setting_stands_in_the_example_and_nothing_else_does() -> None:
    example = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))

    assert len(example) > 10
    assert example == {name.upper() for name in Settings.model_fields}


def test_the_examples_values_are_the_defaults() -> None:
    given = dict(re.findall(r"^([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))

    read = Settings.model_validate({name.lower(): value for name, value in given.items()})

    assert read == Settings(_env_file=None)  # type: ignore[call-arg]


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_every_makefile_target_of_the_readme_exists() -> None:
    readme = set(re.findall(r"(?m)(?:`|^)make ([a-z]+)\b", (ROOT / "README.md").read_text(encoding="utf-8")))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    assert {"demo", "test", "run", "lint"} <= readme
    assert readme <= targets


def test_every_picture_of_the_readme_is_there_and_small() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    pictures = re.findall(r"[\w/-]+\.png", readme)

    assert pictures
    assert all((ROOT / one).stat().st_size <= 300_000 for one in pictures)


def test_a_poll_worker_pays_for_neither_telegram_library_nor_for_metrics_nor_sqlite_for_an_engine() -> None:
    script = """
import bot.service.learn, bot.service.poll, sys
print(sorted({'aiogram', 'telegram', 'prometheus_client', 'bot.web', 'procrastinate', 'psycopg'} & set(sys.modules)))
"""

    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)

    assert told.stdout.strip() == "[]"


def test_no_source_names_a_path_of_a_developers_machine() -> None:
    sources = [path for top in ("bot", "carriers", "tests") for path in (ROOT / top).rglob("*.py")]

    assert len(sources) > 50
    assert not [path for path in sources if "/wor" + "k/" in path.read_text(encoding="utf-8")]


def test_only_the_clock_reads_the_time_and_the_carriers_own_command() -> None:
    reads = re.compile(r"datetime\.(?:now|utcnow)\(|time\.(?:time|monotonic)\(")
    sources = [path for top in ("bot", "carriers") for path in (ROOT / top).rglob("*.py")]

    assert len(sources) > 40
    readers = {str(path.relative_to(ROOT)) for path in sources if reads.search(path.read_text(encoding="utf-8"))}
    assert readers == {"bot/clock.py", "carriers/__main__.py"}
