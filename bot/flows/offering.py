"""`/offer` in a customer's topic: for a lost parcel what the policy allows, else a gesture within the budget."""

from bot.flows import gestures, loss_offer
from bot.flows.agents import Agent, Place
from bot.flows.gesture_words import KINDS
from bot.flows.turn import Answer, Turn


async def offer(turn: Turn, where: Place, agent: Agent) -> Answer:
    """The first word tells which."""
    first = turn.rest.split(maxsplit=1)[:1]
    made = gestures.offer if first and first[0].lower() in KINDS else loss_offer.offer
    return await made(turn, where, agent)
