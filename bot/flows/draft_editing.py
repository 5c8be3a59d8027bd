"""Somebody of the shop writes what the customer gets in a draft's place."""

from msgspec.structs import replace

from bot.domain.draft import Draft, Held, may_write
from bot.flows import draft_plan, draft_pressed, draft_sending, heard, relay
from bot.flows.agents import Agent, Place
from bot.flows.relay import Said
from bot.flows.turn import Answers, Turn
from bot.store import customers, dialogues, draft_posts, drafts
from bot.store.draft_posts import Post


async def meant(turn: Turn, replied_to: int | None) -> Draft | None:
    """The open draft that these words stand in for: the one they reply to, else the one [Edit] was pressed on here."""
    post = await draft_posts.at(turn.chat_id, replied_to) if replied_to is not None else None
    if post is not None:
        shown = await drafts.one(post.draft_id)
        return shown if shown is not None and shown.state is Held.OPEN else None
    here = [one for one in await _begun(turn) if await _is_here(turn, one)]
    return here[0] if here else None


async def _begun(turn: Turn) -> list[Draft]:
    """Never what answers a form of ours: that may be a secret."""
    begun = [one for one in await drafts.written_by(turn.user_id) if may_write(one, turn.user_id, turn.now)]
    if begun and turn.is_private and await dialogues.find(turn.user_id, turn.now) is not None:
        return []
    return begun


async def _is_here(turn: Turn, draft: Draft) -> bool:
    posts = [one for one in await draft_posts.of_batches([draft.batch_id or 0]) if one.chat_id == turn.chat_id]
    return turn.thread_id in [await _topic_of(one) for one in posts]


async def _topic_of(post: Post) -> int | None:
    customer = await customers.customer(post.customer_id) if post.customer_id is not None else None
    return customer.topic_id if customer is not None else None


async def say_instead(turn: Turn, draft: Draft, agent: Agent, said: Said) -> Answers:
    """His words go to the customer in the draft's place; what it would have promised is owed all the same."""
    customer = await customers.customer(draft.customer_id)
    if customer is None or not await drafts.decide(draft.id, Held.EDITED, agent.user_id, turn.now):
        return None
    planned = await draft_plan.plan(draft, turn.now, turn.quiet)
    where = Place(customer, await customers.merchant(draft.merchant_id))
    answers = await relay.agent_says(turn, where, agent, replace(said, reply_to=None))
    await draft_sending.owe(planned, draft, turn.now)
    for one in planned.notices:
        # which days he named nobody knows
        told = [replace(part, named=False) for part in one.told]
        await heard.knows(draft.merchant_id, draft.customer_id, one.kind, told, turn.now)
    await draft_sending.note(draft, "edit", agent.user_id, turn.now)
    await draft_pressed.turn_page(draft)
    return answers
