"""What a test looks at in a rendered message: its text without markup, its lines, its letters."""

import re
import unicodedata
from html.parser import HTMLParser

from bot.texts.bidi import FSI, PDI, visible

SCRIPTS = {"en": "LATIN", "ar": "ARABIC", "fa": "ARABIC"}
ALLOWED = {"b", "i", "code", "tg-spoiler", "a", "blockquote"}


def bare(markup: str) -> str:
    """The visible text without isolates."""
    return visible(markup).replace(FSI, "").replace(PDI, "")


def own_words(markup: str) -> str:
    """What we say ourselves: a box stands for each code, spoiler and isolated value."""
    text = re.sub(r"<(code|tg-spoiler)>.*?</\1>", "□", markup, flags=re.DOTALL)
    while FSI in text:
        cut = re.sub(f"{FSI}[^{FSI}{PDI}]*{PDI}", "□", text)
        if cut == text:
            raise AssertionError(f"an isolate is not closed: {markup!r}")
        text = cut
    return visible(text)


def first_letter_is_own(line: str, language: str) -> bool:
    """True where the first strong letter outside isolates is of the language's script."""
    letters = (char for char in own_words(line) if char.isalpha())
    return unicodedata.name(next(letters)).startswith(SCRIPTS[language])


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        assert tag in ALLOWED, tag
        self.open.append(tag)
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def tags(markup: str) -> list[str]:
    """The tags in order of opening; fails where they are not well-formed as Telegram wants them."""
    parser = _Tags()
    parser.feed(markup)
    parser.close()
    assert not parser.open, parser.open
    assert "<" not in re.sub(r'</?[a-z-]+>|<a href="[^"<>]+">', "", markup)
    assert not re.search(r"&(?!amp;|lt;|gt;)", markup)
    return parser.seen
