"""What the people of a shop read: facts, numbers, the decision asked for; no apology, no cheer."""

from collections.abc import Iterable, Mapping

from bot.texts.kinds import Clause, Kind, Line, Slot, each, kind, line, say
from bot.texts.kinds.claims import CLAIM_RULES
from bot.texts.kinds.desk_groups import BESIDE, LISTED
from bot.texts.kinds.drafts import TALLY
from bot.texts.kinds.measures import SPANS, SURE
from bot.texts.kinds.presets import PRESET_LINES
from bot.texts.kinds.slots import kept


def plainly(name: str, *needs: str) -> Kind:
    """A message of one sentence."""
    return kind(line(say(name, *needs)))


def either(*clauses: Slot) -> Line:
    """A paragraph of the first clause that fits."""
    return line(tuple(one for one in clauses if not isinstance(one, tuple)))


def table(name: str, keys: Iterable[str]) -> tuple[Slot, ...]:
    """One clause a key, said where the fact of that name is true."""
    return tuple(say(f"{name}.{key}", key) for key in keys)


STEPS = tuple(line(say(f"shop_steps.{step}")) for step in ("carrier", "desk", "shipment", "mode", "shop"))
TRAITS = (
    "name", "zone", "language", "hours", "currency", "country", "mode", "closed", "open", "special", "usual",
    "first_response", "next_response", "keep_parcels", "keep_tickets",
)  # fmt: skip
OPEN_ENDED = ("resend_days", "refund_days", "refund_most", "offer_month", "offer_most", "offer_delivery")
"""Those that need not be set."""
COUNTED = (
    "unannounced", "unscanned", "stalled", "stalled_abroad", "lost", "lost_abroad", "serious", "serious_unpaid",
    "answer", "share", "very_sure", "fairly_sure", "near", "last_day", *OPEN_ENDED,
)  # fmt: skip
SWITCHES = ("resend", "refund", "express", "free_delivery")
RULE_LINES: tuple[tuple[Clause, ...], ...] = (
    tuple(say(f"rules_shown.{name}", f"rule={name}", "count") for name in COUNTED)
    + tuple(say(f"rules_shown.{name}.none", f"rule={name}", "!count") for name in OPEN_ENDED)
    + tuple(say(f"rules_shown.{name}.on", f"rule={name}", "on") for name in SWITCHES)
    + tuple(say(f"rules_shown.{name}.off", f"rule={name}", "!on") for name in SWITCHES)
    + CLAIM_RULES,
    (
        say("rules_shown.here", "here"),
        say("rules_shown.own", "own"),
        say("rules_shown.learnt_postal", "learnt", "postal"),
        say("rules_shown.learnt", "learnt"),
    ),
)
"""A threshold, and where it comes from."""
UNITS = ("hours", "days", "percent", "chance", "switch", "claim", "sum")
FIGURES = [
    "open",
    "followed",
    "unanswered",
    "at_risk",
    "late",
    "silent",
    "delivered",
    "warned",
    "in_doubt",
    "tickets",
    "waiting",
]
STATES = ("active", "paused", "refused")
FIELDS = ("order", "promised", "needed", "name", "phone", "email", "lang", "cod", "value")
STATUSES = [
    "pre_transit",
    "in_transit",
    "customs",
    "out_for_delivery",
    "available_for_pickup",
    "delivery_attempted",
    "exception",
    "returning",
    "lost",
    "unknown",
]
PROBLEMS = (
    "number_empty",
    "number_too_long",
    "number_bad_check_digit",
    "number_wrong_carrier",
    "no_account",
    "which_carrier",
    *(f"bad_{field}" for field in FIELDS),
)
COMMANDS = [
    "carrier",
    "macro",
    "desk",
    "shipment",
    "shipments",
    "out",
    "delivered",
    "failed",
    "import",
    "pause",
    "team",
    "shop",
    "rules",
    "stats",
    "texts",
]
NO_RIGHTS, NO_FORUM = "reason=no_rights", "reason=no_forum"

