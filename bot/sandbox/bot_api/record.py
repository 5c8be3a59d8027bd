"""What was asked of the server and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
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


@dataclass(frozen=True)
class Question:
    """What to ask of a record: wildcards for `method` and `outcome`, words that a parameter must contain.

    `after` and `limit` page through it; `broken`: only calls that were against the description or the limits.
    """

    method: str = "*"
    chat_id: int | None = None
    outcome: str = "*"
    contains: str = ""
    after: int = 0
    limit: int = 1000
    broken: bool = False

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Question":
        """From a query's words. Raises ValueError at one that there is not."""
        unknown = asked.keys() - READERS.keys()
        if unknown:
            raise ValueError(f"no {', '.join(sorted(unknown))} here, there are: {', '.join(READERS)}")
        return cls(**{name: READERS[name](value) for name, value in asked.items()})

    def fits(self, call: Call, blamed: Mapping[int, Sequence[str]]) -> bool:
        if self.chat_id not in (None, call.chat_id) or call.number <= self.after:
            return False
        if not (fnmatchcase(call.method, self.method) and fnmatchcase(call.outcome, self.outcome)):
            return False
        return (not self.broken or call.number in blamed) and self.contains in str(call.params)


READERS: Mapping[str, Any] = {
    "method": str,
    "chat_id": int,
    "outcome": str,
    "contains": str,
    "after": int,
    "limit": int,
    "broken": lambda said: said.lower() in ("1", "true", "yes"),
}


def answered(record: Record, question: Question) -> dict[str, Any]:
    """How many calls fit, and the first of them, each with what was wrong with it."""
    blamed: dict[int, list[str]] = {}
    for one in record.violations:
        blamed.setdefault(one.number, []).append(f"{one.rule}: {one.text}")
    found = [call for call in record.calls if question.fits(call, blamed)]
    shown = [{**vars(call), "violations": blamed.get(call.number, [])} for call in found[: question.limit]]
    return {"count": len(found), "calls": shown}
