"""The picture of a desk's week: on the week's first morning, once, and when who leads asks for it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from bot.domain.outgoing import Act, Leaving, Priority
from bot.flows import weekly
from bot.flows.calls import Call, Drop, Later
from bot.flows.ports import MemberView
from bot.store.models import Member, Merchant, OutboxRow, Person, Ticket, TicketMessage
from bot.store.ms import from_ms, to_ms
from bot.texts.charts import Chart
from tests.fakes.desk import OMAR, SARA
from tests.fakes.shopkeeper import GROUP, open_shop
from tests.fakes.shopkeeper import OMAR as OWNER
from tests.fakes.talk import Talk, kinds

SUNDAY = datetime(2026, 11, 29, 6, tzinfo=UTC)
"""Nine in Riyadh, when the shop opens and its week begins."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def shop(talk: Talk) -> Merchant:
    await open_shop(talk)
    await Merchant.all().update(
        desk_chat_id=GROUP, locale="ar", zone="Asia/Riyadh", country="SA", staffed="Sun-Thu 09:00-18:00"
    )
    return await Merchant.get()


async def a_ticket(shop: Merchant, opened: datetime, **more: Any) -> None:
    """Opened then, answered by Sara an hour later, and solved after another."""
    solved = to_ms(opened + 2 * HOUR)
    one = await Ticket.create(
        merchant_id=shop.id, customer_id=1, cause="words", opened_ms=to_ms(opened), solved_ms=solved,
        closed_ms=solved, state="closed", assignee_id=SARA.id, **more,
    )  # fmt: skip
    _ = await TicketMessage.create(
        customer_id=1, ticket_id=one.id, direction="out", user_id=SARA.id, source_chat_id=1, source_message_id=one.id,
        fate="sent", created_ms=to_ms(opened + HOUR),
    )  # fmt: skip


async def pictures() -> list[OutboxRow]:
    return await OutboxRow.filter(act="picture").order_by("id")


def leaving(row: OutboxRow) -> Leaving:
    return Leaving(
        row.id, Act.PICTURE, orjson.loads(row.payload), row.cause, Priority(row.priority), row.lane, 1,
        from_ms(row.created_ms), chat_id=row.chat_id, merchant_id=row.merchant_id,
    )  # fmt: skip


class Pencil:
    """Draws `png` at the second asking."""

    def __init__(self, png: bytes = b"png") -> None:
        self.png = png
        self.charts: list[Chart] = []

    def drawn(self, key: int, chart: Chart) -> bytes | None:
        self.charts.append(chart)
        return None if len(self.charts) == 1 else self.png


# ---- by itself


async def test_it_goes_to_the_group_when_the_week_begins_and_somebody_is_there(shop: Merchant) -> None:
    assert await weekly.tell_due(SUNDAY - timedelta(minutes=1)) == 0
    assert await weekly.tell_due(SUNDAY) == 1
    [row] = await pictures()
    assert (row.chat_id, orjson.loads(row.payload)["until"]) == (GROUP, "2026-11-29")
    assert orjson.loads(row.payload)["reader"]["locale"] == "ar"
    assert await weekly.tell_due(SUNDAY + HOUR) == 0
    assert await weekly.tell_due(SUNDAY + 7 * DAY) == 1
    assert len(await pictures()) == 2


async def test_on_a_day_off_it_waits_for_the_next_one(shop: Merchant) -> None:
    await Merchant.all().update(apart="2026-11-29 closed")
    assert await weekly.tell_due(SUNDAY + 8 * HOUR) == 0
    assert await weekly.tell_due(SUNDAY + DAY) == 1


async def test_what_is_a_day_old_is_not_sent_any_more(shop: Merchant) -> None:
    assert await weekly.tell_due(SUNDAY + DAY + HOUR) == 0
    assert await weekly.tell_due(SUNDAY + DAY) == 0
    assert await pictures() == []


