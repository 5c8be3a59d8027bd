"""Telegram's words, as collected, and what each means."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)

from bot.domain.outgoing import InDoubt, Moved, Outcome, Rejected, RetryAt, Sent, TopicGone, Unreachable, Vanished
from bot.gateways.verdicts import RULES, classify

BAD: dict[str, Outcome] = {
    "message thread not found": TopicGone(),
    "Message thread not found": TopicGone(),
    "TOPIC_DELETED": TopicGone(),
    "TOPIC_ID_INVALID": TopicGone(),
    "TOPIC_CLOSED": TopicGone(closed=True),
    "TOPIC_NOT_MODIFIED": Sent(),
    "message is not modified: specified new message content and reply markup are exactly the same": Sent(),
    "the chat is not a forum": Rejected("no_forum", rights=True),
    "not enough rights to create a topic": Rejected("no_rights", rights=True),
    "not enough rights to manage topics": Rejected("no_rights", rights=True),
    "not enough rights to send text messages to the chat": Rejected("muted", rights=True),
    "CHAT_WRITE_FORBIDDEN": Rejected("muted", rights=True),
    "chat not found": Unreachable("not_found"),
    "PEER_ID_INVALID": Unreachable("not_found"),
    "private chat not found": Unreachable("not_found"),
    "USER_IS_BLOCKED": Unreachable("blocked"),
    "message to edit not found": Vanished(),
    "message can't be edited": Vanished(),
    "message can't be deleted": Vanished(),
    "message can't be deleted for everyone": Vanished(),
    "message to delete not found": Vanished(),
    "message to copy not found": Vanished(),
    "message to pin not found": Vanished(),
    "message to react not found": Vanished(),
    "MESSAGE_ID_INVALID": Vanished(),
    "message to be replied not found": Rejected("no_reply"),
    "can't parse entities: Can't find end tag corresponding to start tag \"b\"": Rejected("markup"),
    "media caption is too long": Rejected("caption_too_long"),
    "message is too long": Rejected("too_long"),
    "BUTTON_DATA_INVALID": Rejected("buttons"),
    "REACTION_INVALID": Rejected("reaction"),
    "something new": Rejected("refused"),
}
FORBIDDEN: dict[str, Outcome] = {
    "bot was blocked by the user": Unreachable("blocked"),
    "user is deactivated": Unreachable("deactivated"),
    "bot can't initiate conversation with a user": Unreachable("not_started"),
    "bot can't send messages to bots": Unreachable("not_started"),
    "bot was kicked from the supergroup chat": Unreachable("kicked"),
    "bot is not a member of the supergroup chat": Unreachable("kicked"),
    "the group chat was deleted": Unreachable("deleted"),
    "something new": Unreachable("forbidden"),
}


@pytest.mark.parametrize(("words", "meaning"), BAD.items())
def test_what_a_bad_request_means(words: str, meaning: Outcome) -> None:
    assert classify(BadRequest(f"Bad Request: {words}")) == meaning


@pytest.mark.parametrize(("words", "meaning"), FORBIDDEN.items())
def test_what_a_refusal_means(words: str, meaning: Outcome) -> None:
    assert classify(Forbidden(f"Forbidden: {words}")) == meaning


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize("cause", [httpx.ConnectError(""), httpx.ConnectTimeout(""), httpx.PoolTimeout("")])
def test_what_was_never_sent_is_sent_later(cause: Exception) -> None:
    error = TimedOut() if isinstance(cause, httpx.TimeoutException) else NetworkError("x")
    assert isinstance(classify(caused(error, cause)), RetryAt)


@pytest.mark.parametrize(
    "cause", [httpx.ReadTimeout(""), httpx.WriteTimeout(""), httpx.ReadError(""), httpx.RemoteProtocolError("")]
)
def test_what_may_have_been_sent_is_in_doubt(cause: Exception) -> None:
    assert classify(caused(NetworkError("x"), cause)) == InDoubt("network")


def test_a_mistake_of_ours_is_never_repeated_although_it_looks_like_the_network() -> None:
    error = caused(NetworkError("Unknown error in HTTP implementation"), TypeError("not JSON serializable"))
    assert classify(error) == Rejected("unbuilt")


def test_what_else_telegram_can_say() -> None:
    assert classify(ChatMigrated(-9)) == Moved(-9)
    assert classify(NetworkError("Bad Gateway")) == InDoubt("network")
    assert classify(NetworkError("Too Many Requests (429)")) == RetryAt(classify(Conflict("x")).wait, "flood")  # type: ignore[union-attr]
    assert isinstance(classify(InvalidToken("Unauthorized")), RetryAt)


@given(st.sampled_from([rule.error for rule in RULES]), st.text())
def test_every_error_means_something(kind: type[TelegramError], words: str) -> None:
    assert classify(kind(words)) is not None
