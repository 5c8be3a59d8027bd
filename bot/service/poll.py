"""Builds `poll`: carriers are asked for what is due."""

from bot.flows.polling import Poller
from bot.jobs.poll import poll_forever
from bot.service.building import Building


async def add(to: Building) -> None:
    """Chunks by the engine on PostgreSQL, else by a loop of this process."""
    poller = Poller(to.http.send, to.vault, to.clock, to.rules)
    if to.settings.on_postgres:
        from bot.jobs import crews

        to.crew("poll", crews.polling(to.engine, poller, to.clock))
    else:
        to.parts["poll"] = lambda stop: poll_forever(poller, to.clock, stop)
