"""What a reader sees on the screen now."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from bot.sandbox.bot_api.world import Message, User

FRAME = frozenset({"text", "entities", "caption", "caption_entities"})


class SeenButton(Struct, frozen=True):
    """A button: `data` of a callback, `url` of a link, `copy` of a text to copy."""

    label: str
    data: str | None = None
    url: str | None = None
    copy: str | None = None


def _fits(button: SeenButton, wanted: str) -> tuple[bool, bool, bool]:
    """Exactly, by the beginning of its data, by a part of its label: the best fit sorts last."""
    payload = button.data or ""
    return wanted in (payload, button.label), payload.startswith(wanted), wanted in button.label


class Seen(Struct, frozen=True):
    """A message as it stands: edits applied. `kind`: text, photo, document …, or a service message's name."""

    chat_id: int
    id: int
    at: datetime
    sender_id: int | None
    sender: str
    from_bot: bool
    kind: str
    text: str
    thread_id: int | None = None
    buttons: tuple[tuple[SeenButton, ...], ...] = ()
    entities: tuple[dict[str, Any], ...] = ()
    reactions: tuple[str, ...] = ()
    reply_to: int | None = None
    edited: bool = False
    pinned: bool = False
    album: str | None = None
    file_id: str | None = None
    forwarded: bool = False
    service: bool = False

    @property
    def labels(self) -> list[str]:
        """All buttons' labels."""
        return [button.label for row in self.buttons for button in row]

    def button(self, label_or_data: str) -> SeenButton:
        """By callback data, by label, or by a part of the label."""
        every = [button for row in self.buttons for button in row]
        best = max(every, key=lambda one: _fits(one, label_or_data), default=None)
        if best is not None and any(_fits(best, label_or_data)):
            return best
        raise LookupError(f"no button {label_or_data!r} under message {self.id}: {self.labels}")


def seen(message: Message) -> Seen:
    """The message for a reader."""
    sender, content = message.sender, message.content
    return Seen(
        chat_id=message.chat.id,
        id=message.id,
        at=message.at,
        sender_id=sender.id if sender else None,
        sender=_name(sender),
        from_bot=bool(sender and sender.is_bot),
        kind=kind_of(message),
        text=content.get("text") or content.get("caption") or "",
        thread_id=message.thread_id,
        buttons=_buttons(message.markup),
        entities=tuple(content.get("entities") or content.get("caption_entities") or ()),
        reactions=tuple(one["emoji"] for given in message.reactions.values() for one in given if "emoji" in one),
        reply_to=message.reply_to.id if message.reply_to else None,
        edited=message.edited_at is not None,
        pinned=message.id in message.chat.pinned,
        album=message.album,
        file_id=_file_id(message),
        forwarded=message.forward is not None,
        service=message.service,
    )


def kind_of(message: Message) -> str:
    """The name of what the message holds."""
    return next((name for name in message.content if name not in FRAME), "text")


def _name(sender: User | None) -> str:
    return " ".join(part for part in (sender.first_name, sender.last_name) if part) if sender else ""


def _buttons(markup: dict[str, Any] | None) -> tuple[tuple[SeenButton, ...], ...]:
    rows = (markup or {}).get("inline_keyboard") or (markup or {}).get("keyboard") or []
    return tuple(tuple(_button(button) for button in row) for row in rows)


def _button(button: dict[str, Any]) -> SeenButton:
    copied = button.get("copy_text") or {}
    return SeenButton(button["text"], button.get("callback_data"), button.get("url"), copied.get("text"))


def _file_id(message: Message) -> str | None:
    held = message.content.get(kind_of(message))
    one = held[-1] if isinstance(held, list) and held else held
    return one.get("file_id") if isinstance(one, dict) else None
