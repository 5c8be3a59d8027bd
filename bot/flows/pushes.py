"""What carriers send by themselves: matched to an account by its token, to shipments by their number, and taken in."""

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

import orjson
import structlog
from msgspec.structs import replace

from bot import tracing
from bot.clock import Clock
from bot.domain.tracking import digest
from bot.flows import polling
from bot.flows.comparing import Polled
from bot.flows.ingest import NO_RULES, Rules, ingest_batch
from bot.flows.ports import Vault
from bot.flows.tokens import hashed
from bot.store import accounts_admin, core, pushes, unreadable
from bot.store.core import StoreUnavailable as StoreUnavailable
from bot.store.crypt import CannotOpen
from bot.store.pushes import Hook
from carriers.kit.contract import Answer, Carrier, Pushing
from carriers.kit.conversation import hear
from carriers.kit.discovery import UnknownCarrier, find
from carriers.kit.errors import AuthFailed, CarrierError, Unreadable
from carriers.kit.masking import masked
from carriers.kit.model import TrackingResult
from carriers.kit.numbers import fold

log = structlog.get_logger(__name__)

_UNREADABLE_A_PUSH = 3


class Took(StrEnum):
    """What became of a push."""

    IN = "in"
    RESTING = "resting"
    """Its account is paused: whatever it says is asked for when the account goes on."""
    UNREADABLE = "unreadable"
    UNPROVEN = "unproven"
    NO_SUCH_HOOK = "no_such_hook"


class Receiver:
    """Takes pushes in. Holds nothing between two of them."""

    def __init__(self, vault: Vault, clock: Clock, rules: Rules = NO_RULES) -> None:
        self._vault = vault
        self._clock = clock
        self._rules = rules

    async def take(self, token: str, headers: Mapping[str, str], body: bytes) -> Took:
        """Take a push in. Raises StoreUnavailable: the carrier will send it again."""
        hook = await pushes.by_token(hashed(token))
        carrier = _carrier(hook)
        if hook is None or carrier is None:
            return Took.NO_SUCH_HOOK
        if hook.state == accounts_admin.PAUSED:
            return Took.RESTING
        with tracing.span("push.take", account=hook.account_id, carrier=hook.slug) as span:
            took = await self._hear(hook, carrier, headers, body)
            span.note(outcome=took.value)
        return took

    async def _hear(self, hook: Hook, carrier: Carrier, headers: Mapping[str, str], body: bytes) -> Took:
        account = _opened(hook, self._vault)
        try:
            answers = hear(_pushing(carrier), headers, body, account)
        except AuthFailed:
            log.warning("push_without_proof", slug=hook.slug, account=hook.account_id)
            await pushes.refused(hook.account_id)
            return Took.UNPROVEN
        except CarrierError as error:
            await self._keep(hook, carrier, account, [_kept(error, body)])
            return Took.UNREADABLE
        await self._settle(hook, answers)
        await self._keep(hook, carrier, account, [one for one in answers if isinstance(one, Unreadable)])
        polling.wake()
        return Took.IN

    async def _settle(self, hook: Hook, answers: Sequence[Answer]) -> None:
        now = self._clock.now()
        results = [one for one in answers if isinstance(one, TrackingResult) and one.number]
        tracing.current().note(results=len(results))
        try:
            async with core.transaction():
                await pushes.arrived(hook.account_id, now)
                await ingest_batch(await _matched(hook.account_id, results, now), now, self._rules)
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("push_not_taken_in", account=hook.account_id)
            await self._one_by_one(hook, results, now)

    async def _one_by_one(self, hook: Hook, results: Sequence[TrackingResult], now: datetime) -> None:
        """What cannot be taken in by our own fault must not stop the others: the safety net asks for it again."""
        for result in results:
            try:
                await ingest_batch(await _matched(hook.account_id, [result], now), now, self._rules)
            except StoreUnavailable:
                raise
            except Exception:
                log.exception("pushed_answer_not_taken_in", account=hook.account_id)

    async def _keep(
        self, hook: Hook, carrier: Carrier, account: Mapping[str, str], errors: Sequence[CarrierError]
    ) -> None:
        secrets = [account[one.name] for one in carrier.fields if one.secret and one.name in account]
        for error in errors[:_UNREADABLE_A_PUSH]:
            log.error("unreadable_push", slug=hook.slug, account=hook.account_id, reason=str(error))
            payload = error.payload if isinstance(error, Unreadable) else b""
            sealed = self._vault.seal(base64.b64encode(masked(payload, secrets)).decode())
            await unreadable.keep(hook.slug, error.number or "", str(error), sealed, self._clock.now())


def _carrier(hook: Hook | None) -> Carrier | None:
    """The carrier that pushes to it; None where there is none (any more)."""
    try:
        carrier = find(hook.slug) if hook is not None else None
    except UnknownCarrier:
        return None
    return carrier if isinstance(carrier, Pushing) else None


def _pushing(carrier: Carrier) -> Pushing:
    assert isinstance(carrier, Pushing)  # noqa: S101 - only such a carrier is found
    return carrier


def _opened(hook: Hook, vault: Vault) -> dict[str, str]:
    """The account's credentials; none where our own key fails: then nothing proves a push, and polling goes on."""
    try:
        return dict(orjson.loads(vault.open(hook.secrets)))
    except (CannotOpen, orjson.JSONDecodeError):
        log.exception("account_cannot_be_opened", account=hook.account_id, slug=hook.slug)
        return {}


def _kept(error: CarrierError, body: bytes) -> CarrierError:
    return error if isinstance(error, Unreadable) and error.payload else Unreadable(str(error), payload=body)


async def _matched(account_id: int, results: Sequence[TrackingResult], now: datetime) -> list[Polled]:
    """The answers by shipment; numbers of which we do not know are passed over."""
    told = list(_numbered(results))
    known = await pushes.numbered(account_id, sorted({number for number, _ in told}), now) if told else []
    return [
        Polled(one.shipment_id, result, digest(result), True, result.as_of, True, True, one.leg_id)
        for number, result in told
        for one in known
        if one.number == number
    ]


def _numbered(results: Iterable[TrackingResult]) -> Iterator[tuple[str, TrackingResult]]:
    """Each answer by its number as we keep numbers."""
    for result in results:
        number = fold(result.number or "")
        if number:
            yield number, replace(result, number=number)
