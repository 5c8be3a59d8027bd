"""A group that has no topics, or lets us make none: its customers' words stand in General, the name in front."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from bot.domain import topic_title
from bot.domain.outgoing import Act, Leaving
from bot.flows import calls, desk_health, media_calls
from bot.flows.calls import Call, Drop
from bot.store import destinations
from bot.store.destinations import Home
from bot.store.ms import from_ms
from bot.texts.bidi import escape, utf16_len
from bot.texts.messages import LONGEST, Rendered

PROBE_EVERY = timedelta(minutes=10)
"""So often one message tries whether there are topics again; till then none does."""
_HELD = frozenset({Act.TOPIC, Act.CARD, Act.PIN})
"""What has its place in a topic only."""


def is_home(home: Home, payload: Mapping[str, Any], now: datetime) -> bool:
    """True where this row goes to General now."""
    if payload.get("general"):
        return True
    if home.trouble not in desk_health.FLAT or home.probed_ms is None:
        return False
    if now - from_ms(home.probed_ms) >= PROBE_EVERY:
        return False
    return home.trouble == desk_health.NO_FORUM or home.topic_id is None or bool(home.topic_closed)


def held(row: Leaving, home: Home) -> Drop | None:
    """What need not even be tried while there are no topics."""
    return Drop("no_topic") if row.act in _HELD and home.trouble in desk_health.FLAT else None


async def header(home: Home) -> str:
    """Whose words these are."""
    if home.topic_label:
        return home.topic_label
    order = await destinations.last_order(home.customer_id)
    return topic_title.compose("", *topic_title.label(home.name, order, home.customer_id))


async def words(row: Leaving, home: Home, chat_id: int) -> Call:
    """A person's words under his name; forwarded, which names him too, where both are too long for one message."""
    above, said = await header(home), row.payload
    if utf16_len(above) + 1 + utf16_len(said["text"]) <= LONGEST:
        return calls.words(chat_id, None, {**said, **under(above, said["text"], said.get("entities") or ())})
    kept = await destinations.relayed([said["message"]] if said.get("message") else [])
    if not kept or "message_id" in said:
        room = LONGEST - utf16_len(above) - 1
        return calls.words(chat_id, None, {**said, **under(above, topic_title.cut(said["text"], room), ())})
    moved = {"from_chat_id": kept[0].source_chat_id, "from_message_id": kept[0].source_message_id, "forward": True}
    return replace(media_calls.media(chat_id, None, moved), step=row.act)


def under(above: str, text: str, entities: Any) -> dict[str, Any]:
    """Text and entities with a line of its own above them."""
    shift = utf16_len(above)
    bold = {"type": "bold", "offset": 0, "length": shift}
    return {
        "text": f"{above}\n{text}",
        "entities": [bold, *(one | {"offset": one["offset"] + shift + 1} for one in entities)],
    }


async def own_words(rendered: Rendered, home: Home) -> Rendered:
    """Our own words about him, his name above them."""
    return Rendered(f"<b>{escape(await header(home))}</b>\n{rendered.text}", rendered.buttons)
