"""Prints what carriers said and what people read: each line is read back from the servers, none is made up."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from bot.clock import Clock
from bot.sandbox.bot_api.seen import Seen, seen
from bot.sandbox.bot_api.world import Chat, Happening, Message
from bot.sandbox.carriers import CarriersSandbox
from bot.sandbox.parcels.life import Standing
from bot.sandbox.telegram import TelegramSandbox

ZONE = ZoneInfo("Asia/Riyadh")
NAMES = {"dhl_unified": "DHL", "ups": "UPS", "17track": "17TRACK"}
SILENT = frozenset({"query", "answer", "member", "pin", "topic"})
MOST_LINES = 12


class Screen:
    """Listens to both servers from `attach` on."""

    def __init__(self, console: Console, clock: Clock, telegram: TelegramSandbox, carriers: CarriersSandbox) -> None:
        self.console = console
        self.clock = clock
        self.telegram = telegram
        self.carriers = carriers
        self._scans: dict[str, int] = {}
        self._etas: dict[str, datetime | None] = {}

    def attach(self) -> None:
        """From now on everything is shown."""
        self.telegram.world.listeners.append(self._happened)
        self.carriers.doors.listeners.append(self._told)

    def chapter(self, title: str) -> None:
        """A heading."""
        self.console.print()
        self.console.print(Rule(Text(title, style="bold"), align="left", style="dim"))

    def remark(self, text: str) -> None:
        """What is done around it."""
        self.console.print(Text(f"  {text}", style="italic dim"))

    # What was said

    def _happened(self, happening: Happening) -> None:
        chat = self.telegram.world.chats[happening.chat_id]
        message = chat.messages.get(happening.message_id or 0)
        if message is None or happening.what in SILENT:
            return
        if happening.what == "delete":
            self._line(chat, message, "deleted", Text("this message is gone", style="dim"))
        elif happening.what == "reaction":
            self._line(chat, message, "reaction", Text(" ".join(seen(message).reactions) or "none any more"))
        elif message.service:
            self._line(chat, message, "notice", Text(_notice(message), style="dim"))
        else:
            self._say(chat, message, edited=happening.what == "edit")

    def _say(self, chat: Chat, message: Message, *, edited: bool) -> None:
        shown = seen(message)
        style = "cyan" if shown.from_bot else "green"
        body = _news(message, shown, style) if edited else _body(shown, style)
        verb = "edits" if edited else "reads" if shown.from_bot else "writes"
        if not chat.person:
            verb = "edits" if edited else "shows" if shown.from_bot else "writes"
        self._line(chat, message, verb, body)

    def _line(self, chat: Chat, message: Message, verb: str, body: Text) -> None:
        head = Text()
        head.append(f"{self._hour()}  ", style="dim")
        head.append(self._place(chat, message), style="bold")
        head.append(f"  {verb}", style="dim")
        self.console.print(head)
        self.console.print(Padding(body, (0, 0, 0, 13)))

    def _place(self, chat: Chat, message: Message) -> str:
        if chat.person:
            return f"{chat.person.first_name} ({chat.person.language_code})"
        topic = chat.topics.get(message.thread_id or 0)
        who = "" if message.sender is None or message.sender.is_bot else f", {message.sender.first_name}"
        return f"{chat.title} › {topic.name if topic else 'General'}{who}"

    # What carriers said

    def _told(self, slug: str, standing: Standing) -> None:
        number = standing.life.number
        for scan in reversed(standing.scans[: len(standing.scans) - self._scans.get(number, 0)]):
            at = scan.at.astimezone(ZONE)
            self._carrier(slug, number, f"{scan.words}, {scan.place} ({at:%a %H:%M})")
        self._scans[number] = len(standing.scans)
        if number in self._etas and self._etas[number] != standing.eta_at and standing.eta_at:
            self._carrier(slug, number, f"expected on {standing.eta_at:%a %d %b}")
        self._etas[number] = standing.eta_at

    def _carrier(self, slug: str, number: str, words: str) -> None:
        head = Text()
        head.append(f"{self._hour()}  ", style="dim")
        head.append(NAMES[slug], style="bold yellow")
        head.append(f"  tells of {number}: ", style="dim")
        head.append(words, style="yellow")
        self.console.print(head)

    def _hour(self) -> str:
        return f"{self.clock.now().astimezone(ZONE):%a %d %H:%M}"


def _notice(message: Message) -> str:
    kind = seen(message).kind
    named = message.content[kind].get("name", "") if isinstance(message.content[kind], dict) else ""
    return f"{kind.replace('_', ' ')} {named}".strip()


def _body(shown: Seen, style: str) -> Text:
    lines = (shown.text or f"[{shown.kind}]").splitlines()
    rest = [f"… and {len(lines) - MOST_LINES} lines"] if len(lines) > MOST_LINES + 1 else []
    text = Text("\n".join([*(lines[:MOST_LINES] if rest else lines), *rest]), style=style)
    for row in shown.buttons:
        text.append("\n")
        text.append(_row([button.label for button in row]), style="reverse dim")
    return text


def _news(message: Message, shown: Seen, style: str) -> Text:
    """Of an edited message the lines that are new."""
    before = set(str(message.versions[-1].get("text", "")).splitlines()) if message.versions else set[str]()
    new = [line for line in shown.text.splitlines() if line not in before]
    return Text("\n".join(new) or "(shorter now)", style=style)


def _row(labels: Sequence[str]) -> str:
    return "  ".join(f" {label} " for label in labels)
