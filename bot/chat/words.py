"""A message of Telegram's as a person's words: what of it goes over to the other side."""

from typing import Any

from aiogram.enums import ContentType
from aiogram.types import Message

from bot.flows.to_desk import Words

SPOKEN = frozenset({
    "text", "photo", "video", "voice", "audio", "document", "sticker", "animation", "video_note", "location", "venue",
    "contact", "dice", "poll", "story", "checklist", "live_photo", "rich_message", "game",
})  # fmt: skip
"""What a person can say; all other messages are Telegram's own notes about the chat, or cannot be copied."""
UNCOPIED = frozenset({"paid_media", "giveaway", "giveaway_winners", "invoice"})
"""What a person can say and Telegram lets nobody copy."""


def words_of(message: Message, text: str | None = None) -> Words:
    """What was said, as it goes over; `text` where a command stood before it."""
    kind = ContentType(message.content_type).value
    file = _file(getattr(message, kind, None))
    return Words(
        message.message_id,
        (message.text or message.caption or "") if text is None else text,
        None if kind == "text" else kind,
        _quoted(message),
        _entities(message) if text is None or text == (message.text or message.caption or "") else (),
        message.media_group_id,
        getattr(file, "file_unique_id", None),
        getattr(file, "file_id", None),
    )


def _entities(message: Message) -> list[dict[str, Any]]:
    marked = message.entities or message.caption_entities or ()
    return [one.model_dump(mode="json", exclude_none=True) for one in marked]


def _quoted(message: Message) -> int | None:
    """The message it replies to; whatever is said in a topic "replies" to the message that opened it."""
    replied = message.reply_to_message
    return None if replied is None or replied.message_id == message.message_thread_id else replied.message_id


def _file(media: object) -> object:
    """The file of media; of a picture's sizes the largest."""
    return media[-1] if isinstance(media, list | tuple) and media else media
