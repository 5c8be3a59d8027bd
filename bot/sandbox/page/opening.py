"""How the story begins: a shop and its desk are set up, forty parcels come in, customers follow theirs."""

import re
from collections.abc import Sequence

from bot.sandbox.page import cast
from bot.sandbox.page.stage import Stage
from bot.sandbox.telegram import Seen, User

WITHIN = 40.0
LINK = re.compile(r"start=([\w-]+)")
CODE = re.compile(r"/desk ([A-Z0-9-]{4,})")
ORDERED = re.compile(r"(\d{4})\D*?start=([\w-]+)")
RULES = ("/shop country SA", "/rules stalled 24", "/rules lost 3")
ACCOUNTS = (
    "/carrier add dhl_unified api_key=demo-key-of-dhl",
    "/carrier add ups client_id=demo client_secret=demo-secret",
    "/carrier add 17track api_key=demo-key-of-17track",
)


class Opening:
    """Each step waits for its answer. Raises TimeoutError where none comes, LookupError where something is missing."""

    def __init__(self, stage: Stage, settings: Sequence[str] = (*RULES, *ACCOUNTS)) -> None:
        self.stage = stage
        self.settings = settings
        self.telegram = stage.telegram

    async def play(self) -> None:
        """All of it."""
        await self.shop()
        await self.desk()
        await self.parcels()

    async def shop(self) -> None:
        """The operator's invitation is opened, carriers are added: each is tried before it is kept."""
        self.stage.says("A shop is set up: by chat, carriers and all")
        link = (await self.stage.command("invite", "--shop", cast.SHOP)).strip().splitlines()[-1]
        owner = self.stage.owner = await self.telegram.user("Maryam", "en")
        self.stage.changed()
        await self.telegram.starts(owner, found(LINK, link))
        await self.telegram.expects(owner, cast.SHOP, within=WITHIN)
        for words in self.settings:
            await self._ask(owner, words)

    async def desk(self) -> None:
        """The team's forum group becomes the desk."""
        self.stage.says("The team's group becomes the desk")
        owner = self._owner
        agent = self.stage.agent = await self.telegram.user("Huda", "en")
        colleague = self.stage.colleague = await self.telegram.user("Omar", "en")
        desk = self.stage.desk = await self.telegram.group("Noor desk", owner, [agent, colleague])
        self.stage.changed()
        code = found(CODE, (await self._ask(owner, "/desk")).text)
        await self.telegram.in_group(owner, desk, f"/desk {code}")
        await self.telegram.expects(desk, "", within=WITHIN)

    async def parcels(self) -> None:
        """A file with thirty-nine parcels, one by hand; who follows opens his link."""
        self.stage.says("Forty parcels leave")
        first, *others = self.stage.parcels
        for one in self.stage.parcels:
            self.stage.carriers.doors.lives[one.number] = one.life(self.stage.first_day)
        links = await self._import(others)
        links[first.order] = await self._by_hand(first)
        for one in self.stage.parcels:
            if one.follows:
                await self._follows(one, links)

    async def _import(self, listed: list[cast.Parcel]) -> dict[str, str]:
        owner = self._owner
        await self._ask(owner, "/import")
        body = cast.table(listed, self.stage.first_day)
        sent = await self.telegram.sends_file(owner, "document", body=body, name="orders.csv")
        preview = await self.telegram.expects(owner, str(len(listed)), within=WITHIN, after=sent.id)
        await self.telegram.presses(owner, preview, "im:go")
        done = await self.telegram.expects(owner, "start=", within=WITHIN)
        return dict(ORDERED.findall(done.text))

    async def _by_hand(self, one: cast.Parcel) -> str:
        promised = one.promised(self.stage.first_day)
        words = f"/shipment add {one.number} carrier={one.slug} order={one.order} promised={promised} name={one.name}"
        return found(LINK, (await self._ask(self._owner, f"{words} lang={one.language}", "start=")).text)

    async def _follows(self, one: cast.Parcel, links: dict[str, str]) -> None:
        customer = self.stage.customers[one.order] = await self.telegram.user(one.name, one.language)
        self.stage.changed()
        await self.telegram.starts(customer, links[one.order])
        await self.telegram.expects(customer, "", within=WITHIN)

    async def _ask(self, person: User, words: str, expected: str = "") -> Seen:
        said = await self.telegram.says(person, words)
        return await self.telegram.expects(person, expected, within=WITHIN, after=said.id)

    @property
    def _owner(self) -> User:
        if self.stage.owner is None:
            raise LookupError("nobody owns the shop yet")
        return self.stage.owner


def found(pattern: re.Pattern[str], text: str) -> str:
    """What the pattern holds. Raises LookupError."""
    match = pattern.search(text)
    if match is None:
        raise LookupError(f"nothing like {pattern.pattern} in {text!r}")
    return match[1]
