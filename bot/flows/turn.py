"""One update being handled: who speaks, where, when; and the one transaction that answers it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from msgspec import Struct

from bot.domain.outgoing import Act, Outgoing, Priority
from bot.store import core, inbox, outbox, people
from bot.texts import i18n

P = ParamSpec("P")
T = TypeVar("T")

DEFAULT_LANGUAGE = i18n.DEFAULT
Buttons = Sequence[Sequence[tuple[str, str]]]


class ShopView(Struct, frozen=True):
    """A shop as one of its people sees it."""

    id: int
    role: str
    name: str
    locale: str
    zone: str = "UTC"
    country: str | None = None


class PersonView(Struct, frozen=True):
    """Who speaks. `locale` is what he is answered in; `chosen` is what he picked by /language, if he did."""

    user_id: int
    name: str = ""
    username: str | None = None
    locale: str = DEFAULT_LANGUAGE
    chosen: str | None = None
    zone: str = "UTC"
    own_zone: str | None = None
    calendar: str | None = None
    digits: str | None = None
    quiet: str | None = None
    country: str | None = None
    shops: tuple[ShopView, ...] = ()

    @property
    def shop(self) -> ShopView | None:
        """The shop he runs or works for now; the first one where there are several."""
        return self.shops[0] if self.shops else None

    def reader(self) -> dict[str, Any]:
        """What texts need to know of him."""
        return {
            "locale": self.locale,
            "zone": self.zone,
            "calendar": self.calendar,
            "digits": self.digits,
            "country": self.country,
        }


@dataclass(frozen=True)
class Answer:
    """One text back. `chat_id` and `thread_id` default to where it was said; `edit` replaces that message.

    `keyboard`: "contact" asks for the phone number by Telegram's own button, "gone" takes it away.
    `reader` overrides single traits of the reader (a shop's zone, say). `place`: the ticket whose state it tells.
    """

    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    buttons: Buttons = ()
    edit: int | None = None
    reply_to: int | None = None
    chat_id: int | None = None
    thread_id: int | None = None
    keyboard: str | None = None
    reader: Mapping[str, Any] = field(default_factory=dict)
    merchant_id: int | None = None
    place: int | None = None


Answers = Answer | Sequence[Answer] | None


@dataclass
class Turn:
    """One update. `text` is what was said (a caption too); `command` its `/word` without slash and bot name.

    `quiet` is the installation's quiet hours, for whoever chose none; `afterwards` is called once the transaction
    is committed. `toast` is shown over the chat to who pressed a button: it costs nothing, and nobody else reads it.
    `title`: under which an admin speaks who does not show himself.
    """

    update_id: int
    now: datetime
    chat_id: int
    user_id: int
    person: PersonView
    chat_type: str = "private"
    thread_id: int | None = None
    message_id: int | None = None
    text: str = ""
    command: str = ""
    rest: str = ""
    quiet: str | None = None
    settled: bool = False
    toast: Answer | None = None
    title: str = ""
    afterwards: list[Callable[[], None]] = field(default_factory=list)

    @property
    def is_private(self) -> bool:
        """True where only the two of us talk."""
        return self.chat_type == "private"

    async def run(
        self, flow: Callable[Concatenate["Turn", P], Awaitable[Answers]], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """ONE transaction: what the flow changes, its answers into the outbox, the update handled.

        Marked first: whoever handles it once more (a fault after the commit, another process) changes nothing.
        """
        async with core.transaction():
            if await inbox.settle(self.update_id, self.now) or not await inbox.is_settled(self.update_id):
                said = await flow(self, *args, **kwargs)
                answers = [said] if isinstance(said, Answer) else said or ()
                rows = [self.outgoing(answer, turn_no) for turn_no, answer in enumerate(answers)]
                if rows:
                    await outbox.put(rows)
        self.settled = True
        # once more, now that it is committed: another connection could not see the rows before
        for tell in (outbox.wake, *self.afterwards):
            tell()

    def signed(self, detail: str) -> str:
        """A detail of the log, with the title that tells one hidden admin from another."""
        return f"{detail} «{self.title}»".strip() if self.title else detail

    def refuse(self, answer: Answer) -> Answer | None:
        """A press that does nothing: said over the chat in a group, where a message costs what words could need."""
        if self.is_private:
            return answer
        self.toast = answer
        return None

    async def say(self, *answers: Answer) -> None:
        """Answer without changing anything."""
        await self.run(_only, answers)

    def outgoing(self, answer: Answer, turn_no: int) -> Outgoing:
        """The outbox row of an answer; its cause makes a second handling of the update harmless."""
        elsewhere = answer.chat_id is not None and answer.chat_id != self.chat_id
        chat_id = answer.chat_id if answer.chat_id is not None else self.chat_id
        thread_id = answer.thread_id if elsewhere else answer.thread_id or self.thread_id
        return Outgoing(
            act=Act.ANSWER,
            cause=f"u{self.update_id}:{turn_no}",
            payload=payload(answer, {**self.person.reader(), **answer.reader}, thread_id, now=self.now),
            priority=Priority.ANSWER,
            lane=lane(chat_id, thread_id),
            due_at=self.now,
            chat_id=chat_id,
            merchant_id=answer.merchant_id,
            collapse=f"edit:{chat_id}:{answer.edit}" if answer.edit else None,
        )


async def _only(turn: Turn, answers: Sequence[Answer]) -> Sequence[Answer]:
    return answers


def lane(chat_id: int, thread_id: int | None = None) -> str:
    """What keeps one reader's messages in order."""
    if chat_id > 0:
        return f"chat:{chat_id}"
    return f"group:{chat_id}" if thread_id is None else f"group:{chat_id}:{thread_id}"


def payload(
    answer: Answer, reader: Mapping[str, Any], thread_id: int | None = None, *, now: datetime | None = None
) -> dict[str, Any]:
    """An ANSWER's payload; what is not set is left out. `at` is when it was written."""
    wanted = {
        "kind": answer.kind,
        "facts": ({"at": now.isoformat()} if now else {}) | dict(answer.facts),
        "reader": {key: value for key, value in reader.items() if value is not None},
        "buttons": [[list(one) for one in row] for row in answer.buttons],
    }
    options = {
        "reply_to": answer.reply_to,
        "message_id": answer.edit,
        "thread_id": thread_id,
        "keyboard": answer.keyboard,
        "place": answer.place,
    }
    return wanted | {key: value for key, value in options.items() if value is not None}


async def meet(
    user_id: int, name: str, username: str | None, app_locale: str | None, in_private: datetime | None = None
) -> PersonView:
    """Who speaks, as far as we know him; written down only when something about him is new.

    `in_private`: when he speaks to us alone, so that we may write to him.
    """
    spoken = app_locale if app_locale and speak(app_locale, fallback="") else None
    row = await people.meet(user_id, name, username, spoken)
    if in_private is not None and row["private_ms"] is None:
        await people.writes_in_private(user_id, in_private)
    shops = tuple(ShopView(**shop) for shop in await people.shops_of(user_id))
    if len(shops) > 1:
        shops = in_use_first(shops, await people.shop_in_use(user_id))
    known = (None if shops else await people.spoken_to(user_id)) or {}
    shop = shops[0] if shops else None
    said = (row["locale"], spoken, known.get("locale"), known.get("order_locale"))
    home = shop.locale if shop else known.get("shop_locale")
    zones = (row["zone"], known.get("zone"), shop.zone if shop else known.get("shop_zone"))
    return PersonView(
        user_id=user_id,
        name=name,
        username=username,
        locale=speak(*said, home),
        chosen=row["locale"],
        zone=next((zone for zone in zones if zone and zone != "UTC"), "UTC"),
        own_zone=row["zone"],
        calendar=row["calendar"],
        digits=row["digits"],
        quiet=row["quiet"],
        country=shop.country if shop else known.get("country"),
        shops=shops,
    )


def in_use_first(shops: tuple[ShopView, ...], shop_id: int | None) -> tuple[ShopView, ...]:
    """The shops of a person, the one he means first."""
    return tuple(sorted(shops, key=lambda one: one.id != shop_id))


def speak(*wishes: str | None, fallback: str = DEFAULT_LANGUAGE) -> str:
    """The first wished language that we speak, with its region if one was named."""
    for wish in wishes:
        language, *rest = (wish or "").replace("-", "_").split("_")
        language = i18n.ALIASES.get(language.lower(), language.lower())
        if language in i18n.languages():
            region = rest[-1].upper() if rest and len(rest[-1]) == 2 else ""
            return f"{language}_{region}" if region else language
    return fallback
