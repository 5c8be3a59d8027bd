"""Every message of the shop's people in every language: whole, harmless, in its own script, calm."""

import re
from typing import Any

import pytest

from bot.chat import merchant
from bot.chat.filters import Said
from bot.domain.calibration import Bin, Calibration
from bot.domain.measures import Measures, Share
from bot.flows import accounts, shop_help, stats, text_preview
from bot.flows.turn import ShopView
from bot.texts.i18n import catalogue
from bot.texts.kinds import kinds
from bot.texts.kinds.shop import KINDS
from bot.texts.messages import render
from tests.fakes.clock import StandingClock
from tests.fakes.shopkeeper import OMAR, STRANGER, open_shop, words
from tests.fakes.talk import Talk
from tests.fakes.talk import kinds as kinds_of
from tests.texts.forbidden import found
from tests.texts.reading_marks import first_letter_is_own, own_words, tags
from tests.texts.worlds import HOSTILE, LANGUAGES, READERS

AT = "2026-11-24T08:00:00+00:00"
LINK = "https://t.me/herald_bot?start=fAbCd_-123"
MEASURED = Measures(
    told_first=Share(31, 40), days=Share(0, 20), windows=Share(61, 61), claimed=0.9, words=Share(97, 100), late=2,
    broken=1, right=Share(30, 70), warned=Share(30, 190), hours_ahead=61.4,
)  # fmt: skip
SURE = Calibration(count=40, bins=(Bin(30, 3.0, 2),) * 9 + (Bin(21, 19.9, 20),), claimed=36.2, held=35, arrived=40)
SPANS = [stats.span(30, MEASURED), stats.span(90, Measures())]
MEANT = {"warned": 121, "right": 96, "percent": 79, "lead": 61, "unwarned": 12, "wrong": 0}
ROW = {"number": "1Z999", "order": "1001", "status": "in_transit", "eta_on": "2026-11-26", "unfollowed": True}


def facts(**more: Any) -> dict[str, Any]:
    """Everything that any of these messages may know."""
    account = {"name": "UPS", "slug": "ups", "silent": True, "since_at": AT, "waiting": 3, "fields": "client_id=abc"}
    known: dict[str, Any] = {
        **{name: name for name in ("shop", "zone", "language", "hours", "country", "names", "roles", "who", "slug")},
        **{name: name for name in ("shop_name", "slugs", "name", "label", "field", "group", "fits", "currency")},
        **dict.fromkeys(("open", "late", "waiting", "notices", "customers", "count", "rejected", "followers"), 11),
        **dict.fromkeys(("since", "since_at", "until_at", "at"), AT),
        **{
            name: True
            for name in (*shop_help.COMMANDS, "secret", "wrong", "desk", "paused", "known", "past", "resting")
        },
        "command": "/desk ABCD-1234",
        "number": "1Z999AA10123456784",
        "order": "1001",
        "promised_on": "2026-11-25",
        "link": LINK,
        "accounts": [account],
        "others": [{"name": "DHL", "command": "/carrier add dhl_unified"}],
        "people": [{"name": "Sara @sara", "lead": True}],
        "spans": SPANS,
        **stats.sure(SURE),
        "presets": [{"preset": "early", "very": 85, "fairly": 60, "near": 96, "last": 40, "holds": True, **MEANT}],
        "trial": {"own": True, "until_on": "2026-11-24", "parcels": 412, "missed": 0},
        "rules": [{"rule": "stalled", "count": 48, "own": True}, {"rule": "refund", "on": True}],
        "rows": [ROW | {"line": 3, "bad_promised": True, "link": LINK, "command": "/out 1Z999"}],
    }
    return known | more


