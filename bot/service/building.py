"""What the parts of a process are built from, and what they become: tasks to run, checks of health, things to close.

Each part has a module of its own here, with `add`. Only those that were asked for are imported: a worker that only
polls loads neither Telegram library, and on SQLite nobody loads the engine.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from bot.clock import Clock
from bot.flows.experience import Experience
from bot.flows.ingest import Rules
from bot.gateways.carrier_http import CarrierHttp
from bot.jobs.loop import Part
from bot.settings import Settings
from bot.store.crypt import Vault

if TYPE_CHECKING:
    from bot.jobs.connections import Connections
    from bot.jobs.crews import Crew

Check = Callable[[], Awaitable[str | None]]


@dataclass
class Building:
    """A bot on its way. `name`: where there are several. `arrived` says that an update was stored."""

    settings: Settings
    clock: Clock
    vault: Vault
    http: CarrierHttp
    closing: AsyncExitStack
    rules: Rules
    experience: Experience
    name: str = ""
    parts: dict[str, Part] = field(default_factory=dict)
    checks: dict[str, Check] = field(default_factory=dict)
    arrived: Callable[[], None] = lambda: None

    @cached_property
    def engine(self) -> "Connections":
        """The engine's connections, which all parts share."""
        from bot.jobs.connections import Connections

        return Connections(self.settings.database_url)

    def watch(self, part: str, loops: Mapping[str, Part]) -> None:
        """Loops of which there is one in the installation: as many processes as there are agree by the engine."""
        if self.settings.on_postgres:
            from bot.jobs import crews

            self.crew(part, crews.watches(self.engine, part, loops))
        else:
            self.parts.update(loops)

    def crew(self, part: str, crew: "Crew") -> None:
        """Workers of the engine, which are well while they take jobs and these do not break."""

        async def check() -> str | None:
            return crew.trouble()

        self.parts[part], self.checks[part] = crew.run, check
