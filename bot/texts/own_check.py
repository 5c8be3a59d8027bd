"""Whether a shop's own text can be kept: the first flaw with its place, in the order in which one would mend them."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from bot.texts.i18n import PLURALS
from bot.texts.own import ALLOWED_TAGS, TAG, Flaw, Flawed, Group, Node, OwnText, Part, Place, read
from bot.texts.own_words import NEXT, Allowed, allowed

LONGEST_FIRST_LINE = 110
_LINK = re.compile(
    r"(?:https?|tg|ftp)://\S+|\bwww\.\S+|(?<![\w.])@\w{3,}|\S+@\S+\.\w+"
    r"|\b[\w-]+(?:\.[\w-]+)*\.(?:me|com|net|org|ir|sa|ae|eg|io|shop|store|app|link|co|info|ly|gl|de|uk)\b(?:/\S*)?",
    re.IGNORECASE,
)
_MONEY: Mapping[str, str] = {
    "en": r"card (?:number|details|data)|cvv|\bpin\b|password|one-time code|verification code|\botp\b"
    r"|bank (?:account|details)|pay (?:here|now|online)|transfer the",
    "ar": r"رقم (?:ال)?بطاق|بيانات (?:ال)?بطاق|كلمة (?:ال)?(?:سر|مرور)|رمز (?:ال)?تحقق|الرقم السري"
    r"|الحساب البنكي|حوّ?ل المبلغ|الدفع (?:هنا|الآن)",
    "fa": r"شمارهٔ? ?(?:ی )?کارت|رمز (?:عبور|دوم|پویا|یک|کارت)|کد (?:تأیید|یک)"
    r"|شمارهٔ? ?(?:ی )?(?:حساب|شبا)|همین حالا پرداخت|واریز کنید",
}
"""What nobody is ever asked for in this chat."""
_CLAIMS: Mapping[str, str] = {
    "en": r"\bwe(?:'ve| have|’ve)? asked|refund|money back|(?:new|second) parcel|send it again",
    "ar": r"طلبنا من|استرداد|نعيد إليك|إرسال جديد|شحنة بديلة|نعيد إرسال",
    "fa": r"خواسته\W?ایم|درخواست کرد|برگشت وجه|پولتان|دوباره (?:می\W?فرستیم|ارسال)|ارسال دوباره",
}
"""What may be said only with its record: by one of our sentences."""
_PLURALS = {language: int(re.findall(r"nplurals=(\d+)", header)[0]) for language, header in PLURALS.items()}


def check(kind: str, language: str, body: str) -> Flaw | None:
    """The first flaw of a text of this kind in this language; None: it can be kept, unless it is too long filled."""
    return _first(body, allowed(kind), language, _FINDERS)


def check_words(body: str, known: Allowed, language: str) -> Flaw | None:
    """The same of words that a person sends himself: he answers for their links, claims and dates."""
    return _first(body, known, language, _OF_PERSONS)


def _first(body: str, known: Allowed, language: str, finders: Sequence["Finder"]) -> Flaw | None:
    if not body.strip():
        return Flaw("empty")
    try:
        text = read(body)
    except Flawed as error:
        return error.flaw
    return next((flaw for find in finders for flaw in find(text, body, known, language)), None)


def _unknown(text: OwnText, body: str, known: Allowed, language: str) -> Iterator[Flaw]:
    for place in text.places():
        hole = place.hole
        if hole.name == "n" or (not hole.form and hole.name in known.sentences):
            continue
        if hole.name not in known.holes:
            yield _flaw("unknown", place, hole.name, _meant(hole.name, [*known.holes, *known.sentences]))
        elif hole.form not in known.holes[hole.name]:
            forms = known.holes[hole.name]
            meant = _meant(hole.form, sorted(forms)) or min(forms)
            yield _flaw("unknown", place, f"{hole.name}:{hole.form}".rstrip(":"), f"{hole.name}:{meant}".rstrip(":"))


def _flaw(why: str, place: Place, said: str, meant: str) -> Flaw:
    return Flaw(why, place.line, place.column, f"{{{said}}}", f"{{{meant}}}" if meant else "")


def _meant(said: str, known: list[str]) -> str:
    return next(iter(get_close_matches(said, known, 1, 0.5)), "")


def _counted(text: OwnText, body: str, known: Allowed, language: str) -> Iterator[Flaw]:
    inside = {part for group in text.groups() if group.count for words in group.choices for part in words}
    for place in text.places():
        if place.hole.name == "n" and place not in inside:
            yield Flaw("uncounted", place.line, place.column, "{n}")
    for group in text.groups():
        if group.count is None:
            yield from _never_said(group)
        elif group.count not in known.counts:
            meant = _meant(group.count, sorted(known.counts)) or min(known.counts, default="")
            yield Flaw("unknown", group.line, group.column, f"[{group.count}:", f"[{meant}:" if meant else "")
        elif len(group.choices) != _PLURALS[language] or not all(group.choices):
            wanted, given = _PLURALS[language], len([words for words in group.choices if words])
            yield Flaw("forms", group.line, group.column, f"[{group.count}: …]", wanted=wanted, given=given)


def _never_said(group: Group) -> Iterator[Flaw]:
    """A choice that always fits hides those behind it."""
    for words in group.choices[:-1]:
        if not any(isinstance(part, Place) for part in words):
            yield Flaw("never", group.line, group.column, "".join(map(str, words))[:40])


def _unclosed(text: OwnText, body: str, known: Allowed, language: str) -> Iterator[Flaw]:
    for number, nodes in enumerate(text.lines, 1):
        row = body.split("\n")[number - 1]
        yield from _tags(nodes, number, row)
        for group in (node for node in nodes if isinstance(node, Group)):
            for words in group.choices:
                yield from _tags(words, number, row)


def _tags(nodes: tuple[Node | Part, ...], number: int, row: str) -> Iterator[Flaw]:
    opened: list[str] = []
    for node in nodes:
        for match in TAG.finditer(node) if isinstance(node, str) else ():
            name, place = match[1].lower(), (number, row.find(match[0]) + 1, match[0])
            if name not in ALLOWED_TAGS or not re.fullmatch(r"</?\w+>", match[0]):
                yield Flaw("tag", *place)
            elif not match[0].startswith("</"):
                opened.append(name)
            elif not opened or opened.pop() != name:
                yield Flaw("unclosed", *place)
    yield from (Flaw("unclosed", number, row.find(f"<{name}") + 1, f"<{name}>") for name in opened)


def _matching(why: str, pattern: Callable[[str], "re.Pattern[str]"]) -> "Finder":
    def find(text: OwnText, body: str, known: Allowed, language: str) -> Iterator[Flaw]:
        for number, row in enumerate(body.split("\n"), 1):
            # holes are ours; they keep their length, so that columns stay true
            plain = re.sub(r"\{[^}]*\}", lambda hole: " " * len(hole[0]), row)
            if found := pattern(language).search(plain):
                yield Flaw(why, number, found.start() + 1, found[0][:60])

    return find


def _words_of(table: Mapping[str, str]) -> Callable[[str], "re.Pattern[str]"]:
    return lambda language: re.compile("|".join(table.values()), re.IGNORECASE)


def _side(text: OwnText, body: str, known: Allowed, language: str) -> Iterator[Flaw]:
    """A line's direction is that of its first letter: words of the other script, or a number, turn it round."""
    rtl = language in ("ar", "fa")
    for number, row in enumerate(body.split("\n"), 1):
        plain = re.sub(r"<[^>]*>|\{[^}]*\}|\[[a-z_.]+:", lambda hole: " " * len(hole[0]), row)
        first = next((at for at, char in enumerate(plain) if char.isalnum()), None)
        before = row[:first] if first is not None else ""
        if first is None or re.search(r"\{(?!\s*n\s*\})", before):
            continue
        side = unicodedata.bidirectional(plain[first])
        if (rtl and side not in ("R", "AL")) or (not rtl and side in ("R", "AL")):
            yield Flaw("side", number, first + 1, plain[first:].split(" ")[0][:30])


def _missing(text: OwnText, body: str, known: Allowed, language: str) -> Iterator[Flaw]:
    holes = [place.hole for place in text.places()]
    if known.says_date and not any(known.dates_of(hole) for hole in holes):
        yield Flaw("no_date", meant=_example(known, date=True))
    if known.says_next and not any(known.next_of(hole) for hole in holes):
        yield Flaw("no_next", meant=f"{{{NEXT}:by}}")


def _example(known: Allowed, *, date: bool) -> str:
    name = min(known.says_date)
    form = min(known.holes[name] & {"day", "between", "hours", "at_time", "moment"}, default=min(known.holes[name]))
    return f"{{{name}:{form}}}".replace(":}", "}")


Finder = Callable[[OwnText, str, Allowed, str], Iterator[Flaw]]
_FINDERS: tuple[Finder, ...] = (
    _unknown,
    _counted,
    _unclosed,
    _matching("link", lambda language: _LINK),
    _matching("money", _words_of(_MONEY)),
    _matching("claim", _words_of(_CLAIMS)),
    _side,
    _missing,
)
_OF_PERSONS: tuple[Finder, ...] = (_unknown, _counted, _unclosed, _matching("money", _words_of(_MONEY)), _side)
