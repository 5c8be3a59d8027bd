"""What happens in the demo: a shop is set up, three customers follow, a parcel slips, one is lost, one arrives."""

import asyncio
import re
from datetime import datetime, time, timedelta

from bot.sandbox.carriers import CarriersSandbox
from bot.sandbox.tale.clock import TaleClock
from bot.sandbox.tale.screen import ZONE, Screen
from bot.sandbox.tale.service import RunningService
from bot.sandbox.telegram import Chat, Seen, TelegramSandbox, Topic, User

SLIPPING, LOST, ARRIVING = "JD014600006281230704", "1Z81WV380316886897", "RB123456785GB"
TALKING, WAITING, SLEEPING = 60.0, 2400.0, 7200.0
SOON = 25.0
# While a slow machine starts the service, the fast clock runs already: no more than this may be slept through.
SLEPT = timedelta(hours=10)
SLOWEST = 1800.0
LINK = re.compile(r"start=([\w-]+)")
CODE = re.compile(r"/desk ([A-Z0-9-]{4,})")


class Plot:
    """The acts, in order; each waits for what it shows, so that a silent service ends the story loudly."""

    def __init__(
        self, service: RunningService, screen: Screen, telegram: TelegramSandbox, carriers: CarriersSandbox
    ) -> None:
        self.service = service
        self.screen = screen
        self.telegram = telegram
        self.carriers = carriers
        self.clock: TaleClock = service.clock
        self.people: dict[str, User] = {}
        self.desk: Chat | None = None

    async def play(self) -> None:
        """Everything."""
        await self.service.start(TALKING)
        for act in (self.opening, self.hiring, self.sending, self.slipping, self.talking, self.losing):
            await act()
        await self.service.stop()

    async def opening(self) -> None:
        """The operator invites, the merchant sets up."""
        self.screen.chapter("A shop opens")
        self.screen.remark("herald invite --shop Noor")
        link = (await self.service.command("invite", "--shop", "Noor")).strip().splitlines()[-1]
        self.screen.remark(link)
        layla = self.people["layla"] = await self.telegram.user("Layla", "en")
        await self.telegram.starts(layla, _found(LINK, link))
        await self.telegram.expects(layla, "Noor", within=SOON)
        for words in ("/shop country SA", "/rules stalled 24", "/rules lost 3"):
            await self._ask(layla, words)
        await self._ask(layla, "/carrier add dhl_unified api_key=demo-key-of-dhl")
        await self._ask(layla, "/carrier add ups client_id=demo client_secret=demo-secret")
        await self._ask(layla, "/carrier add 17track api_key=demo-key-of-17track")

    async def hiring(self) -> None:
        """The desk is bound."""
        self.screen.chapter("The team's group becomes the desk")
        layla = self.people["layla"]
        omar = self.people["omar"] = await self.telegram.user("Omar", "en")
        self.desk = await self.telegram.group("Noor desk", layla, [omar])
        answer = await self._ask(layla, "/desk")
        await self.telegram.in_group(layla, self.desk, f"/desk {_found(CODE, answer.text)}")
        await self.telegram.expects(self.desk, "", within=SOON)

    async def sending(self) -> None:
        """Three parcels, three customers, three languages."""
        self.screen.chapter("Parcels leave, customers follow")
        await self._parcels_are_born()
        await self._customer("sara", "ar", f"{SLIPPING} order=1001 promised={self._day(2)} name=Sara lang=ar")
        await self._customer("emma", "en", f"{LOST} order=1002 promised={self._day(3)} name=Emma lang=en")
        await self._customer("reza", "fa", f"{ARRIVING} carrier=17track order=1003 promised={self._day(2)} lang=fa")
        self.screen.remark("Reza asks by himself.")
        await self._ask(self.people["reza"], "سفارشم کجاست؟")

    async def slipping(self) -> None:
        """A day passes; DHL moves its date; the customer is told before she asks."""
        self.screen.chapter("The next day")
        await self._turn(WAITING)
        await self._until(1, 11)
        await self.carriers.scan(SLIPPING, "delay", "Riyadh, SA", eta=self._day(3))
        sara = self.people["sara"]
        last = self.telegram.messages(sara)[-1].id
        await self.telegram.expects(sara, "", within=SOON, after=last)
        # What was answered this moment would be in doubt after a kill: that is another story.
        await asyncio.sleep(1)

    async def talking(self) -> None:
        """kill -9 at the worst moment; then a person answers."""
        self.screen.chapter("She asks for a human while the service is killed")
        await self.service.kill()
        self.screen.remark("kill -9")
        sara, omar = self.people["sara"], self.people["omar"]
        warning = next(one for one in reversed(self.telegram.messages(sara)) if "h:" in str(one.buttons))
        self.screen.remark(f"Sara presses «{warning.button('h:').label}»: nobody is there to hear it.")
        await self.telegram.presses(sara, warning, "h:")
        await self.service.start(TALKING)
        self.screen.remark("herald run: what was pressed meanwhile is handled now.")
        topic = await self._topic("Sara")
        await self._answer(omar, topic, sara, "صباح الخير سارة، أنا عمر. طلبتُ من DHL أن تعجّل الطرد.")
        await self.telegram.says(sara, "شكرًا! أنا في البيت بعد الرابعة.")
        await self.telegram.expects(self._desk, "بعد الرابعة", topic, within=SOON)

    async def losing(self) -> None:
        """Two arrive, one falls silent."""
        self.screen.chapter("The days after")
        await self._turn(SLEEPING)
        await self._hears(self.people["reza"], ARRIVING, 2, 13)
        await self._hears(self.people["sara"], SLIPPING, 3, 12)
        emma = self.people["emma"]
        await self.telegram.wait_for(lambda: self._tickets("Emma"), within=self._patience(4, 12))
        await self._topic("Emma")
        self.screen.chapter("A person for the parcel that is lost")
        await self._turn(TALKING)
        words = "Emma, I'm sorry: UPS can't find your parcel. A new one leaves today."
        await self._answer(self.people["omar"], await self._topic("Emma"), emma, words)

    # Pieces

    async def _parcels_are_born(self) -> None:
        label = {"after": -3600, "kind": "label"}
        first = [label, _after(2, "picked_up", "Dubai, AE"), _after(16, "arrived", "Riyadh, SA")]
        await self.carriers.lives(SLIPPING, first, eta=self._day(2))
        away = [label, _after(2, "picked_up", "Jeddah, SA"), _after(4, "departed", "Jeddah, SA")]
        await self.carriers.lives(LOST, away, eta=self._day(3), origin="Jeddah, SA", destination="Abha, SA")
        quick = [label, _after(4, "picked_up", "Dubai, AE"), _after(20, "arrived", "Tehran, IR")]
        await self.carriers.lives(
            ARRIVING, quick, eta=self._day(2), destination="Tehran, IR", zone="Asia/Tehran", service="Post"
        )

    async def _customer(self, name: str, language: str, parcel: str) -> None:
        """The merchant adds a parcel; its customer opens the link."""
        answer = await self._ask(self.people["layla"], f"/shipment add {parcel}", "start=")
        customer = self.people[name] = await self.telegram.user(name.title(), language)
        await self.telegram.starts(customer, _found(LINK, answer.text))
        await self.telegram.expects(customer, "", within=SOON)

    async def _ask(self, person: User, words: str, expected: str = "") -> Seen:
        """What somebody says, and the first answer to it."""
        said = await self.telegram.says(person, words)
        return await self.telegram.expects(person, expected, within=SOON, after=said.id)

    async def _answer(self, agent: User, topic: Topic, customer: User, words: str) -> None:
        await self.telegram.in_group(agent, self._desk, words, topic)
        await self.telegram.expects(customer, words, within=SOON)

    async def _hears(self, customer: User, number: str, day: int, hour: int) -> None:
        """On its way to the door in the morning, there in the afternoon: both are told."""
        place = self.carriers.doors.lives[number].destination
        for kind, at in (("out", hour - 4), ("delivered", hour)):
            await self._until(day, at)
            last = self.telegram.messages(customer)[-1].id
            await self.carriers.scan(number, kind, place)
            await self.telegram.expects(customer, "", within=SOON, after=last)

    async def _topic(self, name: str) -> Topic:
        """The customer's topic, once its card is pinned."""
        await self.telegram.wait_for(lambda: self._tickets(name) and self._carded(name), within=SOON)
        return self._tickets(name)[-1]

    def _tickets(self, name: str) -> list[Topic]:
        return [one for one in self.telegram.topics(self._desk) if name in one.name]

    def _carded(self, name: str) -> bool:
        return bool(self.telegram.pinned(self._desk, self._tickets(name)[-1]))

    @property
    def _desk(self) -> Chat:
        if self.desk is None:
            raise LookupError("the desk is not there yet")
        return self.desk

    async def _turn(self, speed: float) -> None:
        """Another speed needs another start: the service reads its clock once."""
        fitting = max(SLOWEST, SLEPT.total_seconds() / max(self.service.took, 0.1))
        speed = min(speed, fitting)
        self.screen.remark(f"herald is stopped and started again: now an hour takes {3600 / speed:.1f} s")
        await self.service.stop()
        await self.service.start(speed)

    def _day(self, number: int) -> str:
        return f"{self._at(number, 0):%Y-%m-%d}"

    def _at(self, day: int, hour: int) -> datetime:
        start = self.telegram.world.chats[self.people["layla"].id].messages[1].at.astimezone(ZONE)
        return datetime.combine(start.date() + timedelta(days=day), time(hour), ZONE)

    def _patience(self, day: int, hour: int) -> float:
        """Real seconds until that time, and a little more."""
        return max(0.0, (self._at(day, hour) - self.clock.now()).total_seconds() / self.clock.speed) + SOON

    async def _until(self, day: int, hour: int) -> None:
        await self.clock.until(self._at(day, hour))


def _after(hours: float, kind: str, place: str) -> dict[str, object]:
    return {"after": hours * 3600, "kind": kind, "place": place}


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    if match is None:
        raise LookupError(f"nothing like {pattern.pattern} in {text!r}")
    return match[1]
