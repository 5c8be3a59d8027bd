"""`/shop mode=`: shadow and live, what is under way when it changes, how right the drafts were, who should begin so."""

import pytest

from bot.store import sql
from bot.store.crypt import Vault
from bot.store.models import DraftScore, Merchant, Promise
from carriers.kit.model import Status
from tests.fakes.answers import answer, scan
from tests.fakes.clock import StandingClock
from tests.fakes.consignee import SpokenTalk, of_act
from tests.fakes.desk import OWNER, own
from tests.fakes.drafts import (
    HOUR,
    NOW,
    PROMISED,
    asks,
    kinds,
    leave,
    more,
    notices,
    shadowed,
    shown,
    slips,
    states,
)
from tests.fakes.parcels import Followed
from tests.fakes.shopkeeper import add_dhl, open_shop, words
from tests.fakes.talk import Talk, Who
from tests.fakes.talk import kinds as answers

AGENT = Who(6005, "Ali", "en")


@pytest.fixture
async def talk(store: str, clock: StandingClock, vault: Vault) -> Talk:
    return SpokenTalk(clock, vault)


@pytest.fixture
async def parcel(talk: Talk) -> Followed:
    parcel = await shadowed()
    await Merchant.all().update(mode="live")
    await own(parcel.merchant)
    return parcel


async def mode() -> str:
    return (await Merchant.get()).mode


@pytest.mark.parametrize("said", ["mode=shadow", "mode shadow", "MODE = Shadow", "mode =shadow"])
async def test_a_shop_is_put_into_shadow(talk: Talk, parcel: Followed, said: str) -> None:
    rows = await talk.say(f"/shop {said}", OWNER)
    assert answers(rows) == ["shop_mode"]
    assert words(rows).startswith(
        "Shadow: your people see each warning first.\nA warning comes to your group (to the owners while there is none)"
    )
    assert await mode() == "shadow"
    [audit] = await sql.rows("SELECT deed, user_id, detail FROM audit")
    assert audit == {"deed": "shop.mode", "user_id": OWNER.id, "detail": "shadow"}


async def test_said_again_it_changes_nothing_and_tells_how_right_the_drafts_were(talk: Talk, parcel: Followed) -> None:
    await talk.say("/shop mode=shadow", OWNER)
    for number in range(23):
        outcome = "right" if number < 19 else "wrong"
        _ = await DraftScore.create(
            shipment_id=number, merchant_id=1, drafted_ms=0, due_ms=61 * 3_600_000, outcome=outcome
        )
    told = "23 drafts so far. 19 would have been right, 61 h ahead in the median. 4 would have been wrong."
    assert told in words(await talk.say("/shop mode=shadow", OWNER))
    assert told in words(await talk.say("/shop", OWNER))
    assert told in words(await talk.say("/stats", OWNER))
    assert len(await sql.rows("SELECT id FROM audit")) == 1


async def test_what_is_no_mode_is_explained(talk: Talk, parcel: Followed) -> None:
    rows = await talk.say("/shop mode=dark", OWNER)
    assert answers(rows) == ["shop_unreadable"]
    assert "/shop mode=shadow or /shop mode=live" in words(rows)
    assert await mode() == "live"


async def test_whoever_only_answers_customers_does_not_change_it(talk: Talk, parcel: Followed) -> None:
    await own(parcel.merchant, AGENT, "agent")
    assert answers(await talk.say("/shop mode=shadow", AGENT)) == ["not_for_you"]
    assert answers(await talk.press("sm:shadow", AGENT)) == []
    assert await mode() == "live"


async def test_the_shop_says_how_its_warnings_leave(talk: Talk, parcel: Followed) -> None:
    assert "Warnings: sent to customers at once." in words(await talk.say("/shop", OWNER))
    await talk.say("/shop mode=shadow", OWNER)
    assert "Warnings: shown to your people first." in words(await talk.say("/shop", OWNER))


# ---- what is under way


async def test_a_warning_that_has_not_left_becomes_a_draft(talk: Talk, parcel: Followed) -> None:
    await slips(parcel)
    assert await kinds() == ["delay_slight"]
    assert await Promise.filter(open=1).count() == 1
    rows = await talk.say("/shop mode=shadow", OWNER)
    assert "One warning that had not left is a draft now." in words(rows)
    assert await kinds() == []
    assert await Promise.filter(open=1).count() == 0
    await shown()
    assert await states() == ["open"]


