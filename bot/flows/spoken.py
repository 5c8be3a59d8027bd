"""A person's words as rows of the outbox: the name above them, long ones divided, media copied."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from bot.domain.outgoing import Act
from bot.store.tickets import Words
from bot.texts.bidi import utf16_len
from bot.texts.splitting import LONGEST, LONGEST_CAPTION, Piece, shifted, split

CAPTIONED = frozenset({"photo", "video", "animation", "audio", "document", "voice"})
"""Media that can have words of their own."""


class Content(NamedTuple):
    """One message that words become; `names` is true where it only says whose the next ones are."""

    act: Act
    payload: dict[str, Any]
    names: bool = False


def contents(chat_id: int, said: Words, header: str | None = None) -> list[Content]:
    """What words become at a customer's, in order; `header` is his name who speaks."""
    parts = _divided(chat_id, said)
    if header is None:
        return parts
    if parts[0].act is Act.TEXT and _fits(header, parts[0].payload["text"]):
        return [_below(header, parts[0]), *parts[1:]]
    return [Content(Act.TEXT, {"text": header, "entities": [_bold(header)]}, names=True), *parts]


def as_kept(chat_id: int, said: Words, header: str | None = None) -> list[Content]:
    """The same with the caption that was kept: at its source another may stand by now."""
    caption = {"caption": said.text, "caption_entities": list(said.entities)} if said.media in CAPTIONED else {}
    made = contents(chat_id, said, header)
    return [one._replace(payload=caption | one.payload) if one.act is Act.COPY else one for one in made]


def whole(chat_id: int, said: Words) -> Content:
    """What words become at the desk: undivided, as they are copied or forwarded there."""
    if said.media is not None:
        return _copy(chat_id, said)
    return Content(Act.TEXT, {"text": said.text} | ({"entities": list(said.entities)} if said.entities else {}))


def together(said: Sequence[Words]) -> Content:
    """Several messages as one, line by line; what is marked in each stays marked."""
    text, entities = "", list[dict[str, Any]]()
    for one in said:
        text = f"{text}\n" if text else ""
        entities += shifted(one.entities, utf16_len(text))
        text += one.text
    return Content(Act.TEXT, _text(Piece(text, tuple(entities))))


def _divided(chat_id: int, said: Words) -> list[Content]:
    if said.media is None:
        pieces = [Content(Act.TEXT, _text(one)) for one in split(said.text, said.entities)]
        return pieces or [whole(chat_id, said)]
    copied = _copy(chat_id, said)
    if utf16_len(said.text) <= LONGEST_CAPTION:
        return [copied]
    caption, *rest = split(said.text, said.entities, first=LONGEST_CAPTION)
    shortened = {"caption": caption.text, "caption_entities": list(caption.entities)}
    return [Content(Act.COPY, copied.payload | shortened), *(Content(Act.TEXT, _text(one)) for one in rest)]


def _copy(chat_id: int, said: Words) -> Content:
    return Content(Act.COPY, {"from_chat_id": chat_id, "from_message_id": said.message_id})


def _text(piece: Piece) -> dict[str, Any]:
    return {"text": piece.text} | ({"entities": list(piece.entities)} if piece.entities else {})


def _fits(header: str, text: str) -> bool:
    return utf16_len(header) + 1 + utf16_len(text) <= LONGEST


def _bold(header: str) -> dict[str, Any]:
    return {"type": "bold", "offset": 0, "length": utf16_len(header)}


def _below(header: str, content: Content) -> Content:
    """The name on a line of its own above the words."""
    marks: Sequence[dict[str, Any]] = content.payload.get("entities", ())
    entities = [_bold(header), *shifted(marks, utf16_len(header) + 1)]
    said = {"text": f"{header}\n{content.payload['text']}", "entities": entities}
    return Content(content.act, content.payload | said)
