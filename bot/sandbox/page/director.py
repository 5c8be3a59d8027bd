"""Keeps the story going while the visitor watches: nights pass quickly, a colleague answers, customers say a word."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from math import inf

from msgspec import Struct

from bot.domain.usual import counted
from bot.sandbox.bot_api.seen import Seen
from bot.sandbox.page.cast import Parcel
from bot.sandbox.page.journeys import ZONE
from bot.sandbox.page.stage import CALM, Stage
from bot.sandbox.telegram import Chat, Topic

LOOK_EVERY = 0.5
TYPING = 8.0
"""Real seconds for which somebody who wrote counts as writing."""
DAYS, NIGHTS, ANSWERED, WAITED_FOR = 1200.0, 3600.0, 600.0, 300.0
"""Twenty minutes a second while people are up, an hour a second while they sleep and on the first day, when parcels
only leave. Slower while a customer waits for an agent, for Telegram lets a group have one message in three seconds, and
slower still after words, and while it is the visitor's own customer who waits."""
CALMED = 6.0
"""Real seconds after somebody's words."""
REACHES = 25.0
"""Real seconds within which words for a person stand at the desk: topic, card and pin are a message each."""
UP = range(8, 21)
STAFFED = range(9, 19)
PATIENCE, OF_HIS_OWN = timedelta(minutes=40), timedelta(hours=1, minutes=30)
"""After so long a colleague answers whom nobody has answered; the visitor's own customer a little later."""
LAST_DAY = 6
COUNTRY = "SA"

CHAPTERS: Mapping[int, str] = {
    0: "Sunday: forty parcels leave the store",
    1: "Monday: one slips a day, one fails at the door",
    2: "Tuesday: one comes back, one has been silent too long",
    3: "Wednesday: a silence begins to mean something",
    4: "Thursday: a person for the parcel that is lost",
    5: "Friday: no working day, and the shop knows it",
    6: "Saturday: what became of forty parcels",
}
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "ar": (
        "أنا عمر من نور. اتصلتُ بشركة الشحن الآن، وأكتب لك هنا ما أعرفه اليوم.",
        "كلّمتُ مركز الفرز: سيبحثون عن الشحنة هذا المساء.",
        "إن لم تظهر الشحنة غدًا، نرسل بديلًا على حسابنا.",
    ),
    "en": (
        "This is Omar from Noor. I've just called the carrier, and I'll write here what I learn today.",
        "I've spoken with the hub: they look for your parcel this evening.",
        "If it doesn't turn up tomorrow, we'll send a new one at our own cost.",
    ),
    "fa": (
        "عمر هستم از نور. همین حالا با شرکت حمل تماس گرفتم و هرچه بفهمم امروز همین‌جا می‌نویسم.",
        "با مرکز پردازش حرف زدم؛ امشب دنبال بسته می‌گردند.",
        "اگر تا فردا پیدا نشد، یکی دیگر به هزینهٔ خودمان می‌فرستیم.",
    ),
}
"""What the colleague says the first three times."""
STILL: Mapping[str, str] = {
    "ar": "لا جديد بعد من شركة الشحن. أتابع الأمر بنفسي، وأكتب لك هنا غدًا.",
    "en": "No news from the carrier yet. I'm still on it, and I'll write here again tomorrow.",
    "fa": "هنوز خبر تازه‌ای از شرکت حمل نیست. خودم پیگیرم و فردا دوباره همین‌جا می‌نویسم.",
}
"""And from then on, for as long as the parcel is under way."""
DONE: Mapping[str, str] = {
    "ar": "أرى أن رحلة شحنتك انتهت. إن لم يكن كل شيء على ما يرام، فاكتب لي هنا.",
    "en": "I see that your parcel's way has ended. If anything isn't right, just write here.",
    "fa": "می‌بینم که راه بسته‌تان تمام شده. اگر چیزی درست نیست، همین‌جا بنویسید.",
}
"""Once, when it has ended; then he is silent."""


