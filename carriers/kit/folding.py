"""What people write for a tracking number, made plain ASCII; and what it may have been before it was misread."""

import unicodedata
from collections.abc import Iterator

LONGEST = 50
LONGEST_WRITTEN = 200

# Capitals of other scripts that look like Latin ones: copied from a picture, or typed on the wrong keyboard
_FOREIGN = dict(zip("АВЕКМНОРСТУХІЅЈΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXISJABEZHIKMNOPTYX", strict=True))
_AS_DIGITS = str.maketrans("OQDILZSBG", "000112586")
_AS_LETTERS = str.maketrans("01258", "OIZSB")
_SAFE = str.maketrans("OIL", "011")
_SHORTEST = 8


def fold(written: str) -> str:
    """The number in ASCII capitals: any script's digits, without spaces, dashes, dots and direction marks."""
    # Capitals first: some letters have two, of which the second may be one that looks Latin.
    plain = unicodedata.normalize("NFKC", written[:LONGEST_WRITTEN]).upper()
    return "".join(_folded(letter) for letter in plain)


def alternatives(folded: str) -> Iterator[str]:
    """What a number with letters may have been before letters and digits were taken for each other."""
    seen = {folded}
    if folded.isdigit() or len(folded) < _SHORTEST:
        return
    for other in _rewritten(folded):
        if other not in seen:
            seen.add(other)
            yield other


def _rewritten(folded: str) -> Iterator[str]:
    if folded[0] in "1IL" and folded[1] in "Z2":
        shipper, rest = folded[2:8], folded[8:].translate(_AS_DIGITS)
        yield f"1Z{shipper}{rest}"
        yield f"1Z{shipper.translate(_SAFE)}{rest}"
    for head, tail in ((2, 2), (0, 0), (1, 0), (2, 0), (3, 0)):
        end = len(folded) - tail
        middle = folded[head:end].translate(_AS_DIGITS)
        yield f"{folded[:head].translate(_AS_LETTERS)}{middle}{folded[end:].translate(_AS_LETTERS)}"
        yield f"{folded[:head]}{middle}{folded[end:]}"


def _folded(letter: str) -> str:
    if letter.isascii():
        return letter if letter.isalnum() or letter in "/_" else ""
    if unicodedata.category(letter) == "Nd":
        return str(unicodedata.decimal(letter))
    return _FOREIGN.get(letter.upper(), letter) if letter.isalpha() else ""
