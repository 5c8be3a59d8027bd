"""A conversation on both databases."""

import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.store.core import Dialect
from bot.store.crypt import Vault
from tests.fakes.clock import StandingClock
from tests.fakes.talk import Talk


@pytest.fixture(autouse=True)
def _quiet_logs() -> Iterator[None]:
    """Unconfigured, structlog draws a traceback with all its values: seconds for each failure that a test provokes."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)


@pytest.fixture
def talk(store: Dialect, clock: StandingClock, vault: Vault) -> Talk:
    return Talk(clock, vault)