class Word(Struct, frozen=True):
    """What a customer (of that order) or the merchant says or presses by himself, at that day and hour of the story.

    `for_a_person`: the desk is to read it.
    """

    order: str
    day: int
    hour: float
    says: str = ""
    presses: str = ""
    for_a_person: bool = False


MERCHANT = ""
WORDS = (
    Word("1010", 0, 9.8, says="Hello! Could it come to my office instead? I'm there until six.", for_a_person=True),
    Word("1009", 0, 13, says="سفارشم کجاست؟"),
    Word(MERCHANT, 0, 18, says="/shipments"),
    Word("1007", 1, 9.5, presses="h:", for_a_person=True),
    Word(MERCHANT, 1, 19, says="/stats"),
    Word(MERCHANT, 3, 19, says="/stats"),
    Word(MERCHANT, 5, 11, says="/stats"),
    Word("1005", 1, 16.5, says="کسی زنگ در را نزد! من تمام روز خانه بودم.", for_a_person=True),
    Word("1002", 3, 11, presses="h:", for_a_person=True),
    Word("1004", 2, 15, says="لم يأتِ أحد. أنا في البيت غدًا بعد العاشرة.", for_a_person=True),
    Word("1008", 1, 16, says="وصلت، شكرًا!"),
)


class Director:
    """Runs until the story is over, then keeps the clock calm."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.chosen: float | None = None
        self._types_until = 0.0
        self._calm_until = 0.0
        self._reaching: dict[str, tuple[float, datetime]] = {}
        self._said: set[Word] = set()

    async def run(self) -> None:
        """Without end; cancelled with the stage."""
        while True:
            self.stage.look()
            self.pace()
            self._tell()
            if self.stage.service_is == "up":
                await self._speak()
                await self._colleague()
            await asyncio.sleep(LOOK_EVERY)

    # The clock

    def choose(self, speed: float | None) -> None:
        """The visitor's own speed; None: as the day has it."""
        self.chosen = speed
        self.pace()
        self.stage.changed()

    @property
    def typing(self) -> bool:
        """Whether the visitor writes just now, so that nothing hurries."""
        return self.stage.clock.monotonic() < self._types_until

    def types(self, on: bool) -> None:
        """He writes, or has stopped; who says nothing any more has stopped, too."""
        self._types_until = self.stage.clock.monotonic() + TYPING if on else 0.0
        self.pace()
        self.stage.changed()

    def pace(self) -> None:
        """Sets the clock's speed."""
        usual = self._usual() if self.chosen is None else self.chosen
        self.stage.clock.go(min(usual, self._most()))

    @property
    def slowed(self) -> bool:
        """Whether the clock goes slower than the visitor chose, so that somebody hears in time."""
        return self.chosen is not None and self._most() < self.chosen

    def _usual(self) -> float:
        if self.over or self.stage.service_is != "up":
            return CALM
        return NIGHTS if self._there.hour not in UP or self.day == 0 else DAYS

    def _most(self) -> float:
        """How fast people who write, speak or wait for an answer let it go, at whatever speed was chosen."""
        if self.typing:
            return CALM
        waiting = [topic for topic, _ in self._waited_for()]
        real = self.stage.clock.monotonic()
        if any(self._is_own(one) for one in waiting) or real < self._calm_until or self._is_on_its_way(real):
            return WAITED_FOR
        return ANSWERED if waiting else inf

    def calm(self, order: str | None = None) -> None:
        """Somebody has said something: what comes of it is to be seen before the day goes on.

        `order`: of a customer whose words may be for a person, who is to read them first.
        """
        real = self.stage.clock.monotonic()
        self._calm_until = real + CALMED
        if order is not None:
            self._reaching[order] = (real + REACHES, self.stage.clock.now())

    def _is_on_its_way(self, real: float) -> bool:
        """Whether words for a person do not stand at the desk yet."""
        return any(real < until and not self._stands(order, at) for order, (until, at) in self._reaching.items())

    def _stands(self, order: str, since: datetime) -> bool:
        desk = self.stage.desk
        if desk is None:
            return True
        his = (one for one in self.stage.telegram.topics(desk) if (parcel := self._of(one)) and parcel.order == order)
        shown = (one for topic in his for one in self.stage.telegram.messages(desk, topic))
        return any(one.at >= since and not one.pinned for one in shown)

    @property
    def _there(self) -> datetime:
        return self.stage.clock.now().astimezone(ZONE)

    @property
    def day(self) -> int:
        """Which day of the story it is; the first is 0."""
        return (self._there.date() - self.stage.first_day).days

    @property
    def over(self) -> bool:
        """Whether everything has happened."""
        return self.day > LAST_DAY

    @property
    def working_time_left(self) -> timedelta:
        """How much of the time in which carriers work is left of the story."""
        end = datetime.combine(self.stage.first_day + timedelta(days=LAST_DAY + 1), time(), ZONE)
        return counted(self.stage.clock.now(), end, ZONE.key, COUNTRY)

    def _tell(self) -> None:
        chapter = CHAPTERS.get(self.day, "The story is told; the clock goes calmly on")
        if chapter != self.stage.chapter:
            self.stage.says(chapter)

    # Who speaks

    async def _speak(self) -> None:
        for word in WORDS:
            if word not in self._said and self._reached(word.day, word.hour):
                self._said.add(word)
                if word.order != MERCHANT:
                    self.calm(word.order if word.for_a_person else None)
                await self._say(word)

    async def _say(self, word: Word) -> None:
        telegram = self.stage.telegram
        customer = self.stage.customers.get(word.order) or self.stage.owner
        if customer is None:
            return
        if word.says:
            await telegram.says(customer, word.says)
            return
        offers = [one for one in telegram.messages(customer) if word.presses in _payloads(one)]
        if offers:
            await telegram.presses(customer, offers[-1], word.presses)

    def _reached(self, day: int, hour: float) -> bool:
        there = self._there
        return (self.day, there.hour + there.minute / 60) >= (day, hour)

    async def _colleague(self) -> None:
        """Omar answers whoever has waited long enough."""
        desk, omar = self.stage.desk, self.stage.colleague
        if desk is None or omar is None:
            return
        for topic, since in self._waited_for():
            patience = OF_HIS_OWN if self._is_own(topic) else PATIENCE
            if self.stage.clock.now() - since >= patience:
                await self.stage.telegram.in_group(omar, desk, self._next_words(desk, topic), topic)

    def _is_own(self, topic: Topic) -> bool:
        """Whether it is that of the visitor's own customer."""
        return self._of(topic) is self.stage.parcels[0]

    def _next_words(self, desk: Chat, topic: Topic) -> str:
        """What the colleague says next; nothing where he has said all there is."""
        parcel, omar = self._of(topic), self.stage.colleague
        language = parcel.language if parcel else "en"
        said = [one.text for one in self.stage.telegram.messages(desk, topic) if omar and one.sender_id == omar.id]
        if len(said) < len(ANSWERS[language]):
            return ANSWERS[language][len(said)]
        if parcel is None or not self.stage.has_ended(parcel):
            return STILL[language]
        return "" if DONE[language] in said else DONE[language]

    def _waited_for(self) -> list[tuple[Topic, datetime]]:
        """The topics in which a customer waits, and since when; none out of hours, none that has heard all there is."""
        desk = self.stage.desk
        if desk is None or self._there.hour not in STAFFED:
            return []
        open_ones = ((one, self._open_since(desk, one)) for one in self.stage.telegram.topics(desk))
        return [(one, since) for one, since in open_ones if since is not None and self._next_words(desk, one)]

    def _open_since(self, desk: Chat, topic: Topic) -> datetime | None:
        """Since when something stands there after the last word of an agent; the card is none."""
        shown = [one for one in self.stage.telegram.messages(desk, topic) if not one.pinned]
        said = [at for at, one in enumerate(shown) if not one.from_bot]
        since = shown[said[-1] + 1 :] if said else shown
        return since[0].at if since else None

    def _of(self, topic: Topic) -> Parcel | None:
        return next((one for one in self.stage.parcels if one.follows and one.name in topic.name), None)


def _payloads(shown: Seen) -> str:
    return " ".join(button.data or "" for row in shown.buttons for button in row)
