"""What an error of python-telegram-bot means for what was sent: the only place that reads Telegram's words."""

import re
from collections.abc import Sequence
from datetime import timedelta

import httpx
from msgspec import Struct
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.domain.outgoing import (
    InDoubt,
    Moved,
    Outcome,
    Rejected,
    RetryAt,
    Sent,
    TopicGone,
    Unreachable,
    Vanished,
)
from bot.gateways.pacer import span

UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
"""Faults before a byte of the request was sent: nobody can have acted on it."""
UNBUILT = (httpx.UnsupportedProtocol, httpx.LocalProtocolError, TypeError, ValueError)
"""Faults of ours while the request was being made."""
NETWORK = "network"
_TOKEN_WAIT = timedelta(minutes=1)
_SOON = timedelta(seconds=1)


class Rule(Struct, frozen=True):
    """An error of this class whose words match means this."""

    error: type[TelegramError]
    words: str
    meaning: Outcome


RULES: Sequence[Rule] = (
    Rule(BadRequest, r"message is not modified|topic_not_modified", Sent()),
    Rule(BadRequest, r"message thread not found|topic_deleted|topic_id_invalid|thread_id_invalid", TopicGone()),
    Rule(BadRequest, r"topic_closed", TopicGone(closed=True)),
    Rule(BadRequest, r"not a forum|chat_not_modified_forum", Rejected("no_forum", rights=True)),
    Rule(
        BadRequest,
        r"rights to send|chat_write_forbidden|chat_restricted|send_\w+_forbidden",
        Rejected("muted", rights=True),
    ),
    Rule(
        BadRequest,
        r"not enough rights|have no rights|chat_admin_required|need administrator rights"
        r"|right_forbidden|not_enough_rights",
        Rejected("no_rights", rights=True),
    ),
    Rule(BadRequest, r"message to be replied not found|reply_message_id_invalid", Rejected("no_reply")),
    Rule(BadRequest, r"message can't be (copied|forwarded)", Rejected("not_copied")),
    Rule(
        BadRequest,
        r"message to \w+ not found|message can't be (edited|deleted|pinned)|message_id_invalid"
        r"|no messages to (copy|forward)|message identifier is not specified|message not found"
        r"|message_delete_forbidden|message_edit_time_expired",
        Vanished(),
    ),
    Rule(BadRequest, r"user_is_blocked|bot_blocked|user is blocked", Unreachable("blocked")),
    Rule(BadRequest, r"user is deactivated|user_deactivated|input_user_deactivated", Unreachable("deactivated")),
    Rule(BadRequest, r"bot was kicked|have no write access", Unreachable("kicked")),
    Rule(BadRequest, r"chat was deactivated|chat_deactivated|chat was deleted", Unreachable("deleted")),
    Rule(BadRequest, r"chat not found|peer_id_invalid|user not found|chat_id_invalid", Unreachable("not_found")),
    Rule(BadRequest, r"can't parse|entity|entities", Rejected("markup")),
    Rule(BadRequest, r"caption is too long|media_caption_too_long", Rejected("caption_too_long")),
    Rule(BadRequest, r"is too long|message_too_long", Rejected("too_long")),
    Rule(BadRequest, r"text is empty|text must be non-empty", Rejected("empty")),
    Rule(BadRequest, r"button|reply markup|keyboard", Rejected("buttons")),
    Rule(BadRequest, r"reaction", Rejected("reaction")),
    Rule(BadRequest, r"too many requests", RetryAt(_SOON, "flood")),
    Rule(BadRequest, r"", Rejected("refused")),
    Rule(Forbidden, r"blocked by the user", Unreachable("blocked")),
    Rule(Forbidden, r"deactivated", Unreachable("deactivated")),
    Rule(Forbidden, r"initiate conversation|can't send messages to bots", Unreachable("not_started")),
    Rule(Forbidden, r"was kicked|not a member", Unreachable("kicked")),
    Rule(Forbidden, r"deleted", Unreachable("deleted")),
    Rule(Forbidden, r"rights|administrator", Rejected("no_rights", rights=True)),
    Rule(Forbidden, r"", Unreachable("forbidden")),
    Rule(InvalidToken, r"", RetryAt(_TOKEN_WAIT, "token")),
    Rule(Conflict, r"", RetryAt(_SOON, "conflict")),
    Rule(NetworkError, r"too many requests", RetryAt(_SOON, "flood")),
    Rule(NetworkError, r"\(413\)|too large", Rejected("too_large")),
    Rule(NetworkError, r"", InDoubt("network")),
    Rule(TelegramError, r"", InDoubt("unreadable")),
)
"""The first rule that fits, from the particular to the general."""

_MEANINGS = [(rule.error, re.compile(rule.words, re.IGNORECASE), rule.meaning) for rule in RULES]


def classify(error: TelegramError) -> Outcome:
    """What to do about it."""
    if isinstance(error, RetryAfter):
        return RetryAt(span(error), "flood")
    if isinstance(error, ChatMigrated):
        return Moved(error.new_chat_id)
    cause = error.__cause__
    if isinstance(cause, UNSENT):
        return RetryAt(_SOON, NETWORK)
    if isinstance(cause, UNBUILT):
        return Rejected("unbuilt")
    return next(
        meaning for kind, words, meaning in _MEANINGS if isinstance(error, kind) and words.search(error.message)
    )
