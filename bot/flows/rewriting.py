"""`/texts`: a shop says a message in its own words, after it has seen it in all its languages."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import asdict

from bot.flows import dialogue, text_preview
from bot.flows.ports import Vault
from bot.flows.saying import clean
from bot.flows.turn import Answer, Answers, Buttons, ShopView, Turn
from bot.store import audit, own_texts
from bot.texts import i18n
from bot.texts.bidi import visible
from bot.texts.messages import Reader
from bot.texts.own import Flaw
from bot.texts.own_check import check
from bot.texts.own_shown import as_own, counted, explained, too_long
from bot.texts.own_words import REWRITABLE, names

FORM = "own_text"
OPEN, DECIDE = "tx", "td"
"""Verbs: `tx:<kind>[:<language>]`, `tx:@<subject>`; `td:<what>`."""
_LONGEST = 4096
EXAMPLE: Mapping[str, str] = {
    "en": "[days_late: a day late | {n} days late]",
    "ar": "[days_late: … | يومًا | يومين | {n} أيام | {n} يوم | {n} يومًا]",
    "fa": "[days_late: یک روز | {n} روز]",
}
"""Counted words, as the language counts."""


async def list_subjects(turn: Turn, shop: ShopView, subject: str = "", edit: int | None = None) -> Answer:
    """The messages of one subject as buttons, and the other subjects."""
    subject = subject if subject in REWRITABLE else next(iter(REWRITABLE))
    kinds = tuple(((f"own_{kind}", f"{OPEN}:{kind}"),) for kind in REWRITABLE[subject])
    others = [(f"own_subject_{one}", f"{OPEN}:@{one}") for one in REWRITABLE if one != subject]
    pages = tuple(tuple(others[at : at + 2]) for at in range(0, len(others), 2))
    own = sorted({kind for kind, _ in await own_texts.of_shop(shop.id)})
    facts = {"names": ", ".join(dict.fromkeys((*names(), *text_preview.SHOWN))), "own": ", ".join(own)}
    facts["command"] = f"/texts {names()[1]}"
    return Answer("texts_shown", facts, (*kinds, *pages), edit=edit)


async def open_text(turn: Turn, shop: ShopView, vault: Vault, said: str) -> Answers:
    """`NAME` shows a message in every language, `NAME LANG` begins to rewrite it there, words behind it do it."""
    name, tag, words = (*said.split(maxsplit=2), "", "", "")[:3]
    name, language = name.lower(), i18n.known_language(tag)
    if name not in names():
        return (
            await text_preview.show(turn, shop, name) if name in text_preview.SHOWN else await list_subjects(turn, shop)
        )
    if not language:
        own = {one: body for (kind, one), body in (await own_texts.of_shop(shop.id)).items() if kind == name}
        buttons = tuple(((f"own_in_{one}", f"{OPEN}:{name}:{one}"),) for one in i18n.languages())
        return [*_everywhere(turn, shop, name, own), Answer("own_which", {"name": name}, buttons)]
    if words:
        return await _preview(turn, shop, vault, {"kind": name, "language": language}, words)
    return await _begin(turn, shop, vault, name, language)


async def _begin(turn: Turn, shop: ShopView, vault: Vault, name: str, language: str) -> Answers:
    await dialogue.begin(turn, vault, FORM, {"kind": name, "language": language, "body": ""})
    body = (await own_texts.of_shop(shop.id)).get((name, language))
    facts, reader = text_preview.sample(turn.now, shop), _reader(shop, language)
    text = as_own(name, facts, reader) if body is None else body
    holes = [{"hole": hole, "said": visible(said)} for hole, said in explained(name, facts, reader)]
    stands = {"name": name, f"in_{language}": True, "is_own": body is not None, "lines": text.split("\n")}
    ours = (("own_ours", f"{DECIDE}:ours"),) if body is not None else ()
    known = {"holes": holes, "example": EXAMPLE[language]}
    return [Answer("own_stands", stands), Answer("own_holes", known, ((*ours, *_give_up()),))]


def _reader(shop: ShopView, language: str) -> Reader:
    return Reader(language, shop.zone, country=shop.country)


async def told(turn: Turn, shop: ShopView, vault: Vault, form: Mapping[str, Any]) -> Answers:
    """The new wording as the person's whole message."""
    return await _preview(turn, shop, vault, form, turn.text)


