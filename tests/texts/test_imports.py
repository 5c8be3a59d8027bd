"""What a process pays before its first message."""

import subprocess
import sys


def test_importing_texts_loads_no_catalogue_and_no_calendar() -> None:
    heavy = ("babel", "persiantools", "hijridate", "bot.texts.kinds.warnings", "tortoise", "aiogram")
    code = f"import sys, bot.texts.messages; print([name for name in {heavy!r} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
