"""`/texts`: a shop says a message in its own words; on both databases."""

from typing import Any

import pytest

from bot.domain.outgoing import Act, Sent
from bot.flows import facts, outgoing, own_texts, rewriting, settling
from bot.flows.calls import Call
from bot.store import own_texts as rows_of
from bot.store import sql
from bot.store.models import Merchant
from bot.texts.bidi import visible
from bot.texts.messages import Reader, render
from bot.texts.own_check import check
from bot.texts.own_words import REWRITABLE
from tests.fakes import parcels
from tests.fakes.clock import StandingClock
from tests.fakes.shopkeeper import OMAR, STRANGER, open_shop, reads
from tests.fakes.speaker import composer
from tests.fakes.talk import Talk, kinds
from tests.texts.worlds import LANGUAGES

WORDS = {
    "en": "<b>{order:Phrase} now comes {eta_on:day}</b>\n{cause} Until {next_at:by}.",
    "ar": "<b>يصل {order:phrase} {eta_on:day}</b>\n{cause} نكتب لك {next_at:by}.",
    "fa": "<b>{order:phrase} {eta_on:day} می‌رسد</b>\n{cause} {next_at:by} می‌نویسیم.",
}


async def shop_id() -> int:
    return int((await sql.rows("SELECT id FROM merchant"))[0]["id"])


async def rewrite(talk: Talk, language: str = "en", words: str | None = None) -> list[Any]:
    await talk.say(f"/texts delay_slight {language}", OMAR)
    return await talk.say(words or WORDS[language], OMAR)


