"""What owners read of their team and of what was done in their shop; what becomes of a trainee's words."""

from collections.abc import Mapping

from bot.texts.kinds import Clause, Kind, each, kind, line, say

UNFIT = ("empty", "too_long", "link", "signs")
ROLES = ("owner", "lead", "agent", "trainee", "courier", "none")
DEEDS = (
    "desk.assign", "desk.close", "desk.reopen", "desk.snooze", "desk.promise", "desk.ban", "desk.unban",
    "desk.inquiry", "desk.claim", "desk.offer", "desk.note", "desk.del", "desk.resend", "desk.bind", "team.appoint",
    "team.alias", "team.remove", "team.anonymous", "trainee.send", "trainee.drop", "trainee.withdrawn",
    "trainee.over", "shop.open", "pause.all", "pause.off", "shipment.add", "shipment.import", "text.save",
    "text.ours", "draft.send", "draft.drop", "draft.edit", "carrier.save", "carrier.remove", "customer.mydata",
    "customer.forgotten", "customer.passed", "customer.flood",
)  # fmt: skip
"""What has words of its own in the log; anything else is told by what it concerns."""
FAMILIES = ("shop", "rule", "carrier", "shipment", "draft", "incident", "customer", "desk")

_LOGGED: tuple[Clause, ...] = (
    *(say(f"log.{deed}", f"deed={deed}") for deed in DEEDS),
    *(say(f"log.{family}", f"family={family}", "what") for family in FAMILIES),
    say("log.other", "deed"),
)

KINDS: Mapping[str, Kind] = {
    "team_shown": kind(
        line(say("team_shown.first")),
        each("people", tuple(say(f"team_shown.{role}", "name", role) for role in ROLES), most=50),
        line(say("team_shown.removed", "removed")),
        line(say("team_shown.rest")),
        line((say("team_shown.anonymous", "anonymous"), say("team_shown.no_anonymous"))),
        line(say("team_shown.how")),
    ),
    "team_alias_unfit": kind(line(tuple(say(f"team_alias_unfit.{why}", why, "most") for why in UNFIT))),
    "team_alias_taken": kind(line(say("team_alias_taken", "name"))),
    "trainee_asks": kind(line(say("trainee_asks"))),
    # over the chat, to who pressed
    "trainee_changed": kind(line(say("trainee_changed"))),
    "trainee_gone": kind(line(say("trainee_gone"))),
    "trainee_over": kind(line(say("trainee_over"))),
    "team_no_role": kind(line(say("team_no_role"))),
    "team_anonymous_usage": kind(line(say("team_anonymous_usage"))),
    "team_log": kind(
        line((say("team_log.none", "empty"), say("team_log.first"))),
        each(
            "entries",
            (
                say("team_log.who", "at", "who"),
                say("team_log.hidden", "at", "hidden"),
                say("team_log.gone", "at", "gone"),
                say("team_log.alone", "at"),
            ),
            _LOGGED,
            (say("team_log.customer", "customer"), say("team_log.shipment", "shipment")),
            say("team_log.user", "user"),
            say("team_log.detail", "detail"),
            most=12,
        ),
        edited=True,
    ),
}
