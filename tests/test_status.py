"""`herald status`: what the operator sees."""

from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console, RenderableType

from bot import status
from bot.flows.installation import AccountLoad, Doing, budget_left, doing, measured
from bot.operator import database
from bot.settings import SettingsError, read_settings
from bot.store import outbox, schema
from bot.store.models import Account, Leg, Shipment
from bot.store.ms import to_ms
from tests.fakes.clock import StandingClock
from tests.fakes.rows import answer, shop

AWAY = AccountLoad(7, "Noor [b]", "dhl_unified", "active", 41, 7200.0, 100, True, "outage")
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


MINUTE = timedelta(minutes=1)


async def account_behind(now: datetime, **fields: Any) -> Account:
    """Its one parcel under way was due five hours ago; a late look at one that is over is older."""
    merchant = await shop()
    given: dict[str, Any] = {"merchant_id": merchant.id, "slug": "dhl_unified", "created_ms": 0}
    account = await Account.create(secrets="", **given, **fields)
    parcel: dict[str, Any] = {"order_id": 1, "account_id": account.id, "status": "in_transit", **given}
    _ = await Shipment.create(number="1", next_poll_ms=to_ms(now - 300 * MINUTE), **parcel)
    _ = await Shipment.create(number="2", next_poll_ms=to_ms(now - 900 * MINUTE), open=0, **parcel)
    return account


@pytest.mark.parametrize(
    ("state", "retry", "outage", "kept_by", "minutes"),
    [
        ("active", 0, None, "workers", 300),
        ("active", 120, None, "pause", 300),
        ("active", 120, -30, "outage", 300),
        ("active", 120, -400, "outage", 400),
        ("refused", 0, None, "credentials", 300),
        ("paused", 0, None, "workers", 0),
    ],
)
async def test_the_longest_due_parcel_waits_whatever_keeps_it(
    state: str, retry: int, outage: int | None, kept_by: str, minutes: int, store: str, clock: StandingClock
) -> None:
    now = clock.now()
    silent = None if outage is None else to_ms(now + outage * MINUTE)
    _ = await account_behind(now, state=state, retry_ms=to_ms(now + retry * MINUTE), outage_ms=silent)

    found = await doing(now)

    assert [(one.lag, one.kept_by) for one in found.accounts] == [(minutes * 60.0, kept_by)]
    [(lag, labels)] = [one[1:] for one in measured(found) if one[0] == "herald_poll_lag_seconds"]
    assert (lag, labels) == (minutes * 60.0, ("dhl_unified", kept_by))


async def test_an_account_that_waits_for_its_allowance_is_seen_to_wait(store: str, clock: StandingClock) -> None:
    _ = await account_behind(clock.now(), retry_ms=to_ms(clock.now() + 120 * MINUTE))
    text = shown(status.accounts(await doing(clock.now())))
    assert "waits" in text
    assert "5 h" in text


async def test_a_further_number_that_waits_counts_too(store: str, clock: StandingClock) -> None:
    now = clock.now()
    account = await account_behind(now)
    due = to_ms(now - 330 * MINUTE)
    _ = await Leg.create(shipment_id=1, account_id=account.id, number="3", next_poll_ms=due, created_ms=0)
    assert [one.lag for one in (await doing(now)).accounts] == [330 * 60.0]


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
