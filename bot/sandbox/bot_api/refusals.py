"""How Telegram words its refusals."""

from typing import Any


class Refused(Exception):
    """The answer `ok: false`; `description` carries the HTTP status' own prefix."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(text: str, **parameters: Any) -> Refused:
    """400."""
    return Refused(400, f"Bad Request: {text}", **parameters)


def forbidden(text: str) -> Refused:
    """403."""
    return Refused(403, f"Forbidden: {text}")


def conflict(text: str) -> Refused:
    """409."""
    return Refused(409, f"Conflict: {text}")


def too_many(seconds: int) -> Refused:
    """429; `seconds` until the same call may be made again."""
    return Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


NO_CHAT = "chat not found"
NO_THREAD = "message thread not found"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
OLD_QUERY = "query is too old and response timeout expired or query ID is invalid"
TWO_POLLERS = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_SET = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
BLOCKED = "bot was blocked by the user"
DEACTIVATED = "user is deactivated"
NEVER_STARTED = "bot can't initiate conversation with a user"
