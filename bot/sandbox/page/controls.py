"""What a visitor may do: a table of verbs, each with what it was given, what it answers."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from msgspec import Struct

from bot.domain.chance import FEWEST
from bot.domain.usual import RUNGS
from bot.sandbox.bot_api.seen import Seen
from bot.sandbox.page.director import Director
from bot.sandbox.page.saying import Unsayable, pieces
from bot.sandbox.page.stage import Stage
from bot.sandbox.tale.service import ServiceFailed
from bot.sandbox.telegram import User

ANSWERED_WITHIN = 6.0
LANGUAGES = ("ar", "fa", "en")
FASTEST = 7200.0


class Given(Struct, frozen=True):
    """What the page sends along; each verb reads what it needs."""

    phone: str = ""
    text: str = ""
    topic: int | None = None
    message: int = 0
    data: str = ""
    speed: float | None = None
    on: bool = False
    name: str = ""


class Controls:
    """Acts on one stage. Raises Unsayable with kind words where something cannot be done."""

    def __init__(self, stage: Stage, director: Director) -> None:
        self.stage = stage
        self.director = director

    async def do(self, verb: str, given: Given) -> str | None:
        """Does it; words to show for a moment, if there are any. Raises LookupError for an unknown verb."""
        return await VERBS[verb](self, given)

    async def say(self, given: Given) -> None:
        """What was typed, in as many messages as it takes."""
        person = self._person(given.phone)
        self.director.calm(self._speaks_for(given.phone))
        for piece in pieces(given.text):
            await self._say(person, given, piece)

    async def _say(self, person: User, given: Given, words: str) -> Seen:
        if given.phone != "desk":
            return await self.stage.telegram.says(person, words)
        return await self.stage.telegram.in_group(person, self._desk(given), words, given.topic)

    async def photo(self, given: Given, body: bytes, mime: str) -> None:
        """A picture, or another file."""
        person = self._person(given.phone)
        kind = "photo" if mime in ("image/jpeg", "image/png", "image/webp") else "document"
        group = self._desk(given) if given.phone == "desk" else None
        topic = given.topic if group else None
        name = given.name[-60:] or None if kind == "document" else None
        await self.stage.telegram.sends_file(person, kind, body=body, name=name, group=group, topic=topic)

    async def press(self, given: Given) -> str | None:
        """A button; what the bot answers to the press, once it does."""
        person, telegram = self._person(given.phone), self.stage.telegram
        self.director.calm(self._speaks_for(given.phone))
        chat = self._desk(given) if given.phone == "desk" else None
        query = await telegram.presses(person, given.message, given.data, chat=chat)
        if query not in telegram.world.queries:
            return None
        if self.stage.service_is != "up":
            return "Nobody is there to hear it. It will be handled when the service is back."
        try:
            answer = await telegram.wait_for(lambda: telegram.answer_of(query), within=ANSWERED_WITHIN)
        except TimeoutError:
            return None
        return answer.get("text") if answer else None

    async def contact(self, given: Given) -> None:
        """His own number, by Telegram's button for it."""
        await self.stage.telegram.shares_contact(self._person(given.phone))

    async def language(self, given: Given) -> None:
        """The customer reads another language from now on: said to the bot, as anybody would."""
        customer = self._person("customer")
        if given.text not in LANGUAGES:
            raise Unsayable("The customer reads Arabic, Persian or English.")
        customer.language_code = given.text
        self.stage.changed()
        await self.stage.telegram.says(customer, f"/language {given.text}")

    async def speed(self, given: Given) -> None:
        """The clock."""
        if given.speed is not None and not 0 <= given.speed <= FASTEST:
            raise Unsayable(f"The clock runs from 0 to {FASTEST:g} times.")
        self.director.choose(given.speed)

    async def typing(self, given: Given) -> None:
        """Somebody writes, or has stopped."""
        self.director.types(given.on)

    async def carrier(self, given: Given) -> None:
        """A carrier works, or does not."""
        if given.name not in CARRIERS:
            raise Unsayable("There is no such carrier here.")
        await self.stage.carrier(given.name, works=given.on)

    async def hub(self, given: Given) -> str | None:
        """A hub moves, or does not; what is to be expected of that."""
        if given.name not in self.stage.hubs:
            raise Unsayable("There is no such hub here.")
        self.stage.hub(given.name, moves=given.on)
        return None if given.on else self._expected(given.name)

    def _expected(self, hub: str) -> str:
        kept, town = len(self.stage.held[hub]), hub.partition(",")[0]
        if kept < FEWEST:
            return f"{kept or 'No'} parcels still come through {town}: the agents are asked about {FEWEST} and more."
        if self.director.working_time_left < RUNGS[0]:
            return f"Too late for a question to the agents: {ASKED_AFTER} would pass the story's end."
        return f"{kept} parcels will wait in {town}. The agents are asked after {ASKED_AFTER}."

    async def kill(self, given: Given) -> None:
        """kill -9 now."""
        await self.stage.kill_service()

    async def start(self, given: Given) -> None:
        """Starts it again, if it is down."""
        try:
            await self.stage.start_service()
        except ServiceFailed as failure:
            raise Unsayable("The service does not start; the terminal says why.") from failure

    async def arm(self, given: Given) -> str | None:
        """kill -9 in the middle of an agent's next reply to the customer; once more: not."""
        await self.stage.arm()
        return (
            "It will be killed while an agent's next reply is on its way to the customer." if self.stage.armed else None
        )

    def _person(self, phone: str) -> User:
        found = {"customer": self.stage.customer, "desk": self.stage.agent, "merchant": self.stage.owner}.get(phone)
        if found is None:
            raise Unsayable("Nobody holds this phone yet.")
        return found

    def _speaks_for(self, phone: str) -> str | None:
        """The order of the customer who speaks."""
        return self.stage.parcels[0].order if phone == "customer" else None

    def _desk(self, given: Given) -> int:
        if self.stage.desk is None:
            raise Unsayable("There is no desk yet.")
        return self.stage.desk.id


ASKED_AFTER = f"{RUNGS[0] // timedelta(hours=1)} working hours without a scan"
CARRIERS = ("dhl_unified", "ups", "17track")
VERBS: Mapping[str, Callable[[Controls, Given], Awaitable[str | None]]] = {
    "say": Controls.say,
    "press": Controls.press,
    "contact": Controls.contact,
    "language": Controls.language,
    "speed": Controls.speed,
    "typing": Controls.typing,
    "carrier": Controls.carrier,
    "hub": Controls.hub,
    "kill": Controls.kill,
    "start": Controls.start,
    "arm": Controls.arm,
}
