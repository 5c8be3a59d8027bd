"""Parcels by chat: added, listed, moved by hand; bad input is refused in clear words and disturbs nothing."""

import re
from typing import Any

import pytest

from bot.store import sql
from tests.fakes.clock import StandingClock
from tests.fakes.shopkeeper import DHL_NUMBER, OMAR, UPS_NUMBER, add_dhl, add_own, open_shop, words
from tests.fakes.talk import Talk, Who, kinds

LAYLA = Who(8001, "Layla", "ar")


@pytest.fixture
async def shop(talk: Talk) -> Talk:
    await open_shop(talk)
    await add_dhl(talk)
    await talk.say("/carrier add ups client_id=abc client_secret=def", OMAR)
    return talk


async def shipment() -> dict[str, Any]:
    return (await sql.rows("SELECT * FROM shipment"))[0]


def link_in(rows: list[Any]) -> str:
    found = re.search(r"https://t\.me/herald_bot\?start=(f[A-Za-z0-9_-]{20,})(\s|$)", words(rows))
    assert found is not None
    return found[1]


async def test_a_parcel_is_added_and_answered_with_the_follow_link(shop: Talk) -> None:
    answers = await shop.say(f"/shipment add {UPS_NUMBER} order=1001 promised=2026-11-25", OMAR)
    assert kinds(answers) == ["shipment_added"]
    assert UPS_NUMBER in words(answers)
    assert link_in(answers)
    row = await shipment()
    assert (row["slug"], row["number"], row["promised_on"]) == ("ups", UPS_NUMBER, "2026-11-25")


async def test_the_customer_can_follow_by_the_link(shop: Talk) -> None:
    token = link_in(await shop.say(f"/shipment add {UPS_NUMBER} order=1001 name=Layla lang=ar", OMAR))
    rows = await shop.say(f"/start {token}", LAYLA)
    assert "live" in [row["act"] for row in rows]


async def test_the_owner_may_try_the_link_himself(shop: Talk) -> None:
    token = link_in(await shop.say(f"/shipment add {UPS_NUMBER} order=1001", OMAR))
    assert "live" in [row["act"] for row in await shop.say(f"/start {token}", OMAR)]


async def test_the_link_is_whole_in_right_to_left_texts(shop: Talk) -> None:
    omar = Who(OMAR.id, "عمر", "ar", "omar")
    assert link_in(await shop.say(f"/shipment add {UPS_NUMBER}", omar))


WRITINGS = ("1Z 999 AA1 01 2345 6784", "1z999aa1-0123456784", "١Z٩٩٩AA١٠١٢٣٤٥٦٧٨٤", "۱Z۹۹۹AA۱۰۱۲۳۴۵۶۷۸۴")
DAYS = ("2026/11/25", "۱۴۰۵-۰۹-۰۴", "1405/9/4", "25.11.2026", "٢٠٢٦-١١-٢٥", "1448-06-15")
BAD_INPUT = (
        ("/shipment add 1Z999AA10123456785", "number_refused", "check digit"),
        (f"/shipment add {UPS_NUMBER} carrier=dhl_unified", "number_refused", "ups"),
        ("/shipment add " + "1" * 10_000, "number_refused", "too long"),
        ("/shipment add --- carrier=ups", "number_refused", "no tracking number"),
        ("/shipment add", "shipment_usage", "/shipment add"),
        ("/shipment", "shipment_usage", "/shipment add"),
        (f"/shipment add {UPS_NUMBER} promised=soon", "field_unreadable", "2026-11-25"),
        (f"/shipment add {UPS_NUMBER} promised=2026-02-30", "field_unreadable", "2026-11-25"),
        (f"/shipment add {UPS_NUMBER} needed=2026-11-01", "field_unreadable", "needed="),
        (f"/shipment add {UPS_NUMBER} phone=123", "field_unreadable", "phone="),
        (f"/shipment add {UPS_NUMBER} email=nobody", "field_unreadable", "email="),
        (f"/shipment add {UPS_NUMBER} lang=xx", "field_unreadable", "lang="),
        (f"/shipment add {UPS_NUMBER} cod=much", "field_unreadable", "cod="),
        (f"/shipment add {UPS_NUMBER} colour=red", "field_unknown", "promised"),
        (f"/shipment add {UPS_NUMBER} carrier=nosuch", "carrier_unknown", "dhl_unified"),
        (f"/shipment add {UPS_NUMBER} carrier=17track", "shipment_no_account", "/carrier add 17track"),
)  # fmt: skip


