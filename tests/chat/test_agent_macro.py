"""`/macro`: leads write ready replies; they are shown filled in the customer's language and sent with one tap, once."""

from typing import Any

import pytest

from bot.store.crypt import Vault
from bot.store.models import Audit, MacroRow, PendingReply, Person, TicketMessage
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import SpokenTalk, facts
from tests.fakes.desk import OMAR, SARA, Desk, open_desk, own
from tests.fakes.rows import GROUP
from tests.fakes.talk import Who, kinds
from tests.texts.reading_marks import bare

HELLO = "/macro new Hello Hello {name}, {agent} here. Order {order} was promised for {promised}."


@pytest.fixture
async def desk(store: str, clock: StandingClock, vault: Vault) -> Desk:
    found = await open_desk(SpokenTalk(clock, vault))
    await own(found.parcel.merchant, SARA, "lead")
    return found


def to_customer(rows: list[Any]) -> list[str]:
    return [bare(row["payload"]["text"]) for row in rows if row["lane"] == "chat:5"]


async def press(desk: Desk, what: str, who: Any = SARA) -> list[Any]:
    row = await PendingReply.filter().order_by("-id").first()
    assert row is not None
    return await desk.talk.press(f"pr:{row.id}:{what}", who, group=GROUP)


async def test_a_macro_is_kept_at_once_and_shown_filled(desk: Desk) -> None:
    told = facts(await desk.says(HELLO), "macro_kept")
    assert (told["macro"], told["in_en"], told["no_ar"], told["no_fa"]) == ("hello", True, True, True)
    assert bare(told["lines"][0]).startswith("Hello Layla, Sara here. Order 1001 was promised for Wednesday")
    assert (await MacroRow.get()).body == HELLO.split(maxsplit=3)[3]
    assert (await Audit.get(deed="macro.put")).detail == "en"


async def test_the_preview_is_as_the_customer_will_read_it_and_one_tap_sends_it(desk: Desk) -> None:
    await desk.says(HELLO)
    rows = await desk.says("/macro hello")
    told = facts(rows, "reply_preview")
    assert (told["macro"], told["name"]) == ("hello", "Layla")
    assert bare(told["lines"][0]) == "Hello Layla, Sara here. Order 1001 was promised for Wednesday 25 November."
    assert to_customer(rows) == []
    [[_, (label, copied), _]] = rows[0]["payload"]["buttons"]
    assert (label, bare(copied)) == ("edit_reply", f"copy:{bare(told['lines'][0])}")
    rows = await press(desk, "s")
    assert to_customer(rows) == [f"Sara, Lavender\n{bare(told['lines'][0])}"]
    sent = [row for row in rows if row["payload"].get("kind") == "reply_sent"]
    assert [row["payload"]["message_id"] for row in sent] == [40]


async def test_resend_in_reply_to_the_preview_sends_the_words_alone(desk: Desk) -> None:
    await desk.says(HELLO)
    await desk.says("/macro hello")
    [said] = to_customer(await press(desk, "s"))
    await TicketMessage.all().update(fate="failed")
    kept = await TicketMessage.get()
    preview = {"message_id": kept.source_message_id, "text": "Sent to the customer by Sara.\nHello Layla"}
    assert to_customer(await desk.replies("/resend", preview, OMAR)) == [said]


async def test_two_who_press_send_at_once_send_it_once(desk: Desk) -> None:
    await desk.says(HELLO)
    await desk.says("/macro hello")
    assert len(to_customer(await press(desk, "s", OMAR))) == 1
    assert await press(desk, "s", SARA) == []
    assert desk.talk.toasts()[0].startswith("Sent already: Omar")


async def test_it_is_signed_by_who_sends_it(desk: Desk) -> None:
    await desk.says(HELLO)
    await desk.says("/macro hello")
    [said] = to_customer(await press(desk, "s", OMAR))
    assert said.startswith("Omar, Lavender\nHello Layla, Omar here.")


async def test_the_customers_language_is_taken_else_the_shops_and_it_is_said(desk: Desk) -> None:
    await desk.says(HELLO)
    await desk.says("/macro new hello fa سلام {name}، {agent} هستم. قرار سفارش {order} {promised} بود.")
    _ = await Person.create(user_id=5, name="Layla", locale="fa")
    told = facts(await desk.says("/macro hello"), "reply_preview")
    assert "fallback" not in told
    assert bare(told["lines"][0]) == "سلام Layla، Sara هستم. قرار سفارش ۱۰۰۱ چهارشنبه ۴ آذر بود."
    await Person.filter(user_id=5).update(locale="ar")
    assert facts(await desk.says("/macro hello"), "reply_preview")["fallback"] == "en"


