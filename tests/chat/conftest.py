"""A conversation on both databases."""

import pytest

from bot.store.core import Dialect
from bot.store.crypt import Vault
from tests.fakes.clock import StandingClock
from tests.fakes.talk import Talk


@pytest.fixture
def talk(store: Dialect, clock: StandingClock, vault: Vault) -> Talk:
    return Talk(clock, vault)