async def test_a_shop_without_a_desk_has_none(shop: Merchant) -> None:
    await Merchant.all().update(desk_chat_id=None)
    assert await weekly.tell_due(SUNDAY) == 0


# ---- made when it leaves


async def test_it_is_drawn_from_the_week_s_figures_while_others_leave(shop: Merchant) -> None:
    await a_ticket(shop, SUNDAY - 7 * DAY + HOUR)
    await a_ticket(shop, SUNDAY - 6 * DAY + HOUR)
    await a_ticket(shop, SUNDAY - 9 * DAY)
    await weekly.tell_due(SUNDAY)
    [row], pencil = await pictures(), Pencil()
    compose = weekly.composer(pencil.drawn)
    assert isinstance(await compose(leaving(row), SUNDAY), Later)
    call = await compose(leaving(row), SUNDAY + HOUR)
    assert isinstance(call, Call)
    assert (call.method, call.chat_id, call.params["photo"]) == ("sendPhoto", GROUP, b"png")
    assert "فُتحت: 2، حُلّت: 2" in call.params["caption"]
    chart = pencil.charts[-1]
    assert chart.rtl
    assert [row.values for row in chart.panels[0].bars] == [(1, 1, 0, 0, 0, 0, 0)] * 2
    assert chart.panels[1].bars[0].values[:3] == (60, 60, None)


async def test_of_a_week_in_which_nothing_happened_nothing_is_sent(shop: Merchant) -> None:
    await weekly.tell_due(SUNDAY)
    [row] = await pictures()
    assert await weekly.composer(Pencil().drawn)(leaving(row), SUNDAY) == Drop("quiet")


async def test_what_cannot_be_drawn_is_said_in_words(shop: Merchant) -> None:
    await a_ticket(shop, SUNDAY - 2 * DAY)
    await weekly.tell_due(SUNDAY)
    [row], pencil = await pictures(), Pencil(b"")
    compose = weekly.composer(pencil.drawn)
    await compose(leaving(row), SUNDAY)
    call = await compose(leaving(row), SUNDAY)
    assert isinstance(call, Call)
    assert (call.method, "photo" in call.params) == ("sendMessage", False)
    assert "فُتحت: 1" in call.params["text"]


# ---- asked for


async def leads(talk: Talk, who: Any, role: str) -> None:
    talk.telegram.members[GROUP, who.id] = MemberView("member", name=who.name)
    _ = await Person.get_or_create({"name": who.name}, user_id=who.id)
    _ = await Member.create(merchant_id=1, user_id=who.id, role=role, created_ms=0)


async def test_who_leads_gets_the_last_seven_days_where_he_asks(talk: Talk, shop: Merchant) -> None:
    await leads(talk, SARA, "lead")
    await a_ticket(shop, talk.clock.now() - DAY)
    await talk.say("/stats week", SARA, group=GROUP)
    await talk.say("/stats week", OWNER)
    group, private = await pictures()
    assert (group.chat_id, private.chat_id) == (GROUP, OWNER.id)
    assert orjson.loads(group.payload)["reader"]["locale"] == "ar"
    assert orjson.loads(private.payload)["reader"]["locale"] == "en"
    call = await weekly.composer(lambda key, chart: b"png")(leaving(private), talk.clock.now())
    assert isinstance(call, Call)
    assert "Opened 1, solved 1" in call.params["caption"]


async def test_asked_of_a_quiet_week_it_says_so(talk: Talk, shop: Merchant) -> None:
    assert kinds(await talk.say("/stats week", OWNER)) == ["week_quiet"]
    assert await pictures() == []


async def test_others_get_none(talk: Talk, shop: Merchant) -> None:
    await leads(talk, OMAR, "agent")
    await a_ticket(shop, talk.clock.now() - DAY)
    await talk.say("/stats week", OMAR, group=GROUP)
    await talk.say("/stats week", OMAR)
    assert await pictures() == []