COMING: Mapping[str, Kind] = {
    "invite_unknown": plainly("invite_unknown"),
    "invite_used": plainly("invite_used"),
    "invite_expired": plainly("invite_expired"),
    "shop_opened": kind(line(say("shop_opened.first", "shop")), *STEPS),
    "shop_again": kind(line(say("shop_again.first", "shop")), *STEPS),
    "shop_help": kind(
        line(say("shop_help.first", "shop_name")),
        *(line(slot) for slot in table("shop_help", COMMANDS)),
        line(say("shop_help.own")),
    ),
}

SETTINGS: Mapping[str, Kind] = {
    "shop_shown": kind(
        line(say("shop_shown.first", "shop")),
        line(say("shop_shown.zone", "zone")),
        line(say("shop_shown.language", "language")),
        line(say("shop_shown.hours", "hours"), say("shop_shown.usual", "!hours_own")),
        line(say("shop_shown.feasts", "country")),
        each(
            "apart",
            tuple(
                say(f"shop_days.{name}_{reach}", name, *needs, "from_on", *more)
                for name, more in (("closed", ()), ("open", ("hours",)), ("special", ("hours",)))
                for reach, needs in (("span", ("to_on",)), ("day", ("!to_on",)))
            ),
            most=20,
        ),
        line(
            (
                say("shop_targets.first_hours", "first.hours", count="first.hours"),
                say("shop_targets.first_minutes", "first.minutes", count="first.minutes"),
            ),
            (
                say("shop_targets.following_hours", "following.hours", count="following.hours"),
                say("shop_targets.following_minutes", "following.minutes", count="following.minutes"),
            ),
        ),
        line(*kept("shop_keeping")),
        line(say("shop_shown.currency", "currency")),
        line(say("shop_shown.country", "country")),
        either(say("shop_shown.desk", "desk"), say("shop_shown.no_desk", "!desk")),
        line(say("shop_shown.paused", "paused")),
        line((say("shop_shown.shadow", "mode=shadow"), say("shop_shown.live", "mode=live"))),
        TALLY,
        line(say("shop_shown.others", "others")),
        each("others", say("shop_shown.other", "name", "command"), most=20),
        line(say("shop_shown.set")),
        line(say("shop_shown.set_days")),
        line(say("shop_targets.set")),
        line(say("shop_keeping.set")),
    ),
    "shop_unreadable": kind(line(tuple(say(f"shop_unreadable.{one}", f"trait={one}") for one in TRAITS))),
    "shop_unknown": plainly("shop_unknown"),
    "shop_days_full": plainly("shop_days_full", "most"),
    "texts_shown": kind(
        line(say("texts_shown", "names")), line(say("texts_shown.own", "own")), line(say("texts_shown.how", "command"))
    ),
    "texts_preview": plainly("texts_preview", "name"),
    "rules_shown": kind(
        line(say("rules_shown.first")),
        each("rules", *RULE_LINES, most=60),
        each("carriers", (*RULE_LINES[0], say("rules_shown.at", "slug")), *RULE_LINES[1:], most=40),
        *PRESET_LINES,
        line(say("rules_shown.set")),
        line(say("rules_shown.set_carrier")),
    ),
    "rules_carrier": kind(
        line(say("rules_carrier.first", "slug")),
        each("rules", *RULE_LINES, most=20),
        line(say("rules_carrier.set", "slug")),
    ),
    "rule_unknown": plainly("rule_unknown", "names"),
    "rule_unreadable": kind(
        line(tuple(say(f"rule_unreadable.{unit}", "rule", unit) for unit in UNITS)),
    ),
    "team_role_unknown": plainly("team_role_unknown", "roles"),
    "team_unknown": plainly("team_unknown", "who"),
    "team_last_owner": plainly("team_last_owner"),
    "pause_on": kind(
        line(say("pause_on.first", "since_at")),
        either(say("pause_on.held", "notices", "customers"), say("pause_on.none")),
        line(say("pause_on.off")),
    ),
    "pause_off": kind(
        either(say("pause_off.going", "notices", "customers"), say("pause_off.none")),
        line(say("pause_off.hint", "hint")),
    ),
    "stats_shown": kind(
        line(say("stats_shown.first")),
        *(line(say(f"stats_shown.{figure}", figure)) for figure in FIGURES),
        TALLY,
        either(say("shipments_shown.none", "!open")),
        SPANS,
        *SURE,
    ),
}