async def test_messages_are_listed_by_subject_with_a_button_each(talk: Talk) -> None:
    await open_shop(talk)
    [row] = await talk.say("/texts", OMAR)
    targets = [target for line in row["payload"]["buttons"] for _, target in line]
    assert targets[: len(REWRITABLE["late"])] == [f"tx:{kind}" for kind in REWRITABLE["late"]]
    [page] = await talk.press("tx:@good", OMAR)
    assert "tx:delivered" in [target for line in page["payload"]["buttons"] for _, target in line]
    assert kinds(await talk.press("tx:delivered", OMAR)) == ["delivered"] * 3 + ["own_which"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_text_is_shown_as_it_stands_rewritten_previewed_and_kept(talk: Talk, language: str) -> None:
    await open_shop(talk)
    stands, holes = await talk.press(f"tx:delay_slight:{language}", OMAR)
    assert "{order:" in reads(stands).text
    assert "{eta_on:day}" in reads(holes).text

    rows = await talk.say(WORDS[language], OMAR)
    assert kinds(rows) == ["delay_slight"] * 3 + ["own_preview"]
    own = {row["payload"]["reader"]["locale"]: row["payload"]["facts"].get("own_words") for row in rows[:3]}
    assert own == dict.fromkeys(LANGUAGES) | {language: WORDS[language]}
    assert await rows_of.of_shop(await shop_id()) == {}

    assert kinds(await talk.press("td:save", OMAR)) == ["own_saved"]
    assert await rows_of.of_shop(await shop_id()) == {("delay_slight", language): WORDS[language]}


@pytest.mark.parametrize("between", [" ", "\n"])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_words_behind_the_command_are_the_new_wording_at_once(talk: Talk, language: str, between: str) -> None:
    await open_shop(talk)
    rows = await talk.say(f"/texts Delay_Slight {language.upper()}{between}{WORDS[language]}", OMAR)
    assert kinds(rows) == ["delay_slight"] * 3 + ["own_preview"]
    own = {row["payload"]["reader"]["locale"]: row["payload"]["facts"].get("own_words") for row in rows[:3]}
    assert own == dict.fromkeys(LANGUAGES) | {language: WORDS[language]}
    assert await rows_of.of_shop(await shop_id()) == {}
    assert kinds(await talk.press("td:save", OMAR)) == ["own_saved"]
    assert await rows_of.of_shop(await shop_id()) == {("delay_slight", language): WORDS[language]}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_words_behind_the_command_are_checked_and_may_be_sent_again(talk: Talk, language: str) -> None:
    await open_shop(talk)
    [row] = await talk.say(f"/texts delay_slight {language} {WORDS[language]}\nSee {{oder}}", OMAR)
    assert row["payload"]["kind"] == "own_refused"
    assert (row["payload"]["facts"]["line"], row["payload"]["facts"]["column"]) == (3, 5)
    reads(row)
    assert kinds((await talk.say(WORDS[language], OMAR))[-1:]) == ["own_preview"]


async def test_words_in_a_language_that_is_not_ours_are_asked_about(talk: Talk) -> None:
    await open_shop(talk)
    for said in (f"/texts delay_slight xx {WORDS['en']}", f"/texts delay_slight {WORDS['en']}"):
        rows = await talk.say(said, OMAR)
        assert kinds(rows) == ["delay_slight"] * 3 + ["own_which"]
    for tag in ("en-GB", "eng", "prs"):
        assert kinds(await talk.say(f"/texts delay_slight {tag}", OMAR)) == ["own_stands", "own_holes"]


async def test_a_kept_text_can_be_changed_and_given_up_for_ours(talk: Talk) -> None:
    await open_shop(talk)
    await rewrite(talk)
    await talk.press("td:save", OMAR)
    assert "delay_slight" in visible(reads((await talk.say("/texts", OMAR))[0]).text)

    await rewrite(talk, words=WORDS["en"].replace("now comes", "arrives"))
    assert kinds(await talk.press("td:change", OMAR)) == ["own_again"]
    await talk.say(WORDS["en"].replace("now comes", "will come"), OMAR)
    await talk.press("td:save", OMAR)
    assert "will come" in (await rows_of.of_shop(await shop_id()))[("delay_slight", "en")]

    await talk.press("tx:delay_slight:en", OMAR)
    assert kinds(await talk.press("td:ours", OMAR)) == ["own_dropped"]
    assert await rows_of.of_shop(await shop_id()) == {}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_refusal_tells_the_place_in_the_person_s_language_and_the_form_goes_on(
    talk: Talk, language: str
) -> None:
    await open_shop(talk)
    await talk.say(f"/language {language}", OMAR)
    [row] = await rewrite(talk, "en", WORDS["en"] + "\nSee {oder}")
    assert row["payload"]["kind"] == "own_refused"
    assert row["payload"]["reader"]["locale"] == language
    assert (row["payload"]["facts"]["line"], row["payload"]["facts"]["column"]) == (3, 5)
    assert "<code>{order}</code>" in reads(row).text
    assert kinds(await talk.press("td:save", OMAR)) == ["form_over"]
    assert kinds((await rewrite(talk))[-1:]) == ["own_preview"]


@pytest.mark.parametrize(
    "bad", ["https://t.me/x", "<b>", "[days_late: one]", "{", "x" * 4000, "\U0001f600" * 3000, "\u202e"]
)
async def test_bad_words_are_answered_and_nothing_is_kept(talk: Talk, bad: str) -> None:
    await open_shop(talk)
    for language in LANGUAGES:
        [row] = await rewrite(talk, language, bad)
        assert row["payload"]["kind"] == "own_refused", bad
        reads(row)
    assert await rows_of.of_shop(await shop_id()) == {}


async def test_nobody_else_may_read_or_change_a_shop_s_texts(talk: Talk) -> None:
    await open_shop(talk)
    assert kinds(await talk.say("/texts delay_slight en", STRANGER)) == ["not_for_you"]
    await rewrite(talk)
    await talk.press("td:save", STRANGER)
    assert await rows_of.of_shop(await shop_id()) == {}


async def test_what_leaves_is_said_in_the_shop_s_words_with_no_statement_a_message(
    store: str, clock: StandingClock
) -> None:
    now = clock.now()
    parcel = await parcels.followed(now, eta_on="2099-11-27")
    await rows_of.put(parcel.merchant.id, "delay_slight", "en", "Comes {eta_on:day}.", now)
    told = await facts.notice(parcels.notice(parcel, "delay_slight", now), now)
    assert told is not None
    assert told.own == "Comes {eta_on:day}."
    assert render(told.kind, told.facts, told.reader, own=told.own).text.startswith("Comes ")

    mark = (await Merchant.get(id=parcel.merchant.id)).texts_mark
    await sql.run("DELETE FROM own_text")
    assert await own_texts.wording(parcel.merchant.id, mark, "delay_slight", "en_GB") == "Comes {eta_on:day}."
    assert await own_texts.wording(parcel.merchant.id, mark, "delay_slight", "ar") is None
    assert await own_texts.wording(parcel.merchant.id, "", "delay_slight", "en") is None


async def test_owners_hear_once_of_a_text_that_can_no_longer_be_said(talk: Talk) -> None:
    await open_shop(talk)
    now, shop = talk.clock.now(), await shop_id()
    await rows_of.put(shop, "delay_slight", "en", "{gone} {eta_on:day} {next_at:by}", now)
    await rows_of.put(shop, "delay_slight", "ar", WORDS["ar"], now)
    assert [await own_texts.tell_stale(now), await own_texts.tell_stale(now)] == [1, 0]
    rows = await sql.rows("SELECT payload FROM outbox WHERE act = ? AND payload LIKE ?", (Act.ANSWER, "%own_stale%"))
    assert len(rows) == 1
    known = {"order": "1", "eta_on": "2099-01-01", "at": now.isoformat()}
    stale = render("delay_slight", known, Reader("en"), own="{gone} {eta_on:day}")
    assert stale == render("delay_slight", known, Reader("en"))


async def test_the_preview_leaves_in_the_new_words(talk: Talk) -> None:
    await open_shop(talk)
    await rewrite(talk)
    said = []
    while rows := await outgoing.lease(1, talk.clock.now()):
        call = await outgoing.prepare(rows[0], composer(), talk.clock.now())
        assert isinstance(call, Call)
        said.append(str(call.params.get("text")))
        await settling.settle(rows[0], call, Sent(77), talk.clock.now())
    assert [text for text in said if "now comes" in text and "Until" in text and "{" not in text]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_preview_says_counted_words_for_every_form(talk: Talk, language: str) -> None:
    await open_shop(talk)
    rows = await rewrite(talk, language, f"{WORDS[language]} {rewriting.EXAMPLE[language]}")
    facts = rows[-1]["payload"]["facts"]
    assert [one["of"] for one in facts["counts"]] == [1, 2, 3, 11, 100]
    assert len({one["said"] for one in facts["counts"]}) >= 4
    reads(rows[-1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_of_counted_words_counts_as_the_language_does(language: str) -> None:
    body = f"{WORDS[language]} {rewriting.EXAMPLE[language]}"
    assert check("delay_slight", language, body) is None
