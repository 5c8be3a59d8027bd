"""A table in a file as shops export them: any of the usual encodings and separators."""

import codecs
import csv
import io
from typing import NamedTuple

SEPARATORS = ",;\t|"
_MARKED = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_UNMARKED = ("utf-8", "cp1256")
_WIDE = ("utf-16-le", "utf-16-be")


class NotATable(ValueError):
    """No text, nothing in it, or not cut into cells; the message is a word for which of them."""


class Row(NamedTuple):
    """The cells of a row, and the line of the file on which it ends (the first is 1)."""

    line: int
    cells: list[str]


class Table(NamedTuple):
    """Heads in small letters without blanks around them, and the rows that say anything."""

    head: list[str]
    rows: list[Row]


def read_table(content: bytes) -> Table:
    """The table in a file. Raises NotATable."""
    text = _decoded(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    try:
        rows = [Row(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise NotATable("cells") from error
    if not rows:
        raise NotATable("empty")
    return Table([cell.strip().lower() for cell in rows[0].cells], rows[1:])


def _separator(text: str) -> str:
    first = text.lstrip().partition("\n")[0]
    return max(SEPARATORS, key=first.count)


def _decoded(content: bytes) -> str:
    marked = next((encoding for mark, encoding in _MARKED if content.startswith(mark)), None)
    guesses = (marked,) if marked else _WIDE if b"\0" in content else _UNMARKED
    for encoding in guesses:
        try:
            text = content.decode(encoding)
        except UnicodeError:
            continue
        if "\0" not in text:
            return text
    raise NotATable("encoding")
