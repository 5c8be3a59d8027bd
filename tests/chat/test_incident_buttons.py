"""The buttons under an incident's question: who may press, what each does, what is said to whoever comes too late."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.incident import Symptom
from bot.domain.outgoing import Act
from bot.flows import backlog, facts
from bot.flows.incidents import watch
from bot.flows.ports import MemberView
from bot.store import incidents as store
from bot.store import outbox, sql
from bot.store.models import Shipment
from bot.store.ms import to_ms
from bot.texts.messages import Reader, render
from carriers.kit.model import Status
from tests.fakes.crowd import GROUP, OWNER, Crowd, crowd, held, incidents, kinds, said
from tests.fakes.desk import OMAR, SARA, join
from tests.fakes.rows import NOON
from tests.fakes.talk import Talk, Who
from tests.texts.reading_marks import bare

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NADIA = Who(OWNER, "Nadia", "en")
QUIET = "22-8"


async def stand_still(talk: Talk, count: int = 12, desk: bool = True, **changes: Any) -> Crowd:
    """So many parcels in Riyadh, silent for a week; an incident, and its question."""
    now = talk.clock.now()
    since = to_ms(now - 6 * DAY)
    parcels = await crowd(count, now, desk=desk, scan_ms=since, created_ms=since, **changes)
    await watch(now, QUIET)
    await parcels.polled(now)
    await join(talk, SARA)
    await join(talk, OMAR)
    assert len(await incidents()) == 1
    return parcels


async def pressed(talk: Talk, reply: str, who: Who = SARA, number: int = 1) -> dict[str, Any]:
    """What a press in the group brings: one message in place of the question, or an answer to it."""
    await sql.run("UPDATE outbox SET state = 'sent' WHERE act = 'answer'")
    (row,) = [row for row in await talk.press(f"ic:{number}:{reply}", who, group=GROUP) if row["act"] == "answer"]
    assert row["chat_id"] == GROUP
    return dict(row["payload"])


def buttons(payload: dict[str, Any]) -> list[str]:
    return [data.rpartition(":")[2] for row in payload["buttons"] for _, data in row]


async def refused(talk: Talk, who: Who = SARA) -> str:
    """What a press in the group says over the chat; it writes nothing."""
    assert await talk.press("ic:1:w", who, group=GROUP) == []
    (toast,) = talk.toasts()
    return toast


# ---- warn all


async def test_warn_all_tells_each_customer_one_calm_word_with_the_next_one_owed(talk: Talk) -> None:
    await stand_still(talk, promised_on="2026-11-26")
    answer = await pressed(talk, "w")
    assert (answer["kind"], answer["message_id"], answer["facts"]["who"]) == ("incident_said_warn", 40, "Sara")
    notices = await said("notice")
    assert {row["payload"]["kind"] for row in notices} == {"held_up"}
    assert sorted(row["customer_id"] for row in notices) == list(range(1, 13))
    promises = await sql.rows("SELECT customer_id, kind, open FROM promise ORDER BY customer_id")
    assert [(row["kind"], row["open"]) for row in promises] == [("held_up", 1)] * 12
    assert await sql.rows("SELECT deed, user_id FROM audit") == [{"deed": "incident.warn", "user_id": SARA.id}]


async def test_what_a_person_confirmed_is_the_cause_that_later_words_name(talk: Talk) -> None:
    await stand_still(talk, promised_on="2026-11-26")
    before = await backlog.cause_of(await Shipment.get(id=1))
    await pressed(talk, "w")
    after = await backlog.cause_of(await Shipment.get(id=1))
    assert before == {}
    assert (after["cause"], after["cause_place"], after["cause_hub"]) == ("backlog", "Riyadh", True)
    assert after["cause_since"] <= talk.clock.now().date().isoformat()
    await sql.run("UPDATE shipment SET scan_ms = ? WHERE id = 1", (to_ms(talk.clock.now()),))
    await sql.run("UPDATE finding SET closed_ms = 1 WHERE shipment_id = 1")
    assert await backlog.cause_of(await Shipment.get(id=1)) == {}


async def test_a_customer_of_several_parcels_hears_of_all_in_one_message(talk: Talk) -> None:
    await stand_still(talk)
    await sql.run("UPDATE follow SET customer_id = 1 WHERE id IN (5, 9)")
    await pressed(talk, "w")
    mine = [row["payload"]["shipments"] for row in await said("notice") if row["customer_id"] == 1]
    assert mine == [[1, 5, 9]]
    assert len(await sql.rows("SELECT id FROM promise WHERE customer_id = 1 AND open = 1")) == 3


async def test_a_parcel_that_joins_after_warn_all_is_told_the_same(talk: Talk) -> None:
    parcels = await stand_still(talk)
    await sql.run("UPDATE shipment SET scan_ms = polled_ms WHERE id = 12")
    await pressed(talk, "w")
    assert len(await kinds("notice")) == 11
    later = talk.clock.now() + 4 * DAY
    await sql.run("UPDATE account SET answered_ms = ?", (to_ms(later),))
    await parcels.polled(later, [12])
    await watch(later, QUIET)
    assert [row["customer_id"] for row in await said("notice")][11:] == [12]


async def test_who_was_warned_of_that_silence_before_is_not_told_again(talk: Talk) -> None:
    await stand_still(talk)
    await sql.run("UPDATE follow SET warned_ms = ? WHERE id = 3", (to_ms(talk.clock.now() - HOUR),))
    await pressed(talk, "w")
    assert 3 not in [row["customer_id"] for row in await said("notice")]


async def test_what_was_delivered_meanwhile_is_not_called_late(talk: Talk) -> None:
    parcels = await stand_still(talk)
    await parcels.scanned(talk.clock.now(), [4], status=Status.DELIVERED)
    await pressed(talk, "w")
    about = [row["payload"]["kind"] for row in await said("notice") if row["customer_id"] == 4]
    assert about == ["delivered"]


async def test_nobody_is_told_twice_of_a_matter_that_all_know(talk: Talk) -> None:
    parcels = await stand_still(talk)
    await pressed(talk, "w")
    later = talk.clock.now() + 12 * HOUR
    await parcels.polled(later)
    await watch(later, QUIET)
    assert set(await kinds("notice")) == {"held_up"}


# ---- wait


async def test_wait_tells_nobody_and_asks_again_at_the_hour_it_names(talk: Talk) -> None:
    await stand_still(talk)
    answer = await pressed(talk, "l")
    assert answer["kind"] == "incident_said_wait"
    assert buttons(answer) == ["w", "t"]
    (incident,) = await incidents()
    await watch(talk.clock.now(), QUIET)
    assert await kinds("notice") == []
    await watch(talk.clock.now() + DAY, QUIET)
    assert (await kinds(chat_id=GROUP))[-1] == "incident_silent"
    assert (await incidents())[0]["state"] == "asking"
    assert incident["state"] == "waiting"


async def test_wait_pressed_a_week_later_names_an_hour_that_lies_ahead(talk: Talk) -> None:
    await stand_still(talk)
    await sql.run("UPDATE incident SET ask_ms = ?", (to_ms(talk.clock.now() - 7 * DAY),))
    answer = await pressed(talk, "l")
    assert answer["facts"]["ask_at"] > talk.clock.now().isoformat()


# ---- it is theirs


async def test_silence_that_is_the_carriers_own_is_set_aside_and_comes_back_when_it_stays(talk: Talk) -> None:
    parcels = await stand_still(talk)
    now = talk.clock.now()
    assert len(await sql.rows("SELECT id FROM finding WHERE closed_ms IS NULL")) == 12
    answer = await pressed(talk, "t")
    assert (answer["kind"], buttons(answer)) == ("incident_said_theirs", ["w", "l"])
    assert await sql.rows("SELECT DISTINCT outcome FROM finding") == [{"outcome": "set_aside"}]
    await parcels.polled(now + DAY)
    assert await sql.rows("SELECT id FROM finding WHERE closed_ms IS NULL") == []
    await parcels.scanned(now + DAY, parcels.ids[1:])
    await watch(now + DAY, QUIET)
    assert (await incidents())[0]["state"] == "over"
    await parcels.polled(now + 6 * DAY, [1])
    assert [
        row["shipment_id"] for row in await sql.rows("SELECT shipment_id FROM finding WHERE closed_ms IS NULL")
    ] == [1]


async def test_after_theirs_all_may_still_be_warned(talk: Talk) -> None:
    await stand_still(talk)
    await pressed(talk, "t")
    answer = await pressed(talk, "w", OMAR)
    assert answer["kind"] == "incident_said_warn"
    assert len(await kinds("notice")) == 12


# ---- who, and when it is too late


async def test_pressed_again_it_says_who_decided_and_changes_nothing(talk: Talk) -> None:
    await stand_still(talk)
    await pressed(talk, "w")
    before = len(await said("notice"))
    again = await pressed(talk, "t", OMAR)
    assert (again["kind"], again["facts"]["who"], again["facts"]["warned"]) == ("incident_decided", "Sara", True)
    assert len(await said("notice")) == before
    assert (await incidents())[0]["state"] == "warned"


async def test_pressed_when_it_is_over_it_says_so(talk: Talk) -> None:
    await stand_still(talk)
    await store.close(1, talk.clock.now())
    answer = await pressed(talk, "w")
    assert (answer["kind"], answer["facts"]["over"], buttons(answer)) == ("incident_decided", True, [])


@pytest.mark.parametrize("data", ["ic:1:w", "ic:99:w", "ic:1:x", "ic:x:w", "ic", "ic:1:s"])
async def test_a_stranger_and_a_button_that_is_none_are_answered_kindly(talk: Talk, data: str) -> None:
    await stand_still(talk)
    (row,) = [row for row in await talk.press(data, Who(7009, "Eve")) if row["act"] == "answer"]
    assert row["payload"]["kind"] == "incident_not_yours"
    assert (await incidents())[0]["state"] == "asking"


async def test_a_trainee_and_who_has_left_the_group_do_not_decide(talk: Talk) -> None:
    await stand_still(talk)
    await sql.run(f"INSERT INTO member (merchant_id, user_id, role, created_ms) VALUES (1, {OMAR.id}, 'trainee', 0)")
    talk.telegram.members[GROUP, SARA.id] = MemberView("left", name="Sara")
    assert await refused(talk, OMAR) == await refused(talk, SARA)


async def test_where_telegram_does_not_tell_who_he_is_the_press_is_refused(talk: Talk) -> None:
    await stand_still(talk)
    talk.telegram.silent = True
    assert "doesn't tell" in await refused(talk, Who(7010, "New", "en"))


async def test_an_owner_without_a_desk_decides_in_private(talk: Talk) -> None:
    await stand_still(talk, desk=False)
    (row,) = [row for row in await talk.press("ic:1:w", NADIA) if row["act"] == "answer"]
    assert (row["payload"]["kind"], row["payload"]["facts"]["who"]) == ("incident_said_warn", "Nadia")
    assert len(await kinds("notice")) == 12


async def test_another_shops_agents_know_nothing_of_it(talk: Talk) -> None:
    await stand_still(talk)
    await sql.run("UPDATE incident SET merchant_id = 2")
    assert await refused(talk)


# ---- the words


async def test_the_question_reads_as_a_fact_with_numbers_and_the_decision(talk: Talk) -> None:
    await stand_still(talk, promised_on="2026-11-25")
    (row,) = await said(chat_id=GROUP)
    text = render(
        row["payload"]["kind"], row["payload"]["facts"], Reader("en", "Asia/Riyadh"), row["payload"]["buttons"]
    )
    first = "<b>12 parcels at Riyadh silent for 144 h</b>; 12 are promised for tomorrow."
    assert text.text.split("\n")[0] == first
    assert "Warn all 12? Nobody has been told yet." in text.text
    assert [button.label for button in text.buttons[0]] == ["Warn all", "Wait until 16:00", "It's their system"]


def test_every_symptom_is_asked_about_in_words_of_its_own() -> None:
    for symptom in Symptom:
        assert render(f"incident_{symptom}", {"stuck": 12, "carrier": "ups"}, Reader("en", "UTC")).text


async def test_held_findings_of_who_was_told_stay_quiet_until_it_is_over(talk: Talk) -> None:
    await stand_still(talk)
    await pressed(talk, "w")
    assert len(await held()) == 12


# ---- what leaves


async def leaving(customer_id: int) -> str | None:
    """What that customer's notice says if it leaves now; None where it is dropped."""
    now = NOON
    row = next(row for row in await outbox.lease(500, now) if row.act is Act.NOTICE and row.customer_id == customer_id)
    composed = await facts.notice(row, now)
    return None if composed is None else bare(render(composed.kind, composed.facts, composed.reader).text)


