"""What people do to topics by hand. Each handler is a sentence."""

from aiogram import F, Router
from aiogram.filters import Filter
from aiogram.types import Message

from bot.flows import agents, topic_names
from bot.flows.agents import Place
from bot.flows.turn import Turn

router = Router(name="topic_life")


def is_person(message: Message) -> bool:
    """False for bots and channels; an anonymous admin is a person who hides."""
    hidden = message.sender_chat is not None and message.sender_chat.id == message.chat.id
    return hidden or (message.sender_chat is None and message.from_user is not None and not message.from_user.is_bot)


async def place_said(event: Message, turn: Turn) -> Place | None:
    """By the topic; in General by the message that is replied to. Answers go where they can be read."""
    if turn.thread_id is None:
        replied = event.reply_to_message
        return None if replied is None else await agents.place_of(turn.chat_id, replied.message_id)
    place = await agents.place(turn.chat_id, turn.thread_id)
    if place is not None and place.customer.topic_id != turn.thread_id:
        turn.thread_id = place.customer.topic_id if place.customer.topic_chat_id == turn.chat_id else None
    return place


class ByHand(Filter):
    """Done to a topic by a person, not by ourselves."""

    async def __call__(self, event: Message, turn: Turn) -> bool:
        return turn.thread_id is not None and event.from_user is not None and is_person(event)


@router.message(F.forum_topic_edited.name.as_("name"), ByHand())
async def topic_renamed(message: Message, turn: Turn, name: str) -> None:
    """A person has given a topic another name."""
    await turn.run(topic_names.called_by_hand, name)


@router.message(F.forum_topic_closed, ByHand())
async def topic_closed(message: Message, turn: Turn) -> None:
    """A person has closed a topic."""
    await turn.run(topic_names.turned_by_hand, closed=True)


@router.message(F.forum_topic_reopened, ByHand())
async def topic_reopened(message: Message, turn: Turn) -> None:
    """A person has opened it again."""
    await turn.run(topic_names.turned_by_hand, closed=False)
