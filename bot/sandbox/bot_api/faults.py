"""Faults by script: what goes wrong, with which calls, how often."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from bot.sandbox.bot_api.refusals import Refused, bad, forbidden, too_many


class Fault(StrEnum):
    """What may go wrong: before anything is accepted (flood to drop), or although it is (late_gateway to lose)."""

    FLOOD = "flood"
    FORBIDDEN = "forbidden"
    BAD_REQUEST = "bad_request"
    BAD_GATEWAY = "bad_gateway"
    UNAUTHORIZED = "unauthorized"
    RESTART = "restart"
    WEB_PAGE = "web_page"
    DROP = "drop"
    SLOW = "slow"
    LATE_GATEWAY = "late_gateway"
    HANG = "hang"
    LOSE = "lose"


AFTER = frozenset({Fault.LATE_GATEWAY, Fault.HANG, Fault.LOSE})
BEFORE = frozenset(Fault) - AFTER - {Fault.SLOW}
GATEWAY = Refused(502, "Bad Gateway")
# What a proxy in front of the servers says while they are away.
PAGE = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1></body>\r\n</html>\r\n"


@dataclass
class Script:
    """One fault: `method` may hold wildcards (`send*`), `times` counts down, `skip` lets so many pass first.

    `seconds`: retry_after of flood, the delay of slow, the longest that hang holds the line. `only`: what else must
    hold of a call's parameters.
    """

    fault: Fault
    method: str = "*"
    chat_id: int | None = None
    times: int = 1
    skip: int = 0
    seconds: float = 1
    text: str | None = None
    only: Callable[[Mapping[str, Any]], bool] | None = None

    def fits(self, method: str, params: Mapping[str, Any]) -> bool:
        addressed = fnmatchcase(method, self.method) and self.chat_id in (None, params.get("chat_id"))
        return addressed and (self.only is None or self.only(params))

    def refusal(self) -> Refused:
        """The answer of those that answer."""
        match self.fault:
            case Fault.FLOOD:
                return too_many(int(self.seconds))
            case Fault.FORBIDDEN:
                return forbidden(self.text or "bot was blocked by the user")
            case Fault.BAD_REQUEST:
                return bad(self.text or "chat not found")
            case Fault.UNAUTHORIZED:
                return Refused(401, "Unauthorized")
            case Fault.RESTART:
                return Refused(500, "Internal Server Error: restart")
            case _:
                return GATEWAY


class Faults:
    """The scripts still to be played, in the order they were written."""

    def __init__(self) -> None:
        self.scripts: list[Script] = []

    def add(self, script: Script) -> None:
        self.scripts.append(script)

    def remove(self, script: Script) -> None:
        """That one and no other, if it is still to be played."""
        self.scripts[:] = [one for one in self.scripts if one is not script]

    def clear(self) -> None:
        self.scripts.clear()

    def next_for(self, method: str, params: Mapping[str, Any]) -> Script | None:
        """The first script that fits, used up once; getUpdates only if it is named."""
        for script in self.scripts:
            if not script.fits(method, params) or (method == "getUpdates" and script.method != method):
                continue
            if script.skip > 0:
                script.skip -= 1
                return None
            script.times -= 1
            if script.times <= 0:
                self.scripts.remove(script)
            return script
        return None
