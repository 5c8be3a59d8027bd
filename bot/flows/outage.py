"""What a chunk teaches about its account: it answers, waits, is down or refused; its owner hears of it once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from bot.domain import cadence
from bot.flows import owners
from bot.store import accounts, outbox, unheard
from bot.store.accounts import Account
from bot.store.ms import to_ms
from carriers.kit.contract import Answer
from carriers.kit.errors import AuthFailed, CarrierError, NotFound, RateLimited, Rejected, Unreadable
from carriers.kit.model import TrackingResult

MINUTE = timedelta(minutes=1)
TOLD_AFTER_FAILURES = 3
TOLD_AFTER = timedelta(minutes=15)
"""An outage is told when both have passed: a hiccup is nobody's business."""


def was_heard(answers: Iterable[Answer | None]) -> bool:
    """Whether the carrier answered at all: that it does not know a number is an answer, what cannot be read is none."""
    return any(one is None or isinstance(one, TrackingResult | NotFound | Rejected) for one in answers)


def unread(answers: Iterable[Answer | None]) -> CarrierError | None:
    """An answer that could not be read: where nothing else came, the carrier is as good as silent."""
    return next((one for one in answers if isinstance(one, Unreadable)), None)


async def learn(account: Account, heard: bool, trouble: CarrierError | None, now: datetime, jitter: float) -> datetime:
    """Write down what the chunk taught, in the caller's transaction; when the account may be asked again."""
    if isinstance(trouble, AuthFailed) and not heard:
        return await _refused(account, now)
    if isinstance(trouble, RateLimited):
        return await _throttled(account, heard, trouble, now, jitter)
    if heard or trouble is None:
        await _answers(account, heard, now)
        return now
    return await _down(account, trouble, now, jitter)


async def _refused(account: Account, now: datetime) -> datetime:
    if await accounts.refuse(account.id, "credentials"):
        await _tell(account, "carrier_refused", {}, f"refused:{account.id}:{to_ms(now)}", now)
    return now


async def _throttled(account: Account, heard: bool, error: RateLimited, now: datetime, jitter: float) -> datetime:
    """It speaks, so it is not down; being asked to wait is no outage."""
    if heard:
        await _answers(account, heard, now)
    failures = 1 if heard else account.failures + 1
    asked = error.retry_at or (now + error.retry_after if error.retry_after is not None else None)
    until = now + cadence.retry_after(error.kind, failures, now, asked, jitter=jitter)
    await accounts.throttled(account.id, failures, until)
    return until


async def _answers(account: Account, heard: bool, now: datetime) -> None:
    if not heard:
        return
    await accounts.answered(account.id, now)
    if account.outage_at is not None and now - account.outage_at >= TOLD_AFTER:
        await unheard.keep(account.id, account.outage_at, now)
    if account.outage_told and account.outage_at is not None:
        cause = f"recovered:{account.id}:{to_ms(account.outage_at)}"
        facts = {"since": account.outage_at.isoformat(), "until": now.isoformat()}
        await _tell(account, "carrier_recovered", facts, cause, now)


async def _down(account: Account, error: CarrierError, now: datetime, jitter: float) -> datetime:
    began = account.outage_at or now
    until = now + cadence.retry_after(error.kind, account.failures + 1, now, jitter=jitter)
    due = account.failures + 1 >= TOLD_AFTER_FAILURES and now - began >= TOLD_AFTER
    await accounts.failed(account, until, outage_at=began, told=account.outage_told or due)
    if due and not account.outage_told:
        cause = f"outage:{account.id}:{to_ms(began)}"
        every = round(cadence.longest_wait(error.kind) / MINUTE)
        await _tell(account, "carrier_outage", {"since": began.isoformat(), "every": every}, cause, now)
    return until


async def _tell(account: Account, kind: str, facts: dict[str, Any], cause: str, now: datetime) -> None:
    told = {"carrier": account.slug, "waiting": await accounts.count_waiting(account.id), **facts}
    await outbox.put(await owners.rows_for(account.merchant_id, kind, told, cause, now))
