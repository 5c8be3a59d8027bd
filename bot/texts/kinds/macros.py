"""What the desk reads of its ready replies."""

from collections.abc import Mapping

from bot.texts.kinds import Kind, each, kind, line, say
from bot.texts.kinds.replies import DOUBTS, LINES

_LANGUAGES = ("en", "ar", "fa")
IN = tuple(say(f"macro.in_{one}", f"in_{one}") for one in _LANGUAGES)
_MISSING = line(*(say(f"macro.no_{one}", f"no_{one}") for one in _LANGUAGES))

KINDS: Mapping[str, Kind] = {
    "macros_shown": kind(
        line((say("macros_shown.none", "none"), say("macros_shown.first"))),
        each(
            "macros",
            (say("macros_shown.fits", "name", "languages", "about"), say("macros_shown.one", "name", "languages")),
            most=40,
        ),
        line(say("macros_shown.more", "more", count="more")),
        line(say("macros_shown.use", "!none")),
        line(say("macros_shown.edit", "edits")),
        line(say("macros_shown.holes", "holes")),
    ),
    "macro_unknown": kind(line(say("macro_unknown", "macro"))),
    "macro_gone": kind(line(say("macro_gone"))),
    "macro_usage": kind(line(say("macro_usage")), line(say("macros_shown.holes", "holes"))),
    "macro_not_yours": kind(line(say("macro_not_yours"))),
    "macro_too_many": kind(line(say("macro_too_many", "most", count="most"))),
    "macro_unfilled": kind(line(say("macro_unfilled", "macro", "hole")), line(say("macro_unfilled.how"))),
    "macro_kept": kind(line(say("macro_kept", "macro"), IN), LINES, DOUBTS, _MISSING, line(say("macro_kept.about"))),
    "macro_shown": kind(line(say("macro_shown", "macro"), IN), LINES),
    "macro_deleted": kind(line(say("macro_deleted", "macro"), IN)),
    "macro_about": kind(line((say("macro_about", "macro", "about"), say("macro_about.none", "macro")))),
    "macro_about_usage": kind(line(say("macro_about_usage", "names"))),
}
