"""Makes a Turn of an update: who, where, what was said; commands of other bots end here."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from aiogram import BaseMiddleware
from aiogram.exceptions import AiogramError
from aiogram.types import CallbackQuery, Chat, Message, TelegramObject, Update, User

from bot import tracing
from bot.clock import Clock
from bot.flows import desk_health, toasts
from bot.flows.ports import Telegram, TelegramRefused
from bot.flows.saying import clean, split_command
from bot.flows.turn import PersonView, Turn, meet

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class TurnMiddleware(BaseMiddleware):
    """Gives every handler its `turn`; answers a pressed button's spinner."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        assert isinstance(event, Update)  # noqa: S101 - registered for updates only
        message = message_of(event)
        turn = await make_turn(event, message, data["clock"], data["settings"].quiet_hours)
        turn.command, turn.rest, bot_name = split_command(turn.text)
        if bot_name and not await _is_me(bot_name, data["telegram"]):
            return None
        if message is not None and turn.chat_type == "supergroup":
            forum = message.chat.is_forum is True
            await desk_health.seen(turn.chat_id, is_forum=forum, cause=f"u{turn.update_id}", now=turn.now)
        try:
            return await handler(event, data | {"turn": turn})
        finally:
            data["turns"].append(turn)
            if event.callback_query is not None:
                await _stop_spinner(event.callback_query, turn)


class NamedHandler(BaseMiddleware):
    """Tells the trace who handles it."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        span = tracing.current()
        if span.is_kept:
            told = data["handler"].callback
            span.note(handler=f"{told.__module__.rpartition('.')[2]}.{told.__name__}")
        return await handler(event, data)


def message_of(update: Update) -> Message | None:
    """The message that was said, edited or pressed on."""
    said = update.message or update.edited_message or update.channel_post
    if said is None and update.callback_query is not None:
        pressed = update.callback_query.message
        return pressed if isinstance(pressed, Message) else None
    return said


async def make_turn(update: Update, message: Message | None, clock: Clock, quiet: str) -> Turn:
    """Who speaks where; a press speaks with the presser's name, not with the message's."""
    event = update.event
    user = getattr(event, "from_user", None) or getattr(event, "user", None)
    chat, now = _chat_of(event, message, user), clock.now()
    in_private = now if message is not None and message.chat.type == "private" else None
    return Turn(
        update_id=update.update_id,
        now=now,
        chat_id=chat.id if chat else 0,
        chat_type=chat.type if chat else "private",
        user_id=user.id if user else 0,
        person=await _meet(user, in_private) if user else PersonView(0),
        thread_id=message.message_thread_id if message and message.is_topic_message else None,
        message_id=message.message_id if message else None,
        text=_text(event),
        quiet=quiet,
    )


def _chat_of(event: TelegramObject, message: Message | None, user: User | None) -> Chat | None:
    if message is not None:
        return message.chat
    placed = event.message if isinstance(event, CallbackQuery) else event
    chat = getattr(placed, "chat", None)
    if chat is None and user is not None:
        return Chat(id=user.id, type="private")
    return chat


async def _meet(user: User, in_private: datetime | None) -> PersonView:
    return await meet(user.id, clean(user.full_name), user.username, user.language_code, in_private)


def _text(event: TelegramObject) -> str:
    if isinstance(event, Message):
        return event.text or event.caption or ""
    return ""


async def _is_me(bot_name: str, telegram: Telegram) -> bool:
    try:
        return (await telegram.me()).username.lower() == bot_name.lower()
    except TelegramRefused:
        return True


async def _stop_spinner(query: CallbackQuery, turn: Turn) -> None:
    said = toasts.worded(turn)
    try:
        await query.answer(said, show_alert=said is not None)
    except AiogramError:
        return