async def test_a_number_is_taken_however_it_is_written(shop: Talk) -> None:
    for written in WRITINGS:
        assert UPS_NUMBER in words(await shop.say(f'/shipment add "{written}" carrier=ups', OMAR)), written
    assert (await shipment())["number"] == UPS_NUMBER


async def test_bad_input_is_refused_with_a_clear_word(shop: Talk) -> None:
    for said, kind, word in BAD_INPUT:
        answers = await shop.say(said, OMAR)
        assert kinds(answers) == [kind], said[:80]
        assert word in words(answers), said[:80]
    assert await sql.rows("SELECT id FROM shipment") == []


async def test_a_promised_day_is_read_in_three_calendars(shop: Talk) -> None:
    for written in DAYS:
        await shop.say(f"/shipment add {UPS_NUMBER} promised=2026-12-01", OMAR)
        await shop.say(f"/shipment add {UPS_NUMBER} promised={written}", OMAR)
        assert (await shipment())["promised_on"] == "2026-11-25", written


async def test_a_promised_day_that_is_over_is_kept_and_said_to_warn_nobody(shop: Talk) -> None:
    answers = await shop.say(f"/shipment add {UPS_NUMBER} promised=2026-11-01", OMAR)
    assert "nobody is warned of what is past" in words(answers)
    assert (await shipment())["promised_on"] == "2026-11-01"


async def test_what_is_said_of_the_order_is_kept(shop: Talk) -> None:
    await shop.say("/shop country SA", OMAR)
    said = 'order=#1001 name="Layla <b>Haddad" phone=0501234567 email=l@example.com lang=ar cod="240 SAR" value=300'
    await shop.say(f"/shipment add {UPS_NUMBER} {said}", OMAR)
    order = (await sql.rows("SELECT number, name, phone, email, locale FROM shop_order"))[0]
    assert tuple(order.values()) == ("1001", "Layla <b>Haddad", "+966501234567", "l@example.com", "ar")
    row = await shipment()
    assert (row["cod_amount"], row["value_amount"], row["currency"]) == ("240", "300", "SAR")


async def test_the_same_number_again_brings_it_up_to_date(shop: Talk) -> None:
    await shop.say(f"/shipment add {UPS_NUMBER} order=1001 promised=2026-11-25 name=Layla", OMAR)
    answers = await shop.say(f"/shipment add {UPS_NUMBER} promised=2026-11-27", OMAR)
    assert "Brought up to date" in words(answers)
    assert [row["promised_on"] for row in await sql.rows("SELECT promised_on FROM shipment")] == ["2026-11-27"]
    assert (await sql.rows("SELECT name FROM shop_order"))[0]["name"] == "Layla"


async def test_a_further_parcel_of_a_followed_order_is_followed_too(shop: Talk) -> None:
    token = link_in(await shop.say(f"/shipment add {UPS_NUMBER} order=1001", OMAR))
    await shop.say(f"/start {token}", LAYLA)
    rows = await shop.say(f"/shipment add {DHL_NUMBER} order=1001", OMAR)
    assert [row["chat_id"] for row in rows if row["act"] == "live"] == [LAYLA.id]


async def test_the_carrier_chosen_by_button_completes_the_command(shop: Talk) -> None:
    from bot.flows import adding, dialogue
    from bot.flows.turn import Answer, Turn, meet

    async def ask(turn: Turn) -> Answer:
        await dialogue.begin(turn, shop.vault, adding.FORM, {"said": f"{UPS_NUMBER} order=7"})
        return Answer("shipment_which")

    turn = Turn(1, shop.clock.now(), OMAR.id, OMAR.id, await meet(OMAR.id, "Omar", "omar", "en"))
    await turn.run(ask)
    assert kinds(await shop.press("ac:ups", OMAR)) == ["shipment_added"]
    assert kinds(await shop.press("ac:ups", OMAR)) == ["form_over"]