COMMAND = re.compile(r"<code>.*?</code>")
VARIANTS: tuple[dict[str, Any], ...] = (
    facts(),
    facts(trait="zone", rule="stalled", hours=True, problem="bad_check_digit", reason="no_rights", carrier="ups"),
    facts(
        trait="hours", rule="lost", days=True, problem="too_long", reason="kicked", carrier="17track", field="promised"
    ),
    {
        "at": AT,
        "number": "1",
        "link": LINK,
        "rows": [],
        "none": True,
        **stats.sure(Calibration(count=3)),
        "trial": {"few": 0, "least": 30, "parcels": 1010, "missed": 143},
        "presets": [{"preset": "careful", "warned": 0, "right": 0, "percent": None, "unwarned": 12, "wrong": 0}],
    },
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_whole_and_starts_in_its_own_script(language: str) -> None:
    assert len(KINDS) > 50
    for kind in KINDS:
        for known in VARIANTS:
            text = render(kind, known, READERS[language]).text
            tags(text)
            said = own_words(text)
            assert "{" not in said, (kind, said)
            assert "  " not in said, (kind, said)
            assert language == "en" or all(first_letter_is_own(line, language) for line in text.split("\n") if line), (
                text
            )


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_values_harm_none_of_them(language: str) -> None:
    outside = ("shop", "name", "group", "who", "field", "order", "number", "names", "fields", "label", "currency")
    for hostile in HOSTILE.values():
        known = facts(**dict.fromkeys(outside, hostile), people=[{"name": hostile, "owner": True}])
        for kind in KINDS:
            tags(render(kind, known, READERS[language]).text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_theirs_is_a_forbidden_one(language: str) -> None:
    own = {key for key in sorted(catalogue(language).keys()) if key.split(".")[0] in KINDS}
    assert len(own) > 100
    texts = [(key, COMMAND.sub("", form)) for key in own for form in catalogue(language).forms(key)]
    assert [(key, words) for key, text in texts if (words := found(text, language))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_command_to_be_copied_stands_whole(language: str) -> None:
    assert "<code>/desk ABCD-1234</code>" in render("desk_code", facts(), READERS[language]).text
    assert "<code>/carrier add ups</code>" in render("carrier_refuses", facts(slug="ups"), READERS[language]).text
    assert LINK in render("shipment_added", facts(), READERS[language]).text


def said_by_shops() -> set[str]:
    """Every command that the merchant's router listens to."""
    routers = [merchant.router, *merchant.router.sub_routers]
    handlers = [handler for router in routers for handler in router.message.handlers]
    filters = [one.callback for handler in handlers for one in handler.filters or ()]
    return {word for one in filters if isinstance(one, Said) for word in one.words}


def test_every_command_is_in_the_help_and_every_help_has_its_command() -> None:
    assert len(said_by_shops()) > 10
    assert said_by_shops() - {"start", "help"} == set(shop_help.COMMANDS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_has_a_line_for_every_command(language: str) -> None:
    said = render("shop_help", facts(), READERS[language]).text
    assert [name for name in shop_help.COMMANDS if f"<code>/{name}" not in said] == []


def test_every_answer_of_accounts_has_words() -> None:
    assert {accounts.no_account("x").kind} <= kinds().keys()


async def test_a_customer_s_message_is_shown_in_every_language(talk: Talk) -> None:
    await open_shop(talk)
    assert kinds_of(await talk.say("/texts", OMAR)) == ["texts_shown"]
    rows = await talk.say("/texts delay_slight", OMAR)
    assert kinds_of(rows) == [*["delay_slight"] * 3, "own_which"]
    assert {row["payload"]["reader"]["locale"] for row in rows[:3]} == set(LANGUAGES)
    assert kinds_of(await talk.say("/texts", STRANGER)) == ["not_for_you"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_that_can_be_shown_exists(language: str) -> None:

    sample = text_preview.sample(StandingClock().now(), ShopView(1, "owner", "Noor", "en"))
    for name in text_preview.SHOWN:
        assert render(name, sample, READERS[language]).text


async def test_who_has_two_shops_says_which_one_he_means(talk: Talk) -> None:
    await open_shop(talk)
    await open_shop(talk, OMAR, "Second")
    said = words(await talk.say("/shop", OMAR))
    assert "Noor" in said.split("\n")[0]
    assert "Second: /shop use" in said
    await talk.say("/shop use second", OMAR)
    assert "Second" in words(await talk.say("/shop", OMAR)).split("\n")[0]
    assert kinds_of(await talk.say("/shop use third", OMAR)) == ["shop_unknown"]
