"""An hour that an agent gives in his reply ("I'll write tomorrow by noon"): pure, in English, Arabic and Persian.

A sentence counts that says who will write and names one hour; whatever is unsure, asked or denied gives no word.
"""

import re
from datetime import datetime

from bot.domain import hours
from bot.domain.sla import Staffing
from bot.flows.named_times import LONGEST, Named, named, spelt

_SENTENCE = re.compile(r"(?<=[!?؟\n;؛])|(?<=[.])\s+")
_WRITES = re.compile(
    r"(?<!\w)(?:i|we)(?:'ll| will|'m going to|'re going to| am going to| are going to) (?:\w+ ){0,3}?"
    r"(?:write|answer|reply|respond|get back|let you know|update you|tell you|message you|come back|be back)(?!\w)"
    r"|(?<!\w)you(?:'ll| will) (?:hear|have (?:an|my|our|the) (?:answer|reply)|get (?:an|my|our|the) (?:answer|reply))"
    r"|(?<!\w)(?:ساكتب|سنكتب|سارد|سنرد|ساعود|سنعود|ساخبر|سنخبر|ساوافي|سنوافي|ساجيب|سنجيب)"
    r"|(?<!\w)(?:اكتب لك|نكتب لك|ارد عليك|نرد عليك|اعود اليك|نعود اليك|اخبرك|نخبرك|اوافيك|نوافيك)(?!\w)"
    r"|(?<!\w)(?:يصلك (?:الرد|رد|ردنا|ردي|الجواب)|تصلك (?:رساله|رسالتي|رسالتنا|الاجابه))"
    r"|(?<!\w)(?:مي ?نويس(?:م|يم)|(?:خبر|خبرتان|جواب|جوابتان|پاسخ|اطلاع|پيام) (?:را |رو )?"
    r"مي ?(?:ده(?:م|يم)|دم|ديم|كن(?:م|يم)))(?!\w)"
)
"""Somebody of ours will write."""
_UNSURE = re.compile(
    r"[?؟]|(?<!\w)(?:can't|cannot|won't|not|never|unless|if|maybe|perhaps|might|hope|try|should|"
    r"لن|لا|لم|ربما|قد|اذا|ان لم|نحاول|احاول|"
    r"شايد|اگر|ممكن|سعي|احتمالا|ن(?:مي|خواه)\w*)(?!\w)"
)


def word_given(text: str, now: datetime, zone: str, calendar: str = "gregorian") -> Named | None:
    """The hour or day by which the writer says he will write; None where he does not say so for certain."""
    found = {
        one
        for sentence in _SENTENCE.split(text[: 4 * LONGEST])
        if sentence and _promises(spelt(sentence)) and (one := named(sentence, now, zone, calendar)) is not None
    }
    return found.pop() if len(found) == 1 else None


def _promises(sentence: str) -> bool:
    return _WRITES.search(sentence) is not None and _UNSURE.search(sentence) is None


EVENING = 18 * 60


def due_at(found: Named, staffing: Staffing) -> datetime | None:
    """By when the word is due: of a day without an hour, when the last of the shop's people leaves."""
    if found.at is not None or found.on is None:
        return found.at
    ends = staffing.closing(found.on)
    return ends or hours.moment(found.on, EVENING, staffing.zone)


def begins_at(found: Named, staffing: Staffing) -> datetime | None:
    """From when on a rest is over: of a day without an hour, when somebody is there."""
    if found.at is not None or found.on is None:
        return found.at
    return staffing.opening(hours.moment(found.on, 0, staffing.zone))
