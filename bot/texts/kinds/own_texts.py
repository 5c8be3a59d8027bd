"""A shop rewrites a message: what stands there, what may stand there, why a wording cannot be kept."""

from collections.abc import Mapping

from bot.texts.kinds import Clause, Kind, each, kind, line, say

IN: tuple[Clause, ...] = tuple(say(f"own.in_{language}", f"in_{language}") for language in ("en", "ar", "fa"))
_FLAWS = (
    "empty",
    "bracket",
    "brace",
    "uncounted",
    "never",
    "tag",
    "unclosed",
    "link",
    "money",
    "claim",
    "side",
)

KINDS: Mapping[str, Kind] = {
    "own_which": kind(line(say("own_which", "name"))),
    "own_stands": kind(
        line(say("own_stands.first", "name"), IN),
        line((say("own_stands.yours", "is_own"), say("own_stands.ours"))),
        each("lines", say("own_line", "it"), most=40),
        line(say("own_stands.send")),
    ),
    "own_holes": kind(
        line(say("own_holes.first")),
        each("holes", say("own_hole", "hole"), say("own_hole.says", "said"), most=80),
        line(say("own_holes.left_out")),
        line(say("own_holes.choice")),
        line(say("own_holes.counted", "example")),
    ),
    "own_refused": kind(
        line(say("own_refused.first"), say("own_refused.line", "line"), say("own_refused.column", "column")),
        line(
            (
                say("own_refused.unknown_meant", "unknown", "said", "meant"),
                say("own_refused.unknown", "unknown", "said"),
                say("own_refused.forms_ar", "forms", "said", "in_ar"),
                say("own_refused.forms", "forms", "said", "wanted"),
                say("own_refused.no_date", "no_date", "meant"),
                say("own_refused.no_next", "no_next", "meant"),
                say("own_refused.first_long", "first_long", "given", "wanted"),
                say("own_refused.long", "long", "given", "wanted"),
                *(say(f"own_refused.{flaw}", flaw) for flaw in _FLAWS),
            ),
        ),
        line(say("own_refused.said", "said", "!unknown", "!forms")),
        line(say("own_refused.again")),
    ),
    "own_preview": kind(
        line(say("own_preview.first"), say("own_preview.kept"), say("own_preview.several")),
        line(say("own_preview.counted", "counts")),
        each("counts", say("own_preview.count", "of", "said"), most=20),
    ),
    "own_again": kind(line(say("own_again", "name"), IN)),
    "own_saved": kind(line(say("own_saved", "name"), IN)),
    "own_dropped": kind(line(say("own_dropped", "name"), IN)),
    "own_stale": kind(line(say("own_stale", "kind")), line(say("own_stale.how", "command"))),
}
