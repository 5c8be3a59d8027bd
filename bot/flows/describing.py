"""`/carrier new`: a carrier without a module is described in lines or a file, tried live, shown, and only then kept."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import asdict, replace

from bot.flows import accounts, dialogue
from bot.flows.accounts import LONGEST_VALUE
from bot.flows.carrier_of import DESCRIPTION
from bot.flows.ports import Vault
from bot.flows.turn import Answer, Answers, ShopView, Turn
from carriers.kit.conversation import parse
from carriers.kit.described import EXPRESSIONS, NUMBER, Described, Description, Misdescribed, decoded
from carriers.kit.errors import CarrierError
from carriers.kit.guessing import propose
from carriers.kit.masking import masked
from carriers.kit.model import Response, ScanEvent, Status, TrackingResult

FORM = "describe"
MOST_BYTES = 20_000
SHOWN = 5
_BEGINNING = 300
"""Letters of an answer that are shown, so that one sees what the carrier says."""
_PLAIN = frozenset({"name", "url", "method", "body", "time_format", *EXPRESSIONS})
_NAMED: Mapping[str, str] = {"header": "headers", "secret": "secrets", "status": "statuses"}
TRIED = "try"
EXAMPLE = (
    "name: Fastlo Express",
    "url: https://api.fastlo.example/track/{number}",
    "header Authorization: Bearer {token}",
    "secret token: …",
    "try: 12345678",
)
MORE = (
    "events: parcel.history",
    "time: date",
    "text: message",
    "code: status",
    "place: city",
    "eta: parcel.expected",
    "status DLV: delivered",
)
"""Lines of a description, as an example."""


class Draft(Struct, frozen=True):
    """A carrier being described: what was said so far. `number` is the one it is tried with."""

    description: Description = Description("", "")
    secrets: Mapping[str, str] = {}
    number: str = ""


class Wrong(Struct, frozen=True):
    """A line that says nothing we know, or a part that cannot be used; `why` as in Misdescribed, or `line`."""

    part: str
    why: str


# ---- reading what was said


def drafted(said: str, before: Draft) -> Draft | Wrong:
    """The draft with these lines (`url: https://…`, `status DL: delivered`), or with this JSON object."""
    parts = _from_json(said) if said.lstrip().startswith("{") else _from_lines(said)
    if isinstance(parts, Wrong):
        return parts
    draft = before
    for key, name, value in parts:
        changed = _with(draft, key, name, value[:LONGEST_VALUE])
        if isinstance(changed, Wrong):
            return changed
        draft = changed
    return draft


_Part = tuple[str, str, str]
"""Key, the name behind it (`header NAME`), value."""


def _from_lines(said: str) -> Sequence[_Part] | Wrong:
    parts: list[_Part] = []
    for row in said.splitlines():
        head, colon, value = row.strip().partition(":")
        if not row.strip():
            continue
        key, name = (*head.split(maxsplit=1), "", "")[:2]
        if not colon:
            return Wrong(row.strip()[:60], "line")
        is_format = key + name == "timeformat"
        parts.append(("time_format", "", value.strip()) if is_format else (key, name, value.strip()))
    return parts


def _from_json(said: str) -> Sequence[_Part] | Wrong:
    try:
        told = msgspec.json.decode(said)
    except msgspec.DecodeError:
        return Wrong("JSON", "unreadable")
    return list(_parts_of(told)) if isinstance(told, dict) else Wrong("JSON", "unreadable")


def _parts_of(told: Mapping[str, Any]) -> Iterator[_Part]:
    singular = {many: one for one, many in _NAMED.items()}
    for key, value in told.items():
        if key in singular and isinstance(value, dict):
            yield from ((singular[key], str(name), str(inner)) for name, inner in value.items())
        else:
            yield key, "", value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _with(draft: Draft, key: str, name: str, value: str) -> Draft | Wrong:
    key = key.casefold()
    if key == TRIED and not name:
        return replace(draft, number=value)
    if key == "secret" and name:
        return replace(draft, secrets={**draft.secrets, name: value})
    if key in _NAMED and name:
        held: Mapping[str, str] = getattr(draft.description, _NAMED[key])
        value = value if key == "header" else value.replace(" ", "_").casefold()
        return replace(draft, description=replace(draft.description, **{_NAMED[key]: {**held, name: value}}))
    if key in _PLAIN and not name:
        value = value.upper() if key == "method" else value
        return replace(draft, description=replace(draft.description, **{key: value}))
    return Wrong(f"{key} {name}".strip()[:60], "line")


def usable(draft: Draft) -> Described | Wrong:
    """The carrier that can be tried now, or what is still missing or wrong."""
    try:
        carrier = Described(draft.description)
    except Misdescribed as error:
        return Wrong(error.part, error.why)
    unsaid = next((name for name in draft.description.secrets if not draft.secrets.get(name)), None)
    if unsaid is not None:
        return Wrong(f"secret {unsaid}", "missing")
    return carrier if draft.number else Wrong(TRIED, "missing")


def completed(draft: Draft, answer: Response) -> Draft:
    """Expressions that were not said are proposed from the answer."""
    if draft.description.events:
        return draft
    try:
        found = propose(decoded(answer))
    except Exception:  # an answer that cannot be read at all is told by the reading that follows
        return draft
    said = {part: value for part, value in asdict(draft.description).items() if value}
    return replace(draft, description=replace(draft.description, **(found | _expressions(said))))


def _expressions(parts: Mapping[str, Any]) -> dict[str, str]:
    return {part: value for part, value in parts.items() if part in EXPRESSIONS and value}


# ---- flows


async def begin(turn: Turn, vault: Vault) -> Answer:
    """How a carrier is described; the next words or file are the description."""
    await dialogue.begin(turn, vault, FORM, {"draft": _packed(Draft())})
    facts = {"example": EXAMPLE, "more": MORE, "statuses": " ".join(Status)}
    return Answer("describe_start", facts, ((("give_up", "xd:no"),),))


async def refuse(turn: Turn, vault: Vault, draft: Draft, wrong: Wrong) -> Answers:
    """What is wrong or still missing; all that was said before stays."""
    await accounts.forget_message(turn)
    await dialogue.begin(turn, vault, FORM, {"draft": _packed(draft)})
    facts = {"part": wrong.part, wrong.why: True, "hole": f"{{{NUMBER}}}"}
    return Answer("describe_wrong", facts, ((("give_up", "xd:no"),),))


async def preview(turn: Turn, vault: Vault, draft: Draft, answer: Response | CarrierError) -> Answers:
    """What was understood of the carrier's answer; nothing is kept yet."""
    await accounts.forget_message(turn)
    if isinstance(answer, CarrierError):
        await dialogue.begin(turn, vault, FORM, {"draft": _packed(draft)})
        return Answer("describe_unheard", {"name": draft.description.name, "why": str(answer)}, _buttons(usable=False))
    draft = completed(draft, answer)
    await dialogue.begin(turn, vault, FORM, {"draft": _packed(draft)})
    return _understood(draft, answer)


