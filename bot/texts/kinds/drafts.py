"""Warnings shown to the people of a shop before their customers: the draft, what became of it, how right it was."""

from collections.abc import Mapping

from bot.texts.kinds import Clause, Kind, Line, each, kind, line, say
from bot.texts.kinds.desk import FINDING, LIMITS
from bot.texts.kinds.slots import NUMBER

_LEVELS = ("lane", "carrier", "shop")
_ODDS: tuple[Clause, ...] = (
    *(say(f"draft.odds_{level}", f"level={level}", "odds", "like") for level in _LEVELS),
    say("draft.odds", "level!=prior", "odds", "like"),
    say("draft.odds_first", "odds"),
)
"""A forecast in numbers: they belong to the shop, never to its customers."""
_DECIDED: tuple[Clause, ...] = (
    *(say(f"draft.{one}", f"state_{one}", "who", "decided_at") for one in ("sent", "allowed", "edited", "dropped")),
    say("draft.expired", "state_expired", "decided_at"),
    say("draft.replaced", "state_replaced"),
)
TALLY: Line = line(
    say("draft_tally.drafts", "tally.drafts", count="tally.drafts"),
    (
        say("draft_tally.ahead", "tally.right", "tally.ahead"),
        say("draft_tally.behind", "tally.right", "tally.behind"),
        say("draft_tally.right", "tally.right"),
    ),
    say("draft_tally.wrong", "tally.wrong"),
    say("draft_tally.open", "tally.open"),
)
"""How right the drafts of a shop were."""

KINDS: Mapping[str, Kind] = {
    "draft": kind(
        line(say("draft.of_many", "place", "count", count="count"), say("draft.undecided", "count", "undecided")),
        line((say("draft.first_named", "name", "order"), say("draft.first", "order"), say("draft.bare"))),
        NUMBER,
        line(say("card.promised", "promised_on"), say("card.needed", "needed_on")),
        line(say("draft.others", "others", count="others")),
        each("why", (*_ODDS, *FINDING), *LIMITS),
        line(say("draft.reads", "text")),
        line(say("draft.text", "text")),
        line((*_DECIDED, say("draft.void", "state_void"), say("draft.untrue", "state_untrue"))),
        line((say("draft.paused", "paused"), say("draft.leaves", "leaves_at"))),
        line(say("draft.writes", "writes")),
        TALLY,
        edited=True,
    ),
    "draft_decided": kind(line((*_DECIDED, say("draft.void")))),
    "draft_not_yours": kind(line(say("draft_not_yours"))),
    "drafts_decided": kind(
        line(
            (
                say("drafts_decided.send", "send", "count", count="count"),
                say("drafts_decided.drop", "drop", "count", count="count"),
                say("drafts_decided.none"),
            )
        )
    ),
    "shop_mode": kind(
        line((say("shop_mode.shadow", "shadow"), say("shop_mode.live"))),
        line((say("shop_mode.shadow_means", "shadow"), say("shop_mode.live_means"))),
        line(say("shop_mode.held", "held", count="held"), say("shop_mode.undecided", "undecided", count="undecided")),
        TALLY,
        line((say("shop_mode.to_live", "shadow"), say("shop_mode.to_shadow"))),
    ),
}