CARRIERS: Mapping[str, Kind] = {
    "carrier_list": kind(
        either(say("carrier_list.none", "none"), say("carrier_list.first")),
        each(
            "accounts",
            (
                *(say(f"carrier_list.{state}", "name", "slug", state) for state in STATES),
                say("carrier_list.silent", "name", "slug", "silent", "since_at"),
            ),
            say("carrier_list.waiting", "waiting"),
            say("carrier_list.fields", "fields"),
            most=40,
        ),
        line(say("carrier_list.change", "!none")),
        line(say("carrier_list.more", "others")),
        each("others", say("carrier_list.offer", "name", "command"), most=40),
    ),
    "carrier_usage": plainly("carrier_usage"),
    "carrier_unknown": kind(either(say("carrier_unknown", "slug", "slugs"), say("carrier_unknown.unnamed", "slugs"))),
    "carrier_none": plainly("carrier_none", "slug"),
    "carrier_ask": kind(
        line(say("carrier_ask.wrong", "wrong")),
        line(say("carrier_ask.first", "name", "label"), say("carrier_ask.secret", "secret")),
    ),
    "carrier_field_wrong": kind(
        either(
            say("carrier_field_wrong.unknown", "!known", "name", "field", "names"),
            say("carrier_field_wrong.value", "field"),
        )
    ),
    "carrier_refuses": plainly("carrier_refuses", "name", "slug"),
    "carrier_untried": plainly("carrier_untried", "name"),
    "carrier_saved": kind(
        line(say("carrier_saved", "name")),
        either(say("carrier_saved.waiting", "waiting"), say("carrier_saved.next")),
        line(say("push_hint", "push")),
    ),
    "carrier_works": plainly("carrier_works", "name"),
    "carrier_unreached": plainly("carrier_unreached", "name"),
    "carrier_paused": plainly("carrier_paused", "name", "slug", "waiting"),
    "carrier_resumed": plainly("carrier_resumed", "name", "waiting"),
    "carrier_removed": kind(
        line(say("carrier_removed", "name")), line(say("carrier_removed.waiting", "waiting", "slug"))
    ),
    "form_over": plainly("form_over"),
}

BY_ITSELF: Mapping[str, Kind] = {
    "carrier_outage": kind(
        line(
            say("carrier_outage.first", "since"),
            say("carrier_outage.waiting", "waiting", count="waiting"),
            (say("carrier_outage.every", "every", count="every"), say("carrier_outage.on_any")),
            say("carrier_recovered.account", "carrier"),
        )
    ),
    "carrier_recovered": kind(
        line(
            say("carrier_recovered.first"),
            say("carrier_recovered.since", "since"),
            say("carrier_recovered.waiting", "waiting"),
            say("carrier_recovered.account", "carrier"),
        )
    ),
    "carrier_refused": kind(
        line(say("carrier_refused.first"), say("carrier_refused.waiting", "waiting")),
        either(say("carrier_refused.do", "carrier"), say("carrier_refused.do_any")),
    ),
}

DESK: Mapping[str, Kind] = {
    "desk_code": kind(
        line(say("desk_code.first")),
        line(say("desk_code.command", "command")),
        line(say("desk_code.how"), say("desk_code.until", "until_at")),
        line(BESIDE),
        *LISTED,
    ),
    "desk_unseen": plainly("desk_unseen", "command"),
    "desk_not_forum": plainly("desk_not_forum", "command"),
    "desk_no_rights": plainly("desk_no_rights", "command"),
    "desk_code_unknown": plainly("desk_code_unknown"),
    "desk_code_used": plainly("desk_code_used"),
    "desk_code_expired": plainly("desk_code_expired"),
    "desk_taken": plainly("desk_taken"),
    "desk_bound": kind(
        line(say("desk_bound.first", "shop")),
        line(say("desk_bound.how")),
        line(say("desk_bound.no_delete", "no_delete")),
    ),
    "desk_bound_owner": kind(either(say("desk_bound_owner", "group"), say("desk_bound_owner.unnamed"))),
}

