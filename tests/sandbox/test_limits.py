"""Telegram's documented limits, counted in the sandbox's real seconds (here: a standing clock's)."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.bot_api.limits import Bucket, Limits, Window
from bot.sandbox.telegram import TelegramSandbox
from tests.fakes.clock import StandingClock
from tests.sandbox.conftest import Ask


async def test_breaches_are_recorded_also_where_they_are_let_through(telegram: TelegramSandbox, ask: Ask) -> None:
    sara = await telegram.user("Sara")
    await telegram.starts(sara)
    for _ in range(4):
        assert (await ask("sendMessage", chat_id=sara.id, text="a"))["ok"]
    assert [(one.rule, one.text) for one in telegram.violations()] == [("limit", "1 a second in one chat")]


async def test_a_chat_takes_three_at_once_then_one_a_second(
    telegram: TelegramSandbox, ask: Ask, clock: StandingClock
) -> None:
    sara = await telegram.user("Sara")
    await telegram.starts(sara)
    await telegram.enforces(True)
    answers = [await ask("sendMessage", chat_id=sara.id, text="a") for _ in range(4)]
    assert [one["ok"] for one in answers] == [True, True, True, False]
    assert answers[3]["parameters"] == {"retry_after": 1}
    clock.advance(timedelta(seconds=1))
    assert (await ask("sendMessage", chat_id=sara.id, text="a"))["ok"]


async def test_a_group_counts_sends_edits_and_topics_together(
    telegram: TelegramSandbox, ask: Ask, clock: StandingClock
) -> None:
    desk = await telegram.group("Desk", await telegram.user("Amy"))
    await telegram.enforces(True)
    await ask("createForumTopic", chat_id=desk.id, name="x")
    sent = (await ask("sendMessage", chat_id=desk.id, text="0"))["result"]["message_id"]
    clock.advance(timedelta(seconds=20))
    for turn in range(18):
        assert (await ask("editMessageText", chat_id=desk.id, message_id=sent, text=f"{turn + 1}"))["ok"]
    refused = await ask("sendMessage", chat_id=desk.id, text="a")
    assert refused["parameters"] == {"retry_after": 40}
    clock.advance(timedelta(seconds=40))
    assert (await ask("sendMessage", chat_id=desk.id, text="a"))["ok"]
    assert (await ask("setMessageReaction", chat_id=desk.id, message_id=sent, reaction=[]))["ok"]


async def test_all_chats_together_take_thirty_a_second(telegram: TelegramSandbox, ask: Ask) -> None:
    people = [await telegram.user(f"P{number}") for number in range(31)]
    for person in people:
        await telegram.starts(person)
        await ask("sendMessage", chat_id=person.id, text="a")
    assert [one.text for one in telegram.violations()] == ["30 a second over all chats"]


def test_what_costs_nothing_is_not_counted() -> None:
    limits = Limits()
    assert not any(limits.counts(one) for one in ("sendChatAction", "getChat", "setMessageReaction", "deleteMessage"))
    assert all(limits.counts(one) for one in ("sendPhoto", "copyMessages", "editMessageText", "createForumTopic"))


@given(st.lists(st.floats(0, 20), min_size=1, max_size=120))
def test_a_window_never_holds_more_than_it_may(pauses: list[float]) -> None:
    window, now = Window(20, 60.0), 0.0
    taken: list[float] = []
    for pause in pauses:
        now += pause
        wait = window.wait(now, 1)
        now += wait
        window.take(now, 1)
        taken.append(now)
    assert all(sum(at - 60.0 < one <= at for one in taken) <= 20 for at in taken)


@given(st.lists(st.floats(0, 3), min_size=1, max_size=60))
def test_a_bucket_lets_through_a_burst_and_then_one_a_second(pauses: list[float]) -> None:
    bucket, now = Bucket(), 0.0
    for taken, pause in enumerate(pauses):
        now += pause
        now += bucket.wait(now, 1)
        bucket.take(now, 1)
        assert taken < now + 3.001