async def test_news_and_what_somebody_said_yes_to_leave_all_the_same(talk: Talk, parcel: Followed) -> None:
    await talk.say("/shop mode=shadow", OWNER)
    await slips(parcel)
    await shown()
    await talk.say("/shop mode=live", OWNER)
    await talk.press("sm:send", OWNER)
    await sql.run("UPDATE merchant SET paused_ms = 1")
    await shown()
    await asks(parcel, answer(scan(NOW + HOUR, Status.OUT_FOR_DELIVERY), eta=PROMISED), NOW + HOUR)
    await talk.say("/shop mode=shadow", OWNER)
    assert await kinds() == ["delay_slight", "out_for_delivery"]


async def test_open_drafts_are_offered_once_when_the_shop_speaks_again(talk: Talk, parcel: Followed) -> None:
    await talk.say("/shop mode=shadow", OWNER)
    await more(parcel, 3)
    await shown()
    await slips(parcel, 2, NOW + 13 * HOUR)
    rows = await talk.say("/shop mode=live", OWNER)
    assert "4 drafts are open:" in words(rows)
    [row] = of_act(rows, "answer")
    assert [label for label, _ in row["payload"]["buttons"][0]] == ["drafts_send_all", "drafts_drop_all"]
    assert "drafts are open" not in words(await talk.say("/shop mode=live", OWNER))


async def test_those_that_still_hold_are_sent(talk: Talk, parcel: Followed) -> None:
    await talk.say("/shop mode=shadow", OWNER)
    await more(parcel, 3)
    await shown()
    await talk.say("/shop mode=live", OWNER)
    await sql.run("UPDATE finding SET closed_ms = 1 WHERE shipment_id = 3")
    assert words(await talk.press("sm:send", OWNER)) == "3 drafts: those that still hold leave within a minute."
    assert await kinds() == []
    await shown()
    assert await states() == ["sent", "expired", "sent"]
    assert await Promise.filter(open=1).count() == 2
    assert words(await talk.press("sm:send", OWNER)) == "No draft is open any more."
    assert len(await notices()) == 2


async def test_or_dropped(talk: Talk, parcel: Followed) -> None:
    await talk.say("/shop mode=shadow", OWNER)
    await more(parcel, 3)
    await shown()
    await talk.say("/shop mode=live", OWNER)
    assert words(await talk.press("sm:drop", OWNER)) == "3 drafts dropped; their customers are not told."
    assert await states() == ["dropped"] * 3
    edits = [call for call in await leave() if call.method == "editMessageText" and call.chat_id < 0]
    assert len(edits) == 3


async def test_a_draft_that_nobody_decided_still_has_its_buttons_in_a_shop_that_speaks(
    talk: Talk, parcel: Followed
) -> None:
    await Merchant.all().update(desk_chat_id=None)
    await talk.say("/shop mode=shadow", OWNER)
    await slips(parcel)
    await shown()
    await talk.say("/shop mode=live", OWNER)
    await talk.press("df:1:1:s", OWNER)
    assert await kinds() == ["delay_slight"]


async def test_a_button_that_is_none_is_answered(talk: Talk, parcel: Followed) -> None:
    assert answers(await talk.press("sm:what", OWNER)) == ["not_for_you"]


# ---- who should begin so


async def test_setting_up_explains_both(talk: Talk) -> None:
    said = words(await open_shop(talk))
    assert "/shop mode=shadow" in said
    assert "/shop mode=live" in said
    assert await mode() == "live"


@pytest.mark.parametrize(
    ("rows", "is_offered"),
    [
        (["1Z999AA10123456784,1001,2026-10-01"], True),
        (["1Z999AA10123456784,1001,2026-12-01"], False),
        ([f"OWN-{n},{n},2026-12-01" for n in range(20)], True),
    ],
)
async def test_a_shop_with_a_history_is_offered_shadow_after_an_import(
    talk: Talk, rows: list[str], is_offered: bool
) -> None:
    await open_shop(talk)
    await add_dhl(talk)
    await talk.say("/carrier add ups client_id=abcdefgh12 client_secret=abcdefgh1234567")
    await talk.say("/import")
    lines = [line.replace(",", ",own,", 1) for line in rows]
    talk.telegram.files["f"] = "\n".join(["number,carrier,order,promised", *lines]).encode()
    document = {"file_id": "f", "file_unique_id": "f", "file_name": "a.csv", "file_size": 100}
    await talk.say("", document=document)
    done = await talk.press("im:go")
    [row] = [one for one in of_act(done, "answer") if one["payload"]["kind"] == "import_done"]
    assert bool(row["payload"]["buttons"]) is is_offered
    assert ("see the warnings first" in words(done)) is is_offered
    if is_offered:
        assert answers(await talk.press("sm:shadow")) == ["shop_mode"]
        assert await mode() == "shadow"
