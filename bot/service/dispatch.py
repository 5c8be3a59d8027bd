"""Builds `dispatch`: the outbox leaves by python-telegram-bot, and what falls due by itself is swept."""

from bot.flows import card, draft_words, facts, place, weekly
from bot.flows.outgoing import Composer
from bot.gateways.drawing import Drawing
from bot.gateways.pacer import Pacer
from bot.gateways.telegram import Speaker
from bot.jobs.dispatch import Dispatch, dispatch_forever
from bot.jobs.loop import Part
from bot.jobs.sweep import sweep_forever
from bot.service.building import Building


async def add(to: Building) -> None:
    """One dispatcher and one sweep in the installation."""
    pacer, quiet = Pacer(to.clock), to.settings.quiet_hours
    speaker = Speaker(to.settings.bot_token.get_secret_value(), to.settings.bot_api_url, pacer)
    to.closing.push_async_callback(speaker.close)
    deps = Dispatch(speaker, pacer, _composer(to), to.clock)
    loops: dict[str, Part] = {
        "dispatch": lambda stop: dispatch_forever(deps, stop),
        "sweep": lambda stop: sweep_forever(to.clock, quiet, stop),
    }
    to.watch("dispatch", loops)


def _composer(to: Building) -> Composer:
    """What writes each sort of row."""
    quiet, drawing = to.settings.quiet_hours, Drawing()
    to.closing.push_async_callback(drawing.close)
    drafts, picture = draft_words.composer(quiet), weekly.composer(drawing.drawn)
    return Composer(facts.notice, facts.live, card.card, quiet, drafts, place.place, picture)
