"""What an answer means for one shipment after the other: the change, what is wrong, when to ask again."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from bot.domain import cadence, tracking
from bot.domain.cadence import BUILT_IN
from bot.domain.detector import Verdict, detect, is_first, reconcile
from bot.domain.feasts import rests_around
from bot.domain.finding import OpenFinding
from bot.domain.forecast import Forecast
from bot.domain.foreseen import eases
from bot.domain.opening import closed_days, opened_days
from bot.domain.policy import Policy, policy_for
from bot.domain.rhythm import Rhythms
from bot.domain.second_slip import windowed
from bot.domain.shipment import Shipment
from bot.domain.tracking import Change
from bot.domain.unheard import Unheard
from bot.flows import comparing
from bot.flows.comparing import NO_PIECES, Polled, Stock
from bot.flows.experience import Experience
from bot.store import ingest, unheard
from bot.store.ingest import ShopView
from bot.store.ms import to_ms
from bot.store.shipments import Step
from carriers.kit.errors import CarrierError, NotFound
from carriers.kit.model import Piece, TrackingResult

_NOTHING = Verdict()


class Rules(Struct, frozen=True):
    """What is the same for every shipment: `every` overrides the cadence, `quiet` is the default quiet hours.

    Without `experience` nothing is forecast.
    """

    every: timedelta | None = None
    quiet: str | None = None
    experience: Experience | None = None

    @property
    def heeds_limits(self) -> bool:
        """Whether carriers' documented limits hold: not at the operator's own pace."""
        return self.every is None

    @property
    def rhythms(self) -> Rhythms:
        """How likely carriers have something new."""
        return BUILT_IN if self.experience is None else self.experience.rhythms

    def forecast(self, shipment: Shipment, now: datetime, policy: Policy) -> Forecast | None:
        """What is expected of it, if anybody can say."""
        return None if self.experience is None else self.experience.forecast(shipment, now, policy.home)


class Case(NamedTuple):
    """What became of one shipment."""

    shipment: Shipment
    change: Change | None
    verdict: Verdict
    policy: Policy
    step: Step
    failed: bool = False
    pieces: tuple[Piece, ...] = ()

    @property
    def is_told(self) -> bool:
        """Whether somebody may have to hear of it."""
        verdict = self.verdict
        return self.change is not None or bool(verdict.raised or verdict.closed or verdict.escalated)


NO_RULES = Rules()


class _Known(NamedTuple):
    """A shipment, its answer, what that is compared with (None where nothing is new), and its findings."""

    shipment: Shipment
    polled: Polled
    stock: Stock | None
    stored: Sequence[OpenFinding]
    awaited: bool = False


async def judge(
    known: Sequence[Shipment], batch: Sequence[Polled], shops: Mapping[int, ShopView], now: datetime, rules: Rules
) -> list[Case]:
    """The case of each known shipment, in their order."""
    if rules.experience is not None:
        await rules.experience.refresh(now)
    polled = {one.shipment_id: one for one in batch}
    answers = {one.id: _sealed(_merging(one, polled[one.id], now)) for one in known}
    fresh = {one.id for one in known if _is_fresh(one, answers[one.id])}
    stock = await comparing.load((one, answers[one.id]) for one in known if one.id in fresh)
    stored = await ingest.findings([one.id for one in known])
    awaited = await ingest.followed([one.id for one in known if one.known_at is None and one.id in fresh])
    spans = await unheard.of_accounts(one.account_id for one in known if one.account_id is not None)
    policies: dict[tuple[int, str, str | None], Policy] = {}
    cases = []
    for one in known:
        name = (one.merchant_id, one.slug, one.service)
        policy = policies.get(name)
        if policy is None:
            policy = policies[name] = policy_of(
                one, shops[one.merchant_id], rules, now, spans.get(one.account_id or 0, ())
            )
        held = stock if one.id in fresh else None
        case = _Known(one, answers[one.id], held, stored.get(one.id, ()), one.id in awaited)
        cases.append(_case(case, policy, now, rules))
    return cases


def _merging(one: Shipment, polled: Polled, now: datetime) -> Polled:
    """Of a shipment with further numbers every answer is a part."""
    return polled._replace(merges=True, heard_at=polled.heard_at or now) if one.legs and not polled.merges else polled


def _sealed(polled: Polled) -> Polled:
    if polled.seal is not None or not isinstance(polled.answer, TrackingResult):
        return polled
    return polled._replace(seal=tracking.digest(polled.answer))


def policy_of(one: Shipment, view: ShopView, rules: Rules, now: datetime, spans: tuple[Unheard, ...] = ()) -> Policy:
    """The policy of a shipment's carrier and service in its shop."""
    defaults: dict[str, Any] = {"quiet": rules.quiet} if rules.quiet else {}
    if view.shop.country:
        defaults["home"] = view.shop.country
    seen = None if rules.experience is None else rules.experience.losses(one)
    policy = policy_for(one.slug, one.service, defaults | view.overrides, seen)
    shop = view.shop
    off = rests_around(shop.country, now.year) | closed_days(shop.staffed)
    return replace(policy, zone=shop.zone, holidays=off, opened=opened_days(shop.staffed), unheard=spans)


