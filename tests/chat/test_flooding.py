"""Words shown together: each keeps its marks, its fate, its counterpart and its right to be corrected."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.flood import GATHERED_FOR, MOST
from bot.domain.outgoing import Rejected, Sent
from bot.flows import outgoing, settling, spoken
from bot.flows.calls import Call
from bot.store import sql
from bot.store.crypt import Vault
from bot.store.models import TicketMessage
from bot.store.ms import to_ms
from bot.store.tickets import Words
from bot.texts.bidi import utf16_len
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import SpokenTalk
from tests.fakes.desk import Desk, open_desk
from tests.fakes.rows import GROUP, NOON
from tests.fakes.speaker import composer
from tests.fakes.talk import Who

LAYLA = Who(5, "Layla", "en")
PRIVATE = {"id": LAYLA.id, "type": "private", "first_name": LAYLA.name}
BOLD = {"type": "bold", "offset": 0, "length": 4}


@pytest.fixture
async def desk(store: str, clock: StandingClock, vault: Vault) -> Desk:
    return await open_desk(SpokenTalk(clock, vault))


async def flood(desk: Desk, *texts: str, **more: Any) -> list[int]:
    """After as many words as a person in distress writes, these; the numbers of their messages."""
    for n in range(MOST):
        await desk.talk.say(f"before {n}", LAYLA)
    return [await says(desk, text, **more) for text in texts]


async def says(desk: Desk, text: str, **more: Any) -> int:
    await desk.talk.say(text, LAYLA, **more)
    return desk.talk.message_id


async def corrects(desk: Desk, message_id: int, text: str, **more: Any) -> list[Any]:
    said = {"message_id": message_id, "date": 1795514400, "edit_date": 1795514401, "chat": PRIVATE}
    worded = {"text": text} if text else {}
    return await desk.talk.feed({"edited_message": said | {"from": LAYLA.as_user()} | worded | more})


async def waiting() -> list[dict[str, Any]]:
    rows = await sql.rows("SELECT payload FROM outbox WHERE cause LIKE 'flood:%' AND state = 'queued' ORDER BY id")
    return [orjson.loads(row["payload"]) for row in rows if "text" in orjson.loads(row["payload"])]


async def leave(after: timedelta = 3 * GATHERED_FOR) -> list[Call]:
    """What waits leaves and stands where it belongs: numbered from 701."""
    at, said = NOON + after, list[Call]()
    while rows := await outgoing.lease(1, at):
        call = await outgoing.prepare(rows[0], composer(), at)
        outcome = Sent(700 + len(said) + 1) if isinstance(call, Call) else call
        said += [call] if isinstance(call, Call) else []
        await settling.settle(rows[0], call if isinstance(call, Call) else None, outcome, at)
    return said


async def test_a_correction_while_they_wait_changes_its_own_words_only(desk: Desk) -> None:
    numbers = await flood(desk, "one", "two", "three")
    assert await corrects(desk, numbers[2], "three, corrected") == []
    assert await corrects(desk, numbers[0], "one, corrected") == []
    assert [one["text"] for one in await waiting()] == ["one, corrected\ntwo\nthree, corrected"]


async def test_marks_move_with_their_words(desk: Desk) -> None:
    await flood(desk, "📦 one", "bold two", entities=[BOLD])
    [said] = await waiting()
    assert said["entities"] == [BOLD, BOLD | {"offset": len("📦 one") + 2}]


async def test_all_of_them_stand_in_the_one_message_and_are_corrected_there(desk: Desk) -> None:
    numbers = await flood(desk, "one", "two", "three")
    calls = await leave()
    [together] = [n for n, call in enumerate(calls, 701) if call.params.get("text") == "one\ntwo\nthree"]
    kept = await TicketMessage.filter(source_message_id__in=numbers)
    assert {(one.fate, one.target_chat_id, one.target_message_id) for one in kept} == {("sent", GROUP, together)}
    await corrects(desk, numbers[1], "two, corrected")
    await corrects(desk, numbers[0], "one, corrected")
    [edit] = await leave()
    assert (edit.method, edit.params["message_id"]) == ("editMessageText", together)
    assert edit.params["text"] == "one, corrected\ntwo, corrected\nthree"


async def test_what_fails_fails_for_each_of_them(desk: Desk) -> None:
    numbers = await flood(desk, "one", "two")
    row = next(one for one in await lease_all() if one.cause.startswith("flood:"))
    call = await outgoing.prepare(row, composer(), NOON)
    assert isinstance(call, Call)
    await settling.settle(row, call, Rejected("bad_request"), NOON)
    kept = await TicketMessage.filter(source_message_id__in=numbers)
    assert {(one.fate, one.trouble) for one in kept} == {("failed", "bad_request")}


async def lease_all() -> list[Any]:
    await sql.run("UPDATE outbox SET state = 'sent' WHERE cause NOT LIKE 'flood:in:%'")
    return await outgoing.lease(1, NOON + 3 * GATHERED_FOR)


@pytest.mark.parametrize("text", ["y" * 4095, ""])
async def test_a_correction_that_is_too_much_for_one_message_is_said_below(desk: Desk, text: str) -> None:
    numbers = await flood(desk, "one", "two")
    photo = {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]}
    [row] = await corrects(desk, numbers[0], text, **({} if text else photo))
    kept = await TicketMessage.get(source_message_id=numbers[0])
    assert (row["payload"]["reply_of"], row["act"]) == (kept.id, "text" if text else "copy")
    assert row["due_ms"] >= to_ms(NOON + GATHERED_FOR)  # not before what it corrects
    assert [one["text"] for one in await waiting()] == ["one\ntwo"]


async def test_words_with_a_quote_begin_anew_and_keep_it(desk: Desk) -> None:
    numbers = await flood(desk, "one", "two")
    quoted = {"message_id": numbers[0], "date": 1795514400, "chat": PRIVATE, "from": LAYLA.as_user(), "text": "one"}
    await says(desk, "this one", reply_to_message=quoted)
    await says(desk, "is broken")
    first, second = await waiting()
    assert (first["text"], second["text"]) == ("one\ntwo", "this one\nis broken")
    assert "reply_of" not in first
    assert second["reply_of"] == (await TicketMessage.get(source_message_id=numbers[0])).id


async def test_long_words_fill_a_message_and_begin_the_next(desk: Desk) -> None:
    await flood(desk, "a" * 2000, "b" * 2000, "c")
    assert [one["text"] for one in await waiting()] == ["a" * 2000, "b" * 2000 + "\nc"]


# ---- what cannot be shown together


PHOTO = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]


async def due() -> list[tuple[str, int]]:
    """(act, seconds from noon) of his words that wait, in the order of their leaving."""
    rows = await sql.rows(
        "SELECT act, due_ms FROM outbox WHERE act IN ('copy', 'text', 'album') AND state = 'queued'"
        " AND lane LIKE 'desk:%' ORDER BY due_ms, id"
    )
    return [(row["act"], (row["due_ms"] - to_ms(NOON)) // 1000) for row in rows]


async def test_sixty_photos_leave_half_of_the_groups_budget_to_others_and_none_is_lost(desk: Desk) -> None:
    for _ in range(60):
        await says(desk, "", photo=PHOTO)
    at = [seconds for _, seconds in await due()]
    assert len(at) == 60
    assert at == [0] * MOST + [6 * n for n in range(1, 61 - MOST)]
    assert [one.media for one in await TicketMessage.filter(direction="in")] == ["photo"] * 60


async def test_what_has_left_already_counts(desk: Desk) -> None:
    for _ in range(MOST + 2):
        await says(desk, "", photo=PHOTO)
        await sql.run("UPDATE outbox SET state = 'sent' WHERE state = 'queued'")
    await says(desk, "", photo=PHOTO)
    assert await due() == [("copy", 18)]


async def test_words_after_spread_media_stay_behind_them(desk: Desk, clock: StandingClock) -> None:
    for _ in range(MOST + 20):
        await says(desk, "", photo=PHOTO)
    await says(desk, "as you see")
    assert (await due())[-1] == ("text", 126)
    clock.advance(timedelta(seconds=65))  # he writes slowly again, and some of it still waits
    await says(desk, "that is all")
    await says(desk, "", photo=PHOTO)
    assert (await due())[-3:] == [("copy", 120), ("text", 126), ("copy", 132)]
    [said] = await waiting()
    assert said["text"] == "as you see\nthat is all"


async def test_an_album_in_a_flood_is_spread_by_its_items_and_holds_up_nothing_before_it(desk: Desk) -> None:
    for _ in range(MOST + 2):
        await says(desk, "", photo=PHOTO)
    for _ in range(3):
        await says(desk, "", photo=PHOTO, media_group_id="77")
    assert (await due())[-3:] == [("copy", 6), ("copy", 12), ("album", 30)]
    methods = [call.method for call in await leave(timedelta(seconds=13))]
    assert (methods.count("copyMessage"), methods.count("copyMessages")) == (MOST + 2, 0)
    [album] = [call for call in await leave(timedelta(seconds=31)) if call.method == "copyMessages"]
    assert len(album.messages) == 3


TEXTS = st.text(st.characters(codec="utf-16", exclude_characters="\n"), min_size=1, max_size=20)


@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_together_every_mark_covers_its_own_words(texts: list[str]) -> None:
    marked = [Words(1, one, entities=[{"type": "bold", "offset": 0, "length": utf16_len(one)}]) for one in texts]
    said = spoken.together(marked).payload
    wide = said["text"].encode("utf-16-le")
    spans = [(2 * one["offset"], 2 * (one["offset"] + one["length"])) for one in said["entities"]]
    assert [wide[start:end].decode("utf-16-le") for start, end in spans] == texts