async def test_a_resting_account_is_told_of(shop: Talk) -> None:
    await shop.say("/carrier pause ups", OMAR)
    assert "/carrier" in words(await shop.say(f"/shipment add {UPS_NUMBER}", OMAR))


async def test_the_own_courier_s_parcel_goes_out_and_is_delivered(shop: Talk) -> None:
    token = link_in(await add_own(shop))
    await shop.say(f"/start {token}", LAYLA)
    out = await shop.say("/out OWN-1", OMAR)
    assert "out_for_delivery" in [row["payload"]["kind"] for row in out if row["act"] == "notice"]
    assert "shipment_moved" in kinds(out)
    await shop.say("/delivered 1001", OMAR)
    assert (await shipment())["status"] == "delivered"


async def test_a_failed_attempt_by_hand_warns_the_customer(shop: Talk) -> None:
    token = link_in(await add_own(shop))
    await shop.say(f"/start {token}", LAYLA)
    rows = await shop.say("/failed OWN-1", OMAR)
    assert "attempt" in [row["payload"]["kind"] for row in rows if row["act"] == "notice"]


async def test_what_the_courier_says_beside_the_number_is_kept_with_the_scan(shop: Talk) -> None:
    await add_own(shop)
    await shop.say("/failed OWN-1 nobody came to the door", OMAR)
    (scan,) = await sql.rows("SELECT description FROM scan_event WHERE code = 'own_failed'")
    assert scan["description"] == "nobody came to the door"


async def test_a_photo_of_the_delivery_reaches_whoever_follows_the_parcel(shop: Talk) -> None:
    token = link_in(await add_own(shop))
    await shop.say(f"/start {token}", LAYLA)
    photo = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]
    rows = await shop.say("", OMAR, photo=photo, caption="/delivered OWN-1")
    (copy,) = [row for row in rows if row["act"] == "copy"]
    assert copy["chat_id"] == LAYLA.id
    assert copy["payload"] == {"from_chat_id": OMAR.id, "from_message_id": shop.message_id, "caption": ""}
    assert (await shipment())["status"] == "delivered"


async def test_a_courier_moves_parcels_and_may_do_nothing_else(shop: Talk) -> None:
    await add_own(shop)
    driver = Who(7300, "Driver", "en", "driver")
    await shop.say("hello", driver)
    await shop.say("/team @driver courier", OMAR)
    assert "shipment_moved" in kinds(await shop.say("/out OWN-1", driver))
    assert "carrier_list" not in kinds(await shop.say("/carrier", driver))
    assert "shipments" not in str(kinds(await shop.say("/shipments", driver)))


async def test_an_order_of_several_parcels_wants_the_number(shop: Talk) -> None:
    await add_own(shop, "OWN-1")
    await add_own(shop, "OWN-2")
    answers = await shop.say("/delivered 1001", OMAR)
    assert kinds(answers) == ["correct_which"]
    assert "/delivered OWN1" in words(answers)


async def test_a_number_of_another_shop_does_not_exist(shop: Talk, clock: StandingClock) -> None:
    await add_own(shop)
    rival = Who(7100, "Rival", "en")
    await open_shop(shop, rival, "Rival")
    assert kinds(await shop.say("/delivered OWN-1", rival)) == ["shipment_none"]


async def test_open_parcels_are_listed_page_by_page(shop: Talk) -> None:
    for count in range(12):
        await add_own(shop, f"OWN-{count:02}", f"order={count}")
    first = await shop.say("/shipments", OMAR)
    assert "OWN11" in words(first)
    assert first[0]["payload"]["buttons"] == [[["older", "sl:10"]]]
    second = await shop.press("sl:10", OMAR, message_id=77)
    assert "OWN01" in words(second)
    assert second[0]["payload"]["message_id"] == 77
