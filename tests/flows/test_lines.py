"""Which accounts' lines a process keeps."""

from datetime import timedelta

import pytest

from bot.flows.lines import IDLE, Lines
from bot.store.accounts import Account
from bot.store.crypt import Vault
from carriers.kit.discovery import UnknownCarrier
from tests.fakes.carrier_wire import Wire
from tests.fakes.clock import StandingClock

HOUR = timedelta(hours=1)


@pytest.fixture
def lines(vault: Vault, clock: StandingClock) -> Lines:
    return Lines(Wire(now=clock.now), vault, clock)


def account(vault: Vault, number: int, slug: str = "dhl_unified") -> Account:
    return Account(number, 1, slug, vault.seal('{"api_key": "k"}'))


def test_an_account_keeps_its_line_as_long_as_it_is_asked(lines: Lines, vault: Vault, clock: StandingClock) -> None:
    ours = account(vault, 1)
    line = lines.to(ours, clock.now())
    assert all(lines.to(ours, clock.now() + IDLE * days) is line for days in range(1, 4))


def test_whose_secrets_have_changed_has_a_new_line(lines: Lines, vault: Vault, clock: StandingClock) -> None:
    before = lines.to(account(vault, 1), clock.now())
    assert lines.to(account(vault, 1), clock.now()) is not before
    assert len(lines) == 1


def test_accounts_not_asked_for_a_day_go_out_and_no_others(lines: Lines, vault: Vault, clock: StandingClock) -> None:
    accounts = [account(vault, number) for number in range(50)]
    kept = [lines.to(one, clock.now() + HOUR * hour) for hour, one in enumerate(accounts)]
    assert len(lines) == 25
    assert lines.to(accounts[-2], clock.now() + HOUR * 49) is kept[-2]
    assert lines.to(accounts[0], clock.now() + HOUR * 49) is not kept[0]


def test_a_line_that_cannot_be_laid_leaves_none(lines: Lines, vault: Vault, clock: StandingClock) -> None:
    with pytest.raises(UnknownCarrier):
        lines.to(account(vault, 1, "nobody"), clock.now())
    assert len(lines) == 0