SHIPMENTS: Mapping[str, Kind] = {
    "shipment_usage": kind(line(say("shipment_usage")), line(say("shipment_usage.example"))),
    "field_unknown": kind(line(say("field_unknown", "field", "names")), line(say("field_unreadable.nothing"))),
    "field_unreadable": kind(
        line(tuple(say(f"field_unreadable.{name}", f"field={name}") for name in FIELDS)),
        line(say("field_unreadable.nothing")),
    ),
    "number_refused": kind(
        line(
            (
                say("number_refused.empty", "problem=empty"),
                say("number_refused.too_long", "problem=too_long"),
                say("number_refused.check_digit", "problem=bad_check_digit"),
                say("number_refused.wrong_carrier", "problem=wrong_carrier"),
            ),
            say("number_refused.fits", "fits"),
        ),
        line(say("number_refused.nothing")),
    ),
    "shipment_no_account": kind(
        either(
            say("shipment_no_account.named", "slug", "slugs"),
            say("shipment_no_account.unnamed"),
        ),
        line(say("number_refused.nothing")),
    ),
    "shipment_which": plainly("shipment_which"),
    "shipment_added": kind(
        either(
            say("shipment_added.known_order", "known", "order"),
            say("shipment_added.known", "known"),
            say("shipment_added.order", "order"),
            say("shipment_added.first"),
        ),
        line(say("shipment_added.number", "number"), say("shipment_added.carrier", "!own", "slug")),
        line(say("shipment_added.own", "own")),
        either(say("shipment_added.past", "past", "promised_on"), say("shipment_added.promised", "promised_on")),
        line(say("shipment_added.resting", "resting")),
        line(say("shipment_added.link", "link")),
    ),
    "shipments_shown": kind(
        either(say("shipments_shown.none", "none"), say("shipments_shown.first", "count")),
        each(
            "rows",
            (say("shipments_shown.order", "order", "number"), say("shipments_shown.number", "number")),
            tuple(say(f"shipments_shown.{status}", f"status={status}") for status in STATUSES),
            (
                say("shipments_shown.eta", "eta_on"),
                say("shipments_shown.promised", "promised_on"),
            ),
            say("shipments_shown.unfollowed", "unfollowed"),
        ),
        edited=True,
    ),
    "correct_usage": plainly("correct_usage", "command"),
    "correct_which": kind(line(say("correct_which")), each("rows", say("correct_which.row", "command"), most=20)),
    "shipment_none": plainly("shipment_none", "number"),
    "shipment_moved": kind(
        line(tuple(say(f"shipment_moved.{deed}", deed, "number") for deed in ("out", "delivered", "failed"))),
        either(say("shipment_moved.followers", "followers"), say("shipment_moved.nobody")),
    ),
}

IMPORT: Mapping[str, Kind] = {
    "import_ask": kind(line(say("import_ask.first")), line(say("import_ask.columns")), line(say("import_ask.later"))),
    "import_unreadable": kind(either(say("import_unreadable.too_long", "too_long"), say("import_unreadable"))),
    "import_preview": kind(
        either(say("import_preview.none", "none"), say("import_preview.first", "count")),
        line(say("import_preview.rejected", "rejected")),
        each(
            "rows",
            say("import_preview.line", "line"),
            tuple(say(f"import_problem.{problem}", problem) for problem in PROBLEMS),
        ),
    ),
    "import_done": kind(
        either(say("import_done.first", "count"), say("import_preview.none")),
        line(say("import_done.links", "rows")),
        each("rows", say("import_done.row", "order", "link")),
        line(say("import_done.shadow_first", "shadow_first")),
    ),
}

KINDS: Mapping[str, Kind] = {**COMING, **SETTINGS, **CARRIERS, **BY_ITSELF, **DESK, **SHIPMENTS, **IMPORT}
