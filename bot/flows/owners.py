"""Words to the owners of a shop, each in his own language, in his private chat."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.outgoing import Act, Outgoing, Priority
from bot.flows.turn import Answer, Buttons, lane, payload, speak
from bot.store import people


async def rows_for(
    merchant_id: int, kind: str, facts: Mapping[str, Any], cause: str, now: datetime, buttons: Buttons = ()
) -> list[Outgoing]:
    """One row an owner; `cause` names what happened, the owner's id is added."""
    return [
        Outgoing(
            act=Act.ANSWER,
            cause=f"{cause}:{owner['user_id']}",
            payload=payload(Answer(kind, facts, buttons), reader(owner), now=now),
            priority=Priority.ANSWER,
            lane=lane(owner["user_id"]),
            due_at=now,
            chat_id=owner["user_id"],
            merchant_id=merchant_id,
        )
        for owner in await people.owners(merchant_id)
    ]


def reader(owner: Mapping[str, Any]) -> dict[str, Any]:
    """How an owner reads, from his row."""
    return {
        "locale": speak(owner["locale"], owner["app_locale"], owner["shop_locale"]),
        "zone": owner["zone"],
        "calendar": owner["calendar"],
        "digits": owner["digits"],
    }
