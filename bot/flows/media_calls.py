"""Calls for albums and for media that take the place of others."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.outgoing import Act
from bot.flows.calls import Call, given, reply, thread
from bot.store.counterparts import Part

REPLACEABLE = frozenset({"photo", "video", "animation", "audio", "document"})
"""Media that may take the place of others where they stand."""


def album(chat_id: int, thread_id: int | None, payload: Mapping[str, Any], items: Sequence[Part]) -> Call:
    """An album as one, without its sender; forwarded (only ever into a desk) where a copy is refused."""
    method = "forwardMessages" if payload.get("forward") else "copyMessages"
    params: dict[str, Any] = {
        "from_chat_id": payload["from_chat_id"],
        "message_ids": [one.message_id for one in items],
    }
    place = {} if thread(thread_id) is None else {"message_thread_id": thread(thread_id)}
    return Call(method, chat_id, params | place, Act.ALBUM, messages=tuple(one.id for one in items))


def asks(chat_id: int, message_id: int) -> Call:
    """Whether a message is still there: taking back a reaction that is not there changes nothing."""
    return Call("setMessageReaction", chat_id, {"message_id": message_id, "reaction": []}, Act.REACT, True)


def media(chat_id: int, thread_id: int | None, payload: Mapping[str, Any]) -> Call:
    """A person's media without its sender; forwarded (only ever into a desk) where a copy is refused.

    With `message_id` its caption is edited where it stands, or it gives way to the media of `kind`.
    """
    if payload.get("message_id") is not None:
        return _replaced(chat_id, payload) if payload.get("kind") else _captioned(chat_id, payload)
    source = {"from_chat_id": payload["from_chat_id"], "message_id": payload["from_message_id"]}
    place = {"message_thread_id": thread(thread_id)}
    if payload.get("forward"):
        return Call("forwardMessage", chat_id, given(source | place), Act.COPY)
    said = {"caption": payload.get("caption"), "caption_entities": payload.get("caption_entities")}
    wanted = source | place | said | {"reply_parameters": reply(payload.get("reply_to"))}
    return Call("copyMessage", chat_id, given(wanted), Act.COPY)


def _captioned(chat_id: int, payload: Mapping[str, Any]) -> Call:
    marked = None if payload.get("plain") else payload.get("entities")
    words = {"caption": payload["text"], "caption_entities": marked, "message_id": payload["message_id"]}
    return Call("editMessageCaption", chat_id, given(words), Act.COPY, True)


def _replaced(chat_id: int, payload: Mapping[str, Any]) -> Call:
    marked = None if payload.get("plain") else payload.get("entities")
    other = {"type": payload["kind"], "media": payload["file_id"]}
    other |= given({"caption": payload["text"] or None, "caption_entities": marked or None})
    return Call("editMessageMedia", chat_id, {"message_id": payload["message_id"], "media": other}, Act.COPY, True)


def delete(chat_id: int, payload: Mapping[str, Any]) -> Call:
    """Delete a message, or all that words were divided into."""
    if len(payload.get("message_ids", ())) > 1:
        return Call("deleteMessages", chat_id, {"message_ids": payload["message_ids"]}, Act.DELETE, True)
    return Call("deleteMessage", chat_id, {"message_id": payload["message_id"]}, Act.DELETE, True)
