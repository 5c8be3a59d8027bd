"""One trace from what comes in to the call that says so, in whichever process, and nothing in it of anybody's."""

import asyncio
import re
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from aiogram.exceptions import TelegramNetworkError
from hypothesis import given
from hypothesis import strategies as st

from bot import tracing
from bot.chat.app import make_bot
from bot.domain.outgoing import InDoubt, Outcome, Sent
from bot.flows import card, doubt, facts, inbox, outgoing
from bot.flows.outgoing import Composer
from bot.jobs.dispatch import Dispatch, Dispatcher
from bot.jobs.sweep import sweep_forever
from bot.store import core, outbox, sql
from bot.store.crypt import Vault
from bot.tracing import ANYWHERE, SPANS
from tests.fakes.bot_session import TOKEN
from tests.fakes.carrier_wire import dhl
from tests.fakes.clock import StandingClock
from tests.fakes.desk import open_desk
from tests.fakes.kept_traces import KeptTraces, noted, trace_of
from tests.fakes.rows import GROUP, NOON, answer
from tests.fakes.speaker import FakeSpeaker, FreePace, all_left, composer
from tests.fakes.talk import Talk, Who
from tests.flows.test_polling import desk as polled_shop
from tests.flows.test_pushes import Shop as PushedShop
from tests.flows.test_pushes import checkpoint

pytestmark = pytest.mark.usefixtures("store")
COMPOSER = Composer(facts.notice, facts.live, card.card)
DOCS = Path(__file__).parents[2] / "docs" / "traces.md"


@pytest.fixture
def traces() -> KeptTraces:
    return KeptTraces()


async def leave(clock: StandingClock, speaker: FakeSpeaker, composed: Composer = COMPOSER) -> None:
    """All that may leave by now leaves."""
    await all_left(Dispatcher(Dispatch(speaker, FreePace(), composed, clock)))


async def test_from_the_update_to_the_call_that_answers_it_is_one_trace(
    traces: KeptTraces, clock: StandingClock, vault: Vault
) -> None:
    talk = Talk(clock, vault)
    with traces.process():
        await talk.say("/help")
    with traces.process():
        await leave(clock, FakeSpeaker())

    call = traces.one("telegram.call")
    assert traces.way(call) == ["update.take", "update.handle", "transaction", "outbox.send", "telegram.call"]
    assert traces.way(traces.one("outbox.prepare"))[-2:] == ["transaction", "outbox.prepare"]
    assert len(traces.traces()) == 1
    assert noted(traces.one("update.handle")).items() >= {"kind": "message", "attempt": 1, "outcome": "handled"}.items()
    assert noted(traces.one("outbox.send"))["outcome"] == noted(call)["outcome"] == "sent"


async def test_an_update_that_is_brought_is_told_as_one(traces: KeptTraces, clock: StandingClock, vault: Vault) -> None:
    with traces.process():
        await inbox.take_in({"update_id": 5, "message": {"chat": {"id": 7}}}, vault, clock.now())

    assert noted(traces.one("update.take")) == {"update": 5, "kind": "message", "way": "webhook"}


async def test_who_handles_and_which_use_case_are_named(traces: KeptTraces, clock: StandingClock, vault: Vault) -> None:
    with traces.process():
        await Talk(clock, vault).say("/help")

    assert str(noted(traces.one("update.handle"))["handler"]).startswith("consignee.")
    written = [noted(one) for one in traces.named("transaction") if noted(one).get("queued")]
    assert [one["queued"] for one in written] == [1]
    assert all(re.fullmatch(r"\w+", str(one["flow"])) for one in written)


async def test_what_a_dead_process_left_in_the_air_goes_on_in_its_own_trace(
    traces: KeptTraces, clock: StandingClock, vault: Vault
) -> None:
    with traces.process():
        await Talk(clock, vault).say("/help")
    await outgoing.lease(1, clock.now())  # and then it was killed
    clock.advance(timedelta(minutes=5))
    with traces.process():
        await doubt.recover(clock.now())
        await leave(clock, FakeSpeaker())

    assert len(traces.traces()) == 1
    assert traces.way(traces.one("outbox.recover"))[0] == "update.take"
    assert noted(traces.one("outbox.recover"))["outcome"] == "in_doubt"
    assert noted(traces.one("outbox.send")).items() >= {"attempt": 2, "outcome": "sent"}.items()
    assert float(str(noted(traces.one("outbox.prepare"))["waited"])) == 300.0


