"""What was asked of the server and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.sandbox.bot_api.schema import Upload


@dataclass
class Call:
    """One call. `outcome`: pending, ok, `<code> <description>`, or the name of a scripted fault.

    `at` is the sandbox's clock, `second` real monotonic seconds; `accepted`: the state was changed by it.
    """

    number: int
    method: str
    params: dict[str, Any]
    at: datetime
    second: float
    outcome: str = "pending"
    accepted: bool = False
    result: Any = None

    @property
    def chat_id(self) -> int | None:
        found = self.params.get("chat_id")
        return found if isinstance(found, int) else None


@dataclass(frozen=True)
class Violation:
    """Something that Telegram's description or its limits do not allow. `rule`: schema, limit, unsupported."""

    number: int
    method: str
    rule: str
    text: str


class Record:
    """All calls, in order, and what was wrong with them."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.violations: list[Violation] = []

    def begin(self, method: str, params: dict[str, Any], at: datetime, second: float) -> Call:
        shown = {name: repr(value) if isinstance(value, Upload) else value for name, value in params.items()}
        call = Call(len(self.calls) + 1, method, shown, at, second)
        self.calls.append(call)
        return call

    def blame(self, call: Call, rule: str, text: str) -> None:
        self.violations.append(Violation(call.number, call.method, rule, text))

    def of(self, methods: Sequence[str] = (), chat_id: int | None = None) -> list[Call]:
        """The calls of these methods (none: all) to this chat (None: any)."""
        return [
            call
            for call in self.calls
            if (not methods or call.method in methods) and (chat_id is None or call.chat_id == chat_id)
        ]
