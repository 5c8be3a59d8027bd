"""The desk with the real process, killed every twenty seconds (`kill -9`), in real time.

`herald run` on SQLite against the sandbox, which holds Telegram's limits. Customers write and agents answer while it
is down as well as while it runs; once nobody writes any more, whatever was said must stand on the other side.
"""

import asyncio
import os
import random
import re
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from bot.sandbox.telegram import Call, Chat, User
from tests.benchmarks.desk_world import TOKEN, Heard, percentile, unmarked
from tests.benchmarks.machine import Row
from tests.e2e.stage import Stage

CUSTOMERS, GROUPS = 12, 3
EVERY = 20.0
"""Seconds between two kills."""
WRITES_EVERY = 2.0
"""Seconds between two customers' words: half of what the groups can say."""
CODE = re.compile(r"/desk ([A-Z0-9-]{4,})")
PATIENCE = 60.0
_TICK = os.sysconf("SC_CLK_TCK")


class Killed:
    """One installation under load; `heard` goes by real seconds."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.telegram = stage.telegram
        self.heard = Heard()
        self.groups: list[Chat] = []
        self.agents: dict[int, User] = {}
        self.people: list[User] = []
        self.words: dict[int, int] = {}
        self.cpu = 0.0
        self.kills = 0
        self._read = 0
        self._answers: list[asyncio.Task[None]] = []

    # ---- before it begins

    async def open(self) -> None:
        """A shop with its groups, bound as people bind them; customers who have met the bot."""
        invited = await self.stage.command("invite", "--shop", "Noor")
        owner = await self.telegram.user("Omar", "en")
        await self.telegram.starts(owner, invited.stdout.strip().splitlines()[-1].split("start=")[1])
        await self.telegram.expects(owner, "Noor", within=PATIENCE)
        for number in range(GROUPS):
            await self._bind(owner, number)
        for number in range(CUSTOMERS):
            person = await self.telegram.user(f"Customer {number}", "en")
            await self.telegram.starts(person)
            self.people.append(person)
        await self.telegram.wait_for(self._are_greeted, PATIENCE)

    async def _bind(self, owner: User, number: int) -> None:
        agent = await self.telegram.user(f"Agent {number}", "en")
        group = await self.telegram.group(f"Desk {number}", owner=owner, members=[agent])
        said = await self.telegram.says(owner, "/desk add")
        asked = await self.telegram.expects(owner, "/desk ", within=PATIENCE, after=said.id)
        code = CODE.search(asked.text)
        assert code is not None
        await self.telegram.in_group(owner, group, f"/desk {code[1]}")
        await self.telegram.expects(group, "Noor", within=PATIENCE)
        self.groups.append(group)
        self.agents[group.id] = agent

    def _are_greeted(self) -> bool:
        return all(any(one.from_bot for one in self.telegram.messages(person)) for person in self.people)

    # ---- while it lasts

    async def run(self, seconds: float) -> None:
        """Write and answer for so long, killing; then until all that was said has arrived."""
        chance, began = random.Random(1), time.monotonic()
        kill_at, write_at = began + EVERY, began
        restarting: asyncio.Task[None] | None = None
        while (now := time.monotonic()) < began + seconds:
            if now >= write_at:
                write_at += WRITES_EVERY
                await self._write(chance.randrange(CUSTOMERS))
            if now >= kill_at:
                kill_at += EVERY
                restarting = asyncio.create_task(self._restart())
            self._listen()
            await asyncio.sleep(0.02)
        if restarting is not None:
            await restarting
        await self._drain()

    async def _write(self, number: int) -> None:
        turn = self.words.get(number, 0)
        self.words[number] = turn + 1
        token = f"q{number}x{turn}"
        self.heard.said[token] = time.monotonic()
        await self.telegram.says(self.people[number], f"{'/human ' if turn == 0 else ''}Please see {token}")

    async def _restart(self) -> None:
        self.cpu += self.spent()
        self.kills += 1
        await self.stage.restart()
        self.cpu -= self.spent()

    def spent(self) -> float:
        """Seconds of processor time of the process that runs now."""
        fields = Path(f"/proc/{self.stage.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICK

    def _listen(self) -> None:
        calls = self.telegram.api.record.calls
        while self._read < len(calls) and calls[self._read].outcome != "pending":
            call = calls[self._read]
            self._read += 1
            if call.accepted and call.method in ("sendMessage", "copyMessage"):
                self._reads(call)

    def _reads(self, call: Call) -> None:
        found = TOKEN.search(str(call.params.get("text", "")))
        if found is None:
            return
        token, (side, who, words) = found[0], found.groups()
        first = self.heard.reads(f"{side}{who}", token, call.second)
        if side == "q" and first and (call.chat_id or 0) < 0 and int(words) % 2 == 0:
            answer = self._answer(call.chat_id or 0, call.params["message_thread_id"], f"a{who}x{words}")
            self._answers.append(asyncio.create_task(answer))

    async def _answer(self, group: int, topic: int, token: str) -> None:
        await asyncio.sleep(1.0)
        self.heard.said[token] = time.monotonic()
        await self.telegram.in_group(self.agents[group], group, f"It is {token}", topic)

    async def _drain(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(4 * PATIENCE):
                while self.missing() or not all(task.done() for task in self._answers):
                    self._listen()
                    await asyncio.sleep(0.05)
        await asyncio.sleep(3)
        self._listen()
        self.cpu += self.spent()

    def missing(self) -> list[str]:
        """What was said and stands nowhere."""
        return [token for token in self.heard.said if token not in self.heard.arrived]

    # ---- what came of it

    def figures(self, seconds: float) -> list[Row]:
        """As rows."""
        heard = self.heard
        again = [token for token, times in heard.arrived.items() if len(times) > 1]
        wrong = sum(read != sorted(read, key=lambda one: int(one.partition("x")[2])) for read in heard.order.values())
        taken = [times[0] - heard.said[token] for token, times in heard.arrived.items() if token in heard.said]
        doubled = f"each may have been in the air when it was killed; {len(again)} in {self.kills} kills"
        how = f"the service's own: {self.cpu:.0f} s for {len(heard.arrived)}, without starting up"
        over = [f"{one.text} ({one.method})" for one in self.telegram.violations("limit")]
        return [
            Row(
                f"killed every {EVERY:.0f} s for {seconds:.0f} s: words lost",
                len(self.missing()),
                "",
                most=0,
                detail=f"{len(heard.said)} said by {CUSTOMERS} customers and {GROUPS} agents, {self.kills} kills",
            ),
            Row("words doubled", len(again), "", most=8 * self.kills, detail=doubled),
            Row("doubled without a mark", unmarked(self.telegram, [*self.groups, *self.people], again), "", most=0),
            Row("readers to whom words came out of order", wrong, "", most=0, detail=f"of {len(heard.order)}"),
            Row("calls over Telegram's limits", len(over), "", most=0, detail=", ".join(sorted(over))[:120]),
            Row("said → read, median", percentile(taken, 0.5), "s", detail=f"worst {max(taken, default=0):.1f} s"),
            Row("said → read, 95th of 100", percentile(taken, 0.95), "s"),
            Row("processor time a relayed message", 1000 * self.cpu / max(len(heard.arrived), 1), "ms", detail=how),
        ]


async def killed(seconds: float) -> list[Row]:
    """The figures of one run of so many seconds."""
    with tempfile.TemporaryDirectory() as folder:
        async with Stage(Path(folder), POLL_EVERY_SECONDS="60") as stage:
            await stage.telegram.enforces(True)
            await stage.start()
            desk = Killed(stage)
            await desk.open()
            desk.cpu -= desk.spent()
            await desk.run(seconds)
            return desk.figures(seconds)