def _understood(draft: Draft, answer: Response) -> Answer:
    carrier, found = Described(draft.description), parse_one(draft, answer)
    said = masked(answer.body[: _BEGINNING * 4], draft.secrets.values()).decode()[:_BEGINNING]
    facts: dict[str, Any] = {"name": carrier.name, "slug": carrier.slug, "answer": said, "http": answer.status}
    facts["used"] = [f"{part}: {value}" for part, value in _expressions(asdict(draft.description)).items()]
    if isinstance(found, CarrierError):
        return Answer("describe_unread", facts | {"why": found.kind}, _buttons(usable=False))
    facts["status"] = found.status.value
    facts["scans"] = [_scan(event) for event in found.events[:SHOWN]]
    facts["no_scans"] = not found.events
    facts["unmapped"] = ", ".join(found.unmapped[:20])
    return Answer("describe_preview", facts, _buttons(usable=bool(found.events)))


def parse_one(draft: Draft, answer: Response) -> TrackingResult | CarrierError:
    """What the described carrier makes of an answer."""
    results, errors = parse(Described(draft.description), answer.body, answer.status, answer.headers, [draft.number])
    return (results or errors)[0]


def _scan(event: ScanEvent) -> dict[str, str]:
    at = event.at.isoformat()[:16].replace("T", " ") if event.at is not None else ""
    shown = {"at": at, "text": event.description, "code": event.code, "place": event.place, "status": event.status}
    return {name: str(value) for name, value in shown.items() if value}


def _buttons(*, usable: bool) -> tuple[tuple[tuple[str, str], ...], ...]:
    save = (("save_carrier", "xd:save"),) if usable else ()
    return ((*save, ("give_up", "xd:no")),)


async def save(turn: Turn, shop: ShopView, vault: Vault, draft: Draft) -> Answers:
    """Keep it as an account of the shop; its description lies sealed with its secrets."""
    carrier = usable(draft)
    if isinstance(carrier, Wrong):
        return await refuse(turn, vault, draft, carrier)
    values = {**draft.secrets, DESCRIPTION: msgspec.json.encode(draft.description).decode()}
    return await accounts.save(turn, shop, vault, carrier, values)


async def draft_of(turn: Turn, vault: Vault) -> Draft | None:
    """What was said so far, if he is describing a carrier."""
    told = await dialogue.current(turn, vault, FORM)
    return unpacked(told) if told else None


def unpacked(told: Mapping[str, Any]) -> Draft:
    """The draft as the form keeps it."""
    return msgspec.json.decode(told["draft"], type=Draft)


def _packed(draft: Draft) -> str:
    return msgspec.json.encode(draft).decode()
