"""Whatever happens on a desk, in whatever order: no open ticket waits for us with nobody ever woken for it."""

import asyncio
import shutil
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from bot.domain import sla
from bot.domain.access import Role
from bot.domain.sla import Standing
from bot.domain.ticket import TicketState
from bot.flows import desk, promises, promising, relay, reminding, tickets
from bot.flows.agents import Agent, Place
from bot.flows.relay import Said
from bot.flows.to_desk import relay as customer_says
from bot.flows.turn import PersonView, Turn
from bot.store import core, waits
from bot.store.models import Customer, Merchant, Promise, Ticket
from bot.store.ms import from_ms_or_none
from bot.store.tickets import Words
from tests.fakes import database, parcels
from tests.fakes.rows import GROUP

TOPIC, SARA = 900, 6001
START = datetime(2026, 11, 24, 10, tzinfo=UTC)
SAID = st.sampled_from(["Here it is", "I will write tomorrow by noon", "فردا تا ظهر می‌نویسم"])
HOURS = st.sampled_from(["tomorrow 12:00", "in 3 hours", "Sunday", "خلال ساعتين", "soon"])
RESTS = st.sampled_from(["30m", "2h", "3d", "tomorrow 9:00", "whenever"])


class Life(RuleBasedStateMachine):
    """One customer's ticket at a desk that is staffed from nine to six, and not at the weekend."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        file = Path(self.folder.name) / "herald.sqlite3"
        shutil.copy(self.template, file)
        self.now, self.count = START, 0
        self.runner = asyncio.Runner()
        self.runner.run(database.connect(f"sqlite://{file}"))
        parcel = self.runner.run(self._opened())
        self.place = Place(parcel[0], parcel[1])

    async def _opened(self) -> tuple[Customer, Merchant]:
        parcel = await parcels.followed(START)
        await Merchant.all().update(staffed="Mon-Fri 09:00-18:00", desk_chat_id=GROUP)
        await Customer.all().update(topic_chat_id=GROUP, topic_id=TOPIC, card_message_id=1)
        return await Customer.get(id=parcel.customer.id), await Merchant.get(id=parcel.merchant.id)

    def do(self, work: Coroutine[Any, Any, Any]) -> None:
        async def whole() -> None:
            async with core.transaction():
                await work

        self.runner.run(whole())

    def turn(self, rest: str = "") -> Turn:
        self.count += 1
        return Turn(
            self.count, self.now, GROUP, SARA, PersonView(SARA, "Sara"), "supergroup", TOPIC, self.count, rest=rest
        )  # fmt: skip

    @property
    def agent(self) -> Agent:
        return Agent(SARA, "Sara", Role.LEAD)

    async def ticket(self) -> Ticket | None:
        return await Ticket.get_or_none(closed_ms=None)

    # ---- what happens

    @rule()
    def customer_writes(self) -> None:
        async def write() -> None:
            opened = await tickets.open_ticket(self.place.customer.id, "words", self.now)
            self.count += 1
            await customer_says(opened, self.place.customer.user_id, Words(self.count, "Where?"), self.now)
            await tickets.promise(opened, self.now, "UTC", "22-8")

        self.do(write())

    @rule()
    def a_trouble_is_found(self) -> None:
        self.do(tickets.open_ticket(self.place.customer.id, "lost", self.now, evidence={"mark": self.count}))

    @rule(said=SAID)
    def agent_answers(self, said: str) -> None:
        turn = self.turn()
        self.do(relay.agent_says(turn, self.place, self.agent, Said(self.count, said)))

    @rule(hour=HOURS)
    def agent_names_an_hour(self, hour: str) -> None:
        self.do(promising.promise(self.turn(hour), self.place, self.agent))

    @rule(rest=RESTS)
    def agent_puts_it_to_rest(self, rest: str) -> None:
        self.do(desk.snooze(self.turn(rest), self.place, self.agent))

    @rule()
    def agent_takes_it(self) -> None:
        self.do(desk.take(self.turn(), self.place, self.agent))

    @rule()
    def agent_closes(self) -> None:
        self.do(desk.close(self.turn(), self.place, self.agent))

    @rule()
    def agent_reopens(self) -> None:
        self.do(desk.reopen(self.turn(), self.place, self.agent))

    @rule()
    def lead_bans_or_pardons(self) -> None:
        async def ban() -> None:
            place = Place(await Customer.get(id=self.place.customer.id), self.place.merchant)
            await desk.ban(self.turn(), place, self.agent)

        self.do(ban())

    @rule(minutes=st.sampled_from([5, 20, 60, 180, 900, 4000]))
    def time_passes(self, minutes: int) -> None:
        """The service runs: whatever falls due is done within half an hour."""

        async def run(until: datetime) -> None:
            while self.now < until:
                nexts = await waits.next_at()
                soonest = max(nexts, self.now + timedelta(minutes=5)) if nexts else until
                self.now = min(until, soonest, self.now + timedelta(minutes=30) if nexts else until)
                await promises.keep_due(self.now, "22-8")
                await reminding.remind_due(self.now, "22-8")

        self.runner.run(run(self.now + timedelta(minutes=minutes)))

    # ---- what must hold

    @invariant()
    def nobody_is_forgotten(self) -> None:
        self.runner.run(self._nobody_is_forgotten())

    async def _nobody_is_forgotten(self) -> None:
        ticket = await self.ticket()
        if ticket is not None:
            customer = await Customer.get(id=ticket.customer_id)
            assert not sla.is_asleep(_standing(ticket, banned=customer.banned_ms is not None), self.now)
            assert ticket.promised_ms is None or await Promise.filter(ticket_id=ticket.id, open=1).exists()
        assert await waits.suspects(self.now - sla.OVERSLEPT) == []

    @precondition(lambda self: self.count % 5 == 0)
    @rule()
    def the_sweep_finds_nobody(self) -> None:
        async def sweep() -> None:
            assert await reminding.wake_sleepers(self.now) == 0

        self.runner.run(sweep())

    def teardown(self) -> None:
        self.runner.run(core.close())
        self.runner.close()
        self.folder.cleanup()


def _standing(ticket: Ticket, *, banned: bool) -> Standing:
    owed = ticket.state != TicketState.WAITING_CUSTOMER or ticket.promised_ms is not None
    return Standing(owed, from_ms_or_none(ticket.due_ms), from_ms_or_none(ticket.remind_ms), banned)


def test_no_open_ticket_ever_falls_asleep(sqlite_template: Path) -> None:
    life = type("LifeOnTemplate", (Life,), {"template": sqlite_template})
    few = settings(
        max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(life, settings=few)