async def test_each_try_is_told_with_what_came_of_it(traces: KeptTraces, clock: StandingClock, vault: Vault) -> None:
    outcomes: list[Outcome] = [InDoubt("timeout"), Sent(7)]
    with traces.process():
        await Talk(clock, vault).say("/help")
        await leave(clock, FakeSpeaker(lambda call: outcomes.pop(0)))

    told = [noted(one) for one in traces.named("outbox.send")]
    assert [(one["attempt"], one["outcome"], one.get("reason")) for one in told] == [
        (1, "in_doubt", "timeout"),
        (2, "sent", None),
    ]
    assert [one.status.is_ok for one in traces.named("outbox.send")] == [False, True]


async def test_a_chunk_of_parcels_is_one_span_with_counts_and_its_notices_go_on_from_it(
    traces: KeptTraces, clock: StandingClock, vault: Vault
) -> None:
    shop = await polled_shop(clock, vault, numbers=60)
    shop.wire.says = {f"N{one}": dhl(f"N{one}", clock.now(), 3, code="delivered") for one in range(60)}
    with traces.process():
        await shop.poll()

    [chunk, ask, ingest] = [traces.one(name) for name in ("poll.chunk", "carrier.ask", "ingest")]
    assert noted(chunk).items() >= {"account": 1, "carrier": "dhl_unified", "parcels": 60, "answered": 60}.items()
    assert noted(ask).items() >= {"parcels": 60, "requests": 60}.items()
    assert noted(ingest)["parcels"] == 60
    assert len(traces.all) < 8
    clock.advance(timedelta(minutes=5))
    with traces.process():
        await leave(clock, FakeSpeaker())
    ways = {tuple(traces.way(one)) for one in traces.named("telegram.call")}
    assert ways == {("poll.chunk", "transaction", "ingest", "outbox.send", "telegram.call")}


async def test_a_push_is_the_beginning_of_what_it_causes(
    traces: KeptTraces, clock: StandingClock, vault: Vault
) -> None:
    shop = PushedShop(clock, vault)
    await shop.open()
    with traces.process():
        await shop.push(checkpoint(clock.now(), "OutForDelivery"))

    with traces.process():
        await leave(clock, FakeSpeaker())
    push = traces.one("push.take")
    assert noted(push).items() >= {"carrier": "aftership", "results": 1, "outcome": "in"}.items()
    ways = [traces.way(one) for one in traces.named("telegram.call")]
    assert ["push.take", "transaction", "ingest", "outbox.send", "telegram.call"] in ways


async def test_words_of_several_causes_go_on_from_the_newest_and_are_linked_to_the_others(
    traces: KeptTraces, clock: StandingClock
) -> None:
    with traces.process():
        for number in range(3):
            with tracing.span("sweep"):
                await outbox.put([answer(collapse="one", cause=f"cause:{number}")])
        clock.at = NOON + timedelta(seconds=1)
        await leave(clock, FakeSpeaker(), composer())

    first, second, third = map(trace_of, traces.named("sweep"))
    send = traces.one("outbox.send")
    assert trace_of(send) == third
    assert [link.context.trace_id for link in send.links] == [second, first]


async def test_a_trace_is_kept_whole_or_not_at_all(traces: KeptTraces, clock: StandingClock, vault: Vault) -> None:
    talk = Talk(clock, vault)
    with traces.process(ratio=0.5):
        for _ in range(24):
            await talk.say("/help")
    with traces.process(ratio=0.5):
        await leave(clock, FakeSpeaker())

    assert 0 < len(traces.named("update.take")) < 24
    assert len(traces.named("telegram.call")) == len(traces.named("update.take")) == len(traces.traces())


async def test_nothing_is_written_where_no_traces_are_kept(clock: StandingClock, vault: Vault) -> None:
    await Talk(clock, vault).say("/help")

    assert {row["trace"] for row in await sql.rows("SELECT trace FROM inbox UNION SELECT trace FROM outbox")} == {None}