async def _preview(turn: Turn, shop: ShopView, vault: Vault, form: Mapping[str, Any], words: str) -> Answers:
    """The new wording: refused with the place and the reason, or shown in every language; nothing is kept yet."""
    name, language = form["kind"], form["language"]
    body = "\n".join(line for row in words.split("\n") if (line := clean(row, _LONGEST)))
    flaw = _flaw(turn, shop, name, language, body)
    if flaw is not None:
        await dialogue.begin(turn, vault, FORM, dict(form) | {"body": ""})
        return _refused(flaw, name, language)
    await dialogue.begin(turn, vault, FORM, dict(form) | {"body": body})
    own = {one: text for (kind, one), text in (await own_texts.of_shop(shop.id)).items() if kind == name}
    reads = counted(body, text_preview.sample(turn.now, shop), _reader(shop, language))
    counts = [{"of": n, "said": words} for n, words in reads if words]
    facts = {"name": name, f"in_{language}": True, "counts": counts}
    save, change, ours = (("own_save", "save"), ("own_change", "change"), ("own_ours", "ours"))
    buttons = tuple(((label, f"{DECIDE}:{what}"),) for label, what in (save, change, ours))
    return [*_everywhere(turn, shop, name, own | {language: body}), Answer("own_preview", facts, buttons)]


def _flaw(turn: Turn, shop: ShopView, name: str, language: str, body: str) -> Flaw | None:
    usual = text_preview.sample(turn.now, shop)
    found = check(name, language, body)
    return found or too_long(name, body, usual, text_preview.longest(usual), _reader(shop, language))


def _refused(flaw: Flaw, name: str, language: str) -> Answer:
    facts = asdict(flaw) | {flaw.why: True, "name": name, f"in_{language}": True}
    return Answer("own_refused", {key: fact for key, fact in facts.items() if fact}, (_give_up(),))


def _give_up() -> tuple[tuple[str, str], ...]:
    return (("give_up", f"{DECIDE}:no"),)


def _everywhere(turn: Turn, shop: ShopView, name: str, own: Mapping[str, str]) -> list[Answer]:
    """The message with a sample order in every language, the shop's own words where it has some."""
    shown = text_preview.previews(turn.now, shop, name)
    return [
        Answer(one.kind, {**one.facts, "own_words": own[one.reader["locale"]]}, reader=one.reader)
        if one.reader["locale"] in own
        else one
        for one in shown
    ]


async def decide(turn: Turn, shop: ShopView, vault: Vault, what: str) -> Answers:
    """[Save], [Change], [Back to ours]; anything else gives up."""
    form = await dialogue.current(turn, vault, FORM)
    if form is None or what not in ("save", "change", "ours") or (what == "save" and not form["body"]):
        await dialogue.end(turn)
        return Answer("form_over")
    name, language = form["kind"], form["language"]
    facts: dict[str, Any] = {"name": name, f"in_{language}": True}
    if what == "change":
        await dialogue.begin(turn, vault, FORM, form)
        return Answer("own_again", facts, (_give_up(),))
    await dialogue.end(turn)
    if what == "save":
        await own_texts.put(shop.id, name, language, form["body"], turn.now)
        await audit.write(shop.id, turn.user_id, "text.save", f"text:{name}", turn.now, language)
        return Answer("own_saved", facts, _reopen(name))
    await own_texts.drop(shop.id, name, language)
    await audit.write(shop.id, turn.user_id, "text.ours", f"text:{name}", turn.now, language)
    return Answer("own_dropped", facts, _reopen(name))


def _reopen(name: str) -> Buttons:
    return ((("own_see", f"{OPEN}:{name}"),),)
