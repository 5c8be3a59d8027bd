"""Ready words leave as they hold at that moment; an hour that they name is owed; what is doubtful in them is shown."""

from datetime import timedelta
from typing import Any

import pytest

from bot.store.crypt import Vault
from bot.store.models import MacroRow, PendingReply, Promise, Shipment
from bot.store.ms import to_ms
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import SpokenTalk, facts
from tests.fakes.desk import SARA, Desk, open_desk, own
from tests.fakes.rows import GROUP, NOON
from tests.fakes.talk import kinds
from tests.texts.reading_marks import bare

HOUR = timedelta(hours=1)


@pytest.fixture
async def desk(store: str, clock: StandingClock, vault: Vault) -> Desk:
    made = await open_desk(SpokenTalk(clock, vault))
    await own(made.parcel.merchant, SARA, "lead")
    return made


async def answer_owed(desk: Desk) -> None:
    """A person is to write in two hours about the parcel."""
    await desk.owed()
    await Promise.all().update(shipment_id=desk.parcel.shipment.id)


async def suggest(desk: Desk) -> list[str]:
    rows = await desk.talk.press(f"sg:{desk.customer.id}", SARA, group=GROUP)
    return [bare(line) for line in facts(rows, "reply_preview")["lines"]]


async def send(desk: Desk, what: str = "s") -> list[Any]:
    row = await PendingReply.all().order_by("-id").first()
    assert row is not None
    return await desk.talk.press(f"pr:{row.id}:{what}", SARA, group=GROUP)


def to_customer(rows: list[Any]) -> list[str]:
    return [bare(row["payload"]["text"]) for row in rows if row["lane"] == "chat:5"]


# ---- the hour that they name


@pytest.mark.parametrize("by_macro", [False, True])
async def test_the_hour_that_he_reads_is_owed_from_then_on_without_a_question(desk: Desk, by_macro: bool) -> None:
    await answer_owed(desk)
    if by_macro:
        await desk.says("/macro new soon Hello {name}. I will write {next}.")
        await desk.says("/macro soon")
    else:
        assert (await suggest(desk))[-1] == "We'll write again by 13:00 today."  # in Berlin
    rows = await send(desk)
    assert "13:00" in to_customer(rows)[0]
    assert "word_recognised" not in kinds(rows)
    word, ticket = await Promise.get(open=1), await desk.fresh_ticket()
    assert (word.kind, word.due_ms, word.ticket_id) == ("announced", to_ms(NOON + 2 * HOUR), ticket.id)
    assert ticket.promised_ms == ticket.due_ms == to_ms(NOON + 2 * HOUR)


async def test_an_hour_that_the_bot_keeps_itself_stays_its_own(desk: Desk) -> None:
    await answer_owed(desk)
    await Promise.all().update(by_person=False, kind="late", ticket_id=None)
    await suggest(desk)
    await send(desk)
    assert (await Promise.get(open=1)).kind == "late"


async def test_an_hour_that_is_over_or_that_nobody_could_be_woken_for_is_not_said(desk: Desk) -> None:
    await answer_owed(desk)
    desk.talk.clock.advance(3 * HOUR)  # type: ignore[attr-defined]
    assert "write again" not in " ".join(await suggest(desk))
    await Promise.all().update(due_ms=to_ms(NOON + 9 * HOUR))
    assert "write again" in " ".join(await suggest(desk))
    await desk.says("/close")
    assert "write again" not in " ".join(await suggest(desk))


# ---- as they hold now


async def test_what_has_changed_since_is_shown_in_its_place_and_pressed_again(desk: Desk) -> None:
    await suggest(desk)
    await Shipment.all().update(status="out_for_delivery")
    rows = await send(desk)
    assert to_customer(rows) == []
    shown = [row["payload"] for row in rows if row["payload"].get("kind") == "reply_preview"]
    assert [one["message_id"] for one in shown] == [40]
    assert "out" in bare(shown[0]["facts"]["lines"][1])
    assert desk.talk.toasts()[-1].startswith("Not sent: what it says has changed since.")
    before = await PendingReply.all().order_by("id").first()
    assert before is not None
    assert await desk.talk.press(f"pr:{before.id}:s", SARA, group=GROUP) == []  # the same hand once more
    assert len(to_customer(await send(desk))) == 1


async def test_another_day_is_another_reply(desk: Desk) -> None:
    await answer_owed(desk)
    await Promise.all().update(due_ms=to_ms(NOON + 26 * HOUR))
    assert (await suggest(desk))[-1].endswith("on Wednesday 25 November.")
    desk.talk.clock.advance(20 * HOUR)  # type: ignore[attr-defined]
    rows = await send(desk)
    assert to_customer(rows) == []
    assert bare(facts(rows, "reply_preview")["lines"][-1]).endswith("today.")


async def test_a_macro_that_was_changed_is_shown_anew_and_one_that_is_gone_or_lost_its_fact_is_not_sent(
    desk: Desk,
) -> None:
    await desk.says("/macro new when It is promised for {promised}.")
    await desk.says("/macro when")
    await MacroRow.all().update(body="Promised for {promised}, {name}.")
    assert kinds(await send(desk)) == ["reply_preview"]
    await Shipment.all().update(promised_on=None)
    assert to_customer(await send(desk)) == []
    await MacroRow.all().delete()
    assert await send(desk) == []
    assert desk.talk.toasts()[-1].startswith("This ready reply is gone.")


# ---- doubts


async def test_what_is_never_said_is_shown_when_a_macro_is_kept_and_when_it_is_used(desk: Desk) -> None:
    kept = facts(await desk.says("/macro new ask Please contact DHL directly, {name}."), "macro_kept")
    assert [one["why"] for one in kept["doubts"]] == ["carrier"]
    rows = await desk.says("/macro ask")
    assert [one["why"] for one in facts(rows, "reply_preview")["doubts"]] == ["carrier"]
    assert [button[0] for button in rows[0]["payload"]["buttons"][0]] == ["send_anyway", "edit_reply", "dont_send"]
    assert len(to_customer(await send(desk, "a"))) == 1


async def test_a_doubt_that_came_up_since_is_shown_before_they_leave(desk: Desk) -> None:
    await desk.says("/macro new soon It will arrive tomorrow, {name}.")
    told = facts(await desk.says("/macro soon"), "reply_preview")
    assert "doubts" not in told
    await Shipment.all().update(eta_on="2026-12-02")
    rows = await send(desk)
    assert (to_customer(rows), kinds(rows)) == ([], ["reply_preview"])
    assert [one["why"] for one in facts(rows, "reply_preview")["doubts"]] == ["early"]