async def test_the_calm_word_names_the_place_and_the_next_word(talk: Talk) -> None:
    await stand_still(talk, promised_on="2026-11-26")
    await pressed(talk, "w")
    assert await leaving(3) == (
        "Order 1003 is caught up in this week's delays at Riyadh.\n"
        "Please don't count on Thursday. There's nothing you need to do; we'll write by 12:00 on Thursday."
    )


async def test_the_calm_word_of_several_orders_names_each(talk: Talk) -> None:
    await stand_still(talk, promised_on="2026-11-26")
    await sql.run("UPDATE follow SET customer_id = 1 WHERE id IN (5, 9)")
    await pressed(talk, "w")
    said_of_all = await leaving(1)
    assert said_of_all is not None
    assert "3 of your parcels are caught up" in said_of_all
    assert all(f"Order {1000 + one}" in said_of_all for one in (1, 5, 9))


async def test_the_calm_word_is_dropped_where_the_parcel_has_moved_meanwhile(talk: Talk) -> None:
    parcels = await stand_still(talk)
    await pressed(talk, "w")
    await parcels.scanned(talk.clock.now(), [3], place="Jeddah")
    assert await leaving(3) is None


async def test_who_decides_first_decides_although_two_press_at_once(talk: Talk) -> None:
    await stand_still(talk)
    await asyncio.gather(
        talk.press("ic:1:w", SARA, group=GROUP),
        talk.press("ic:1:t", OMAR, group=GROUP, message_id=41),
        return_exceptions=True,
    )
    deeds = [row["deed"] for row in await sql.rows("SELECT deed FROM audit ORDER BY id")]
    state = (await incidents())[0]["state"]
    assert (deeds, state) in [(["incident.warn"], "warned"), (["incident.theirs", "incident.warn"], "warned")]
