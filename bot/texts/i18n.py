"""Catalogues: every `*.po` of a language's folder, merged, parsed on the language's first use.

They are read as they are, not compiled: a wheel needs no build step that could be forgotten, and a language
costs about 50 ms once. `locales/` lies beside `bot/` in the source tree and is packed as `bot/_locales`.
"""

import gettext
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.texts.template import Template, compile_template

if TYPE_CHECKING:
    from babel.messages.catalog import Message

log = logging.getLogger(__name__)

DEFAULT = "en"

PLURALS: Mapping[str, str] = {
    "en": "nplurals=2; plural=(n != 1);",
    # The order of Babel and CLDR: 100-102 at index 4, 11-99 at index 5. Most translation tools swap the two.
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
    "n%100>=0 && n%100<=2 ? 4 : 5);",
    # Babel's own has one form and CLDR counts 0 as one; in a sentence only 1 reads better in words.
    "fa": "nplurals=2; plural=(n != 1);",
}
"""The header that each of our catalogues must carry: a file with another order of forms is refused."""

ALIASES: Mapping[str, str] = {"prs": "fa", "fas": "fa", "per": "fa", "ara": "ar", "eng": "en"}
"""Other codes for our languages (Dari, and the three-letter ones)."""


class CatalogueError(Exception):
    """A catalogue is missing, broken, or has the wrong plural header."""


class UnknownText(KeyError):
    """No catalogue has this key."""


class Catalogue:
    """One language's texts by key; `text` gives the form that a number asks for."""

    def __init__(self, language: str, texts: Mapping[str, tuple[str, ...]], plural: str) -> None:
        self.language = language
        self._texts = texts
        self._form = plural_form(plural)
        self._compiled: dict[tuple[str, int], Template] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def keys(self) -> frozenset[str]:
        """All keys."""
        return frozenset(self._texts)

    def forms(self, key: str) -> tuple[str, ...]:
        """All forms as written in the file; one where the text is not counted."""
        return self._texts[key]

    def text(self, key: str, count: int | None = None) -> Template:
        """The compiled text; falls back to English, and says so in the log, where the key is missing."""
        forms = self._texts.get(key)
        if forms is None:
            return self._fallback(key, count)
        index = 0 if len(forms) == 1 or count is None else self._form(abs(count))
        found = self._compiled.get((key, index))
        if found is None:
            found = self._compiled[key, index] = compile_template(forms[index])
        return found

    def _fallback(self, key: str, count: int | None) -> Template:
        if self.language == DEFAULT:
            raise UnknownText(key)
        log.warning("text missing", extra={"language": self.language, "key": key})
        return catalogue(DEFAULT).text(key, count)


def plural_form(header: str) -> Callable[[int], int]:
    """The function of a `Plural-Forms` header."""
    rule = re.fullmatch(r"nplurals=\d+; *plural=(.+?);?", header.strip())
    if rule is None:
        raise CatalogueError(f"not a Plural-Forms header: {header!r}")
    return gettext.c2py(rule[1])


@cache
def catalogue_root() -> Path:
    """The folder of languages."""
    return root_beside(Path(__file__).resolve().parents[1])


def root_beside(package: Path) -> Path:
    """Packed in the wheel inside the package, else beside it in the source tree."""
    for root in (package / "_locales", package.parent / "locales"):
        if root.is_dir():
            return root
    raise CatalogueError(f"no catalogues: neither {package / '_locales'} nor {package.parent / 'locales'}")


@cache
def languages() -> tuple[str, ...]:
    """The languages we have: one a folder."""
    return tuple(sorted(path.parent.name for path in catalogue_root().glob("*/LC_MESSAGES")))


@cache
def resolve_language(locale: str) -> str:
    """Our language for a locale: itself, the language it is a variant of, or English if we do not have it."""
    return known_language(locale) or DEFAULT


def known_language(locale: str) -> str:
    """The same, empty if we do not have it."""
    tag = locale.strip().replace("-", "_").lower()
    base = tag.partition("_")[0]
    for candidate in (tag, base, ALIASES.get(base, "")):
        if candidate in languages():
            return candidate
    return ""


@cache
def catalogue(language: str) -> Catalogue:
    """The language's catalogue, read once."""
    texts = merged(po_files(language), language)
    if not texts:
        raise CatalogueError(f"no texts in {language}")
    return Catalogue(language, texts, PLURALS[language])


def merged(paths: Iterable[Path], language: str) -> dict[str, tuple[str, ...]]:
    """The texts of several files; a key in two of them is refused."""
    texts: dict[str, tuple[str, ...]] = {}
    for path in paths:
        for key, forms in read_po_file(path, language):
            if key in texts:
                raise CatalogueError(f"{path}: {key} is in another file of {language} already")
            texts[key] = forms
    return texts


def po_files(language: str) -> list[Path]:
    """The language's files, in order of name."""
    return sorted((catalogue_root() / language / "LC_MESSAGES").glob("*.po"))


def read_po_file(path: Path, language: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Keys and forms of one file; fuzzy, empty and half-filled texts are refused."""
    from babel.messages.pofile import read_po  # 60 ms that only a speaking process pays

    with path.open("rb") as stream:
        entries = read_po(stream, locale=language, abort_invalid=True)
    header = f"nplurals={entries.num_plurals}; plural={entries.plural_expr};"
    if _squeezed(header) != _squeezed(PLURALS[language]):
        raise CatalogueError(f"{path}: Plural-Forms must be {PLURALS[language]}")
    yield from ((str(_key(entry)), _forms(entry, path)) for entry in entries if entry.id)


def _squeezed(header: str) -> str:
    return re.sub(r"[\s()]", "", header)


def _key(entry: "Message") -> object:
    return entry.id[0] if isinstance(entry.id, (tuple, list)) else entry.id


def _forms(entry: "Message", path: Path) -> tuple[str, ...]:
    forms = tuple(entry.string) if isinstance(entry.string, (tuple, list)) else (entry.string or "",)
    if entry.fuzzy or not all(forms):
        raise CatalogueError(f"{path}: {_key(entry)} is fuzzy or not written in full")
    return forms
