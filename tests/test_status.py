"""`herald status`: what the operator sees."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console, RenderableType

from bot import status
from bot.flows.installation import AccountLoad, Doing, budget_left, doing, measured
from bot.operator import database
from bot.settings import SettingsError, read_settings
from bot.store import outbox, schema
from bot.store.models import Account, Shipment
from bot.store.ms import to_ms
from tests.fakes.clock import StandingClock
from tests.fakes.rows import answer, shop

AWAY = AccountLoad(7, "Noor [b]", "dhl_unified", "active", 41, 7200.0, 100, True)
FINE = AccountLoad(8, "Noor", "ups", "active", 3, 0.0, 0, False)


def shown(thing: RenderableType) -> str:
    said = StringIO()
    Console(file=said, width=120, highlight=False).print(thing)
    return said.getvalue()


def test_an_account_is_shown_with_its_lag_its_allowance_and_its_carriers_silence() -> None:
    text = shown(status.accounts(Doing([AWAY, FINE], {}, 0, 0)))
    assert "no answer" in text
    assert "2 h" in text
    assert "100 of 250" in text
    assert "Noor (b]" in text


def test_of_many_accounts_the_rest_is_counted() -> None:
    text = shown(status.accounts(Doing([FINE] * 33, {}, 0, 0)))
    assert "13 more" in text


def test_the_queue_is_shown_by_worth_and_updates_beside_it() -> None:
    text = shown(status.queue(Doing([], {"person": (3, 61.0)}, 4, 5)))
    assert [line.split()[1:6:2] for line in text.splitlines() if "person" in line] == [["person", "3", "1"]]
    assert "updates" in text


def test_workers_are_counted_and_the_quietest_named() -> None:
    text = shown(status.workers(status.Crew([0.5, 3.0], {"poll": (2, 1)})))
    assert "2 workers" in text
    assert "3 s" in text
    assert "0 workers" in shown(status.workers(status.Crew([], {})))


@pytest.mark.parametrize(("seconds", "said"), [(0, "0 s"), (59, "59 s"), (60, "1 min"), (7200, "2 h"), (90000, "1 d")])
def test_a_span_is_said_in_its_largest_unit(seconds: float, said: str) -> None:
    assert status.span(seconds) == said


async def test_it_is_read_from_the_tables(store: str, clock: StandingClock) -> None:
    now = clock.now()
    merchant = await shop()
    account = await Account.create(
        merchant_id=merchant.id, slug="dhl_unified", secrets="", created_ms=0, spent_on=now.date().isoformat(), spent=50
    )
    _ = await Shipment.create(
        merchant_id=merchant.id, order_id=1, account_id=account.id, slug="dhl_unified", number="1", created_ms=0,
        status="in_transit", next_poll_ms=to_ms(now - timedelta(minutes=5)),
    )  # fmt: skip
    await outbox.put([answer()])

    found = await doing(now + timedelta(days=365))
    [one] = (await doing(now)).accounts

    assert (one.parcels, one.lag, one.spent, budget_left(one)) == (1, 300.0, 50, 0.8)
    assert found.queue["answer"][0] == 1
    assert dict((name, value) for name, value, _ in measured(found))["herald_budget_left_ratio"] == 1.0


async def test_piped_it_is_shown_once(tmp_path: Path) -> None:
    said = StringIO()
    settings = read_settings(_env_file=None, database_url=f"sqlite://{tmp_path}/herald.sqlite3")
    async with database(settings, create=True):
        pass
    with pytest.raises(SettingsError, match="herald migrate"):
        await status.show(settings, Console(file=said), once=True)
    async with database(settings):
        await schema.migrate()
    assert await status.show(settings, Console(file=said, width=100), once=False) == 0
    assert "Accounts" in said.getvalue()