async def test_what_was_put_without_a_trace_begins_one_when_it_leaves(
    traces: KeptTraces, clock: StandingClock, vault: Vault
) -> None:
    await Talk(clock, vault).say("/help")
    with traces.process():
        await leave(clock, FakeSpeaker())

    assert traces.way(traces.one("telegram.call")) == ["outbox.send", "telegram.call"]


async def test_a_sweep_that_did_nothing_is_not_told(traces: KeptTraces, clock: StandingClock) -> None:
    stop = asyncio.Event()
    with traces.process():
        sweeping = asyncio.create_task(sweep_forever(clock, "off", stop))
        await asyncio.sleep(0.02)
        stop.set()
        await sweeping

    assert traces.all == []


async def test_whoever_is_named_and_whatever_is_said_stays_out_of_it(
    traces: KeptTraces, clock: StandingClock, vault: Vault
) -> None:
    layla = Who(7_700_123_456, "Layla Haddad", "en")
    with traces.process():
        desk = await open_desk(Talk(clock, vault))
        await desk.talk.say("My parcel JD014600006281230704 is lost, call +49 151 23456789", layla)
        await desk.says("Dear Layla Haddad, it is on its way")
        await leave(clock, FakeSpeaker())

    assert len(traces.named("telegram.call")) > 2
    told = [(one.name, name, fact) for one in traces.all for name, fact in noted(one).items()]
    assert {name for span, name, _ in told if name not in (*SPANS[span], *ANYWHERE)} == set()
    assert [
        one for one in told if isinstance(one[2], str) and not re.fullmatch(r"[A-Za-z_]*(\.[a-z_]+)?", one[2])
    ] == []
    numbers = {fact for _, _, fact in told if isinstance(fact, int)}
    assert numbers & {layla.id, GROUP, -GROUP} == set()
    assert all(not one.events for one in traces.all)


async def test_of_an_error_only_its_kind_is_told(traces: KeptTraces) -> None:
    with traces.process(), pytest.raises(LookupError), tracing.span("sweep"):
        raise LookupError("Layla's parcel JD014600006281230704")

    [sweep_] = traces.all
    assert noted(sweep_) == {"error.type": "LookupError"}
    assert (sweep_.status.is_ok, sweep_.status.description) == (False, None)


async def test_what_a_handler_asks_of_telegram_is_told_within_it_and_nothing_else_is(traces: KeptTraces) -> None:
    bot = make_bot(TOKEN, "http://127.0.0.1:1")
    with traces.process():
        with tracing.span("update.handle"), suppress(TelegramNetworkError):
            await bot.get_me()
        with suppress(TelegramNetworkError):
            await bot.get_me()
    await bot.session.close()

    ask = traces.one("telegram.ask")
    assert noted(ask) == {"method": "getMe", "error.type": "TelegramNetworkError"}
    assert traces.way(ask) == ["update.handle", "telegram.ask"]


async def test_what_is_done_row_by_row_is_not_told_row_by_row(traces: KeptTraces) -> None:
    with traces.process(), tracing.span("sweep"):
        for _ in range(300):
            async with core.transaction():
                pass

    assert len(traces.all) == 101


@given(st.lists(st.text("ab c", max_size=3), max_size=12))
def test_the_newest_causes_stay_known_each_once(found: list[str]) -> None:
    known: str | None = None
    for one in found:
        known = tracing.together(one, known)

    newest = list(dict.fromkeys(cause for one in reversed(found) for cause in one.split()))
    assert len((known or "").split()) == min(len(newest), tracing.MOST_CAUSES)
    assert (known or "").split()[:1] == newest[:1]


@given(st.text("0123456789abcdef-xyz ", max_size=80))
def test_whatever_stands_in_a_row_stops_no_send(trace: str) -> None:
    with KeptTraces().process(), tracing.span("outbox.send", within=trace) as span:
        assert span.carried is not None


def test_every_span_is_documented_with_all_that_is_noted_of_it_and_nothing_else() -> None:
    rows = re.findall(r"^\| `([a-z.]+)` \| (\w+) \| (.*?) \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)

    assert {(name, kind, *re.findall(r"`(\w+)`", listed)) for name, kind, listed in rows} == {
        (name, *listed) for name, listed in SPANS.items()
    }
    assert len(rows) == len(SPANS)
