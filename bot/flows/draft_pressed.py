"""What the buttons under a draft do: whoever presses first decides, whoever comes later is told."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from msgspec import Struct

from bot.domain.access import Deed, may, role_of
from bot.domain.draft import Draft, Held, may_write
from bot.domain.outgoing import Priority
from bot.flows import agents, draft_sending, draft_words
from bot.flows.agents import Agent, first_word
from bot.flows.draft_words import DROP, EDIT, SEND, VIEW
from bot.flows.turn import Answer, Answers, Turn
from bot.store import audit, dialogues, draft_posts, drafts, outbox
from bot.store.draft_posts import Post

STRANGER = Answer("not_for_you")


class Press(Struct, frozen=True):
    """Who pressed what under which message. `agent` None: in private, by one of the shop's people."""

    post: str
    draft: str
    what: str
    agent: Agent | None = None
    merchant_id: int | None = None


async def press(turn: Turn, pressed: Press) -> Answers:
    """One press; a draft of another shop is answered as one that does not exist."""
    post = await draft_posts.find(int(pressed.post)) if _is_id(pressed.post) else None
    draft = await drafts.one(int(pressed.draft)) if _is_id(pressed.draft) else None
    if post is None or draft is None or draft.batch_id != post.batch_id or pressed.what not in _CARRY_OUT:
        return turn.refuse(STRANGER)
    agent = decider(turn, post.merchant_id, pressed.agent, pressed.merchant_id)
    if agent is None:
        mine = pressed.merchant_id == post.merchant_id
        return turn.refuse(Answer("draft_not_yours") if mine else STRANGER)
    return await _CARRY_OUT[pressed.what](turn, post, draft, agent)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18


def decider(turn: Turn, merchant_id: int, agent: Agent | None, group_of: int | None) -> Agent | None:
    """Who speaks, if he may decide for that shop: in its group, or in private as one of its people."""
    if agent is not None:
        return agent if group_of == merchant_id and may(agent.role, Deed.DECIDE) else None
    own = next((shop for shop in turn.person.shops if shop.id == merchant_id), None)
    if own is None or not turn.is_private or not may(role_of(own.role), Deed.DECIDE):
        return None
    return Agent(turn.user_id, first_word(turn.person.name), role_of(own.role))


async def _send(turn: Turn, post: Post, draft: Draft, agent: Agent) -> Answers:
    state = await draft_sending.send(draft, agent.user_id, turn.now, turn.quiet)
    return await _done(turn, post, draft, done=state is not None)


async def _drop(turn: Turn, post: Post, draft: Draft, agent: Agent) -> Answers:
    done = await draft_sending.drop(draft, agent.user_id, turn.now)
    return await _done(turn, post, draft, done=done)


async def _done(turn: Turn, post: Post, draft: Draft, *, done: bool) -> Answers:
    """The message says it; of several the next undecided one is shown."""
    if not done:
        return await _too_late(turn, post, draft)
    await turn_page(draft)
    return None


async def turn_page(draft: Draft) -> None:
    """All messages that show this decided draft show the next undecided one of theirs."""
    batch = await drafts.of_batch(draft.batch_id or 0)
    before, after = draft_words.beside(batch, draft)
    ahead = after or before
    if ahead is not None:
        showing = [post.id for post in await draft_posts.of_batches([ahead.batch_id or 0]) if post.draft_id == draft.id]
        await draft_posts.show(showing, ahead.id)


async def _too_late(turn: Turn, post: Post, draft: Draft) -> Answers:
    """It was decided, or is over: what became of it, and by whom; the message says so, too."""
    now = await drafts.one(draft.id) or draft
    told: dict[str, Any] = {f"state_{now.state}": True}
    if now.decided_at is not None:
        told["decided_at"] = now.decided_at.isoformat()
    if now.decided_by is not None:
        told["who"] = await agents.name_of(post.merchant_id, now.decided_by)
    await outbox.put([draft_words.row_of(post, f"u{turn.update_id}", turn.now, Priority.ANSWER)])
    return turn.refuse(Answer("draft_decided", told, reply_to=turn.message_id, merchant_id=post.merchant_id))


async def _edit(turn: Turn, post: Post, draft: Draft, agent: Agent) -> Answers:
    """His next words here go to the customer instead; pressed again, they do not."""
    if draft.state is not Held.OPEN:
        return await _too_late(turn, post, draft)
    is_over = may_write(draft, agent.user_id, turn.now)
    await drafts.edit(None if is_over else draft.id, agent.user_id, turn.now)
    if turn.is_private:
        await dialogues.end(turn.user_id)
    deed = "draft.edit_over" if is_over else "draft.edit_begun"
    await audit.write(post.merchant_id, agent.user_id, deed, f"draft:{draft.id}", turn.now)
    await draft_words.refresh([draft], f"u{turn.update_id}", turn.now, Priority.ANSWER)
    return None


async def _view(turn: Turn, post: Post, draft: Draft, agent: Agent) -> Answers:
    await draft_posts.show([post.id], draft.id)
    await outbox.put([draft_words.row_of(post, f"u{turn.update_id}", turn.now, Priority.ANSWER)])
    return None


_CARRY_OUT: Mapping[str, Callable[[Turn, Post, Draft, Agent], Awaitable[Answers]]] = {
    SEND: _send,
    DROP: _drop,
    EDIT: _edit,
    VIEW: _view,
}