async def test_markup_arrives_as_entities(desk: Desk) -> None:
    await desk.says("/macro new note <b>Order</b> {order}")
    await desk.says("/macro note")
    [row] = [row for row in await press(desk, "s") if row["lane"] == "chat:5"]
    assert row["payload"]["entities"][-1] == {"type": "bold", "offset": 15, "length": 5}


async def test_several_lines_stay_lines(desk: Desk) -> None:
    await desk.says("/macro new two\nHello {name}.\n\nBye.")
    await desk.says("/macro two")
    assert to_customer(await press(desk, "s")) == ["Sara, Lavender\nHello Layla.\nBye."]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("/macro new late Order {ordr} is late", "own_refused"),
        ("/macro new late Order {order", "own_refused"),
        ("/macro new late <h1>Late</h1>", "own_refused"),
        ("/macro new late Send us your card number", "own_refused"),
        ("/macro new late", "macro_usage"),
        ("/macro new", "macro_usage"),
        ("/macro new late fa", "macro_usage"),
        ("/macro new delete Text", "macro_usage"),
        ("/macro new !! Text", "macro_usage"),
        ("/macro nothing", "macro_unknown"),
        ("/macro delete nothing", "macro_unknown"),
        ("/macro about nothing late", "macro_unknown"),
    ],
)
async def test_what_cannot_be_done_is_explained(desk: Desk, said: str, kind: str) -> None:
    assert kinds(await desk.says(said)) == [kind]
    assert not await MacroRow.all().exists()


async def test_without_its_fact_nothing_is_to_be_sent(desk: Desk) -> None:
    await desk.says("/macro new when It comes {expected}.")
    assert facts(await desk.says("/macro when"), "macro_unfilled")["hole"] == "{expected}"
    assert not await PendingReply.all().exists()


async def test_a_macro_that_later_rules_refuse_is_not_sent(desk: Desk) -> None:
    await desk.says("/macro new old Hello")
    await MacroRow.all().update(body="Hello {long_gone}")
    assert kinds(await desk.says("/macro old")) == ["macro_unfilled"]


async def test_agents_use_them_and_only_leads_write_them(desk: Desk) -> None:
    await desk.says(HELLO)
    assert kinds(await desk.says("/macro hello", OMAR)) == ["reply_preview"]
    for said in ("/macro new x y", "/macro delete hello", "/macro about hello late"):
        assert kinds(await desk.says(said, OMAR)) == ["macro_not_yours"]
    assert "holes" not in facts(await desk.says("/macro", OMAR), "macros_shown")


async def test_what_it_fits_is_kept_and_listed(desk: Desk) -> None:
    await desk.says(HELLO)
    assert facts(await desk.says("/macro about hello late, stalled"), "macro_about")["about"] == "late, stalled"
    [one] = facts(await desk.says("/macro"), "macros_shown")["macros"]
    assert (one["name"], one["languages"], one["about"]) == ("hello", "en", "late, stalled")
    assert kinds(await desk.says("/macro about hello nonsense")) == ["macro_about_usage"]
    assert "about" not in {k for k, v in facts(await desk.says("/macro about hello"), "macro_about").items() if v}


async def test_it_is_taken_away_in_one_language_or_in_all(desk: Desk) -> None:
    await desk.says(HELLO)
    await desk.says("/macro new hello ar مرحبًا {name}")
    assert facts(await desk.says("/macro delete hello ar"), "macro_deleted")["in_ar"] is True
    assert await MacroRow.all().count() == 1
    await desk.says("/macro delete hello")
    assert kinds(await desk.says("/macro hello")) == ["macro_unknown"]


async def test_in_private_an_owner_writes_and_sees_them_with_a_sample(desk: Desk) -> None:
    assert kinds(await desk.talk.say(HELLO, SARA)) == ["macro_kept"]
    assert kinds(await desk.talk.say("/macro hello", SARA)) == ["macro_shown"]
    assert kinds(await desk.talk.say("/macro", SARA, group=GROUP)) == ["macros_shown"]


async def test_customers_do_not_have_the_command(desk: Desk) -> None:
    assert "macros_shown" not in kinds(await desk.talk.say("/macro", Who(5, "Layla", "en")))


async def test_macros_of_another_shop_are_none(desk: Desk) -> None:
    await desk.says(HELLO)
    await MacroRow.all().update(merchant_id=999)
    assert kinds(await desk.says("/macro hello")) == ["macro_unknown"]
    assert facts(await desk.says("/macro"), "macros_shown")["none"] is True


async def test_words_too_long_for_a_button_come_as_a_message(desk: Desk) -> None:
    await desk.says("/macro new long Hello {name}. " + "More words. " * 30)
    rows = await desk.says("/macro long")
    assert rows[0]["payload"]["buttons"][0][1][1].endswith(":e")
    told = facts(await press(desk, "e"), "reply_text")
    assert told["lines"][0].startswith("Hello Layla. More words.")
