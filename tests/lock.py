"""Renew requirements.lock and requirements-dev.lock from pyproject.toml (`make lock`)."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def compile_lock(wanted: list[str], target: Path) -> None:
    """Pin `wanted` and all they need, with hashes and without any registry's address."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--generate-hashes", "--no-header"]
    command += ["--no-annotate", "--no-emit-index-url", "--python-version", "3.11", "-o", str(target), "-"]
    subprocess.run(command, input="\n".join(wanted), text=True, check=True, cwd=ROOT)


def main() -> None:
    """Write both files: what runs, and what runs plus what tests."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    running: list[str] = project["project"]["dependencies"]
    compile_lock(running, ROOT / "requirements.lock")
    extras: list[str] = [one for extra in project["project"]["optional-dependencies"].values() for one in extra]
    compile_lock(running + extras + project["dependency-groups"]["dev"], ROOT / "requirements-dev.lock")


if __name__ == "__main__":
    main()
