"""A shop that its owner has set up by chat, and what he reads."""

import re
from typing import Any

from bot.flows import configure
from bot.texts.messages import Reader, Rendered, render
from tests.fakes.talk import Talk, Who

OMAR = Who(7001, "Omar", "en", "omar")
STRANGER = Who(7999, "Nobody", "en")
GROUP = -1001234567890
UPS_NUMBER = "1Z999AA10123456784"
DHL_NUMBER = "00340434292135100186"


async def open_shop(talk: Talk, who: Who = OMAR, name: str = "Noor") -> list[Any]:
    """The invitation is opened: the shop is his."""
    token = await configure.create_invite(name, talk.clock.now())
    return await talk.say(f"/start {token}", who)


async def add_dhl(talk: Talk, who: Who = OMAR) -> list[Any]:
    """An account at DHL that the carrier accepts."""
    return await talk.say("/carrier add dhl_unified api_key=secret-key-1234567890", who)


async def add_own(talk: Talk, number: str = "OWN-1", more: str = "order=1001") -> list[Any]:
    """A parcel with the shop's own courier."""
    return await talk.say(f"/shipment add {number} carrier=own {more}", OMAR)


def reads(row: Any) -> Rendered:
    """An answer in words, as its reader gets it."""
    said = row["payload"]
    return render(said["kind"], said["facts"], Reader(**said["reader"]), said["buttons"])


def words(rows: list[Any]) -> str:
    """All answers in words, without markup."""
    answers = [reads(row).text for row in rows if row["act"] == "answer"]
    return re.sub(r"<[^>]+>", "", "\n\n".join(answers))
