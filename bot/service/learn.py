"""Builds `learn`: what ended parcels teach."""

from bot.jobs.learn import learn_forever
from bot.service.building import Building


async def add(to: Building) -> None:
    """One loop in the installation."""
    to.watch("learn", {"learn": lambda stop: learn_forever(to.clock, to.experience, stop)})
