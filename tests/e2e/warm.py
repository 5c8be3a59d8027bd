"""`herald` as a process of its own whose program was imported once: forked from a process that has it ready.

To import takes most of a start's time. That the command starts by itself too is seen wherever `Stage.command` is used.
"""

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.e2e.warmed"])
_ASIDE = ("bot.sandbox", "bot.replay", "bot.moving", "bot.store.migrations")
"""What `herald run` does not import."""


class Herald:
    """The process, with what is used of asyncio's."""

    def __init__(self, words: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path) -> None:
        self._process = _FORKS.Process(target=_main, args=(words, folder, dict(environment), log))
        self._process.start()
        self.pid = self._process.pid or 0

    @property
    def returncode(self) -> int | None:
        """None while it runs; negative: ended by that signal."""
        return self._process.exitcode

    def send_signal(self, sent: int) -> None:
        os.kill(self.pid, sent)

    async def wait(self) -> int:
        await asyncio.to_thread(self._process.join)
        return self._process.exitcode or 0


def _main(words: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path) -> None:
    """In the forked process: nothing of the tests' surroundings is left."""
    with log.open("ab") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["herald", *words]
    from bot.__main__ import main

    main()


def import_all() -> None:
    """Whatever `herald run` may need."""
    import bot

    for module in walk_packages(bot.__path__, "bot."):
        if not module.name.startswith(_ASIDE):
            import_module(module.name)