def _is_fresh(one: Shipment, polled: Polled) -> bool:
    if polled.leg_id is not None:
        return isinstance(polled.answer, TrackingResult)
    return isinstance(polled.answer, TrackingResult) and (one.known_at is None or polled.seal != one.scan_digest)


def _case(known: _Known, policy: Policy, now: datetime, rules: Rules) -> Case:
    before, answer = known.shipment, known.polled.answer
    if isinstance(answer, CarrierError) and not isinstance(answer, NotFound):
        return _unanswered(before, answer, policy, now)
    change: Change | None = None
    pieces = NO_PIECES
    if known.stock is not None:
        change, pieces = comparing.compare(before, known.polled, known.stock, now)
    after = change.shipment if change else before
    misses = before.misses + 1 if isinstance(answer, NotFound) else 0
    if after.misses != misses:
        after = replace(after, misses=misses)
    first = is_first(before, change, awaited=known.awaited)
    seen = _Seen(after, change, known.stored, first, rules.forecast(after, now, policy))
    verdict = _verdict(seen, policy, now)
    return Case(after, change, verdict, policy, _step(after, known.polled, policy, now, rules), pieces=pieces)


class _Seen(NamedTuple):
    """A shipment after its answer, and all that its verdict rests on."""

    after: Shipment
    change: Change | None
    stored: Sequence[OpenFinding]
    first: bool
    forecast: Forecast | None


def _verdict(seen: _Seen, policy: Policy, now: datetime) -> Verdict:
    holding = detect(seen.after, now, policy, seen.forecast)
    if not holding and not seen.stored:
        return _NOTHING
    open_ = [one for one in seen.stored if one.closed_at is None]
    past = [one for one in seen.stored if one.closed_at is not None]
    eased = bool(open_) and eases(seen.after, now, policy, seen.forecast)
    verdict = reconcile(open_, past, holding, seen.change, seen.first, eased)
    return windowed(verdict, seen.stored, seen.after, seen.forecast, now)


def _step(after: Shipment, polled: Polled, policy: Policy, now: datetime, rules: Rules) -> Step:
    jitter = spread(after.order_id, now)
    at = cadence.next_poll(
        after, now, policy, every=rules.every, jitter=jitter, rhythms=rules.rhythms, pushed=polled.is_pushed
    )
    return Step(after.id, at, after.misses, after.status.is_final)


def _unanswered(before: Shipment, error: CarrierError, policy: Policy, now: datetime) -> Case:
    misses = before.misses + 1
    wait = cadence.retry_after(error.kind, misses, now, jitter=spread(before.order_id, now))
    return Case(before, None, _NOTHING, policy, Step(before.id, now + wait, misses), failed=True)


def spread(number: int, now: datetime) -> float:
    """A fraction in [0, 1) that differs from number to number and from poll to poll, without chance."""
    return ((number * 0x9E3779B1 ^ to_ms(now) * 0x85EBCA6B) >> 7 & 0xFFFF) / 0x10000
