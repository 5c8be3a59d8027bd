"""Who is told what, when, and when he hears again. Values only: the words are elsewhere."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec.structs import replace

from bot.domain.detector import Closed, Raised
from bot.domain.good_news import good_news, not_so_early
from bot.domain.hours import day_there, moment
from bot.domain.outgoing import Priority
from bot.domain.pickup import READY, collect_until, moved, remind_at
from bot.domain.policy import Policy
from bot.domain.promise import PromiseDraft
from bot.domain.shipment import Shipment
from bot.domain.telling import Case, Following, Notice, Shop, Told
from bot.domain.tracking import Change
from bot.domain.warning import better, urgent_warning, warning
from carriers.kit.model import Status

__all__ = ["NEWS", "Following", "News", "Notice", "Shop", "Told", "merge", "needs_edit", "plan"]

DAY = timedelta(days=1)


class News(StrEnum):
    """Good or plain news that deserves a message of its own; all else edits the live one."""

    OUT_FOR_DELIVERY = "out_for_delivery"
    READY = "ready"
    DELIVERED = "delivered"
    RETURNED = "returned"


NEWS = {
    Status.OUT_FOR_DELIVERY: News.OUT_FOR_DELIVERY,
    Status.AVAILABLE_FOR_PICKUP: News.READY,
    Status.DELIVERED: News.DELIVERED,
    Status.RETURNED: News.RETURNED,
}


def plan(
    change: Change | None,
    raised: Sequence[Raised],
    closed: Sequence[Closed],
    followers: Sequence[Following],
    shipment: Shipment,
    policy: Policy,
    now: datetime,
    shop: Shop,
) -> tuple[Notice, ...]:
    """What each follower is told of this answer: at most one message each, none of what we found on coming."""
    fresh = tuple(entry for entry in raised if not entry.baseline)
    if not followers or not (fresh or closed or (change is not None and _is_turn(change))):
        return ()
    case = Case(change, fresh, tuple(closed), shipment, policy, now, shop)
    return tuple(notice for follower in followers if (notice := _for_one(case, follower)) is not None)


def needs_edit(change: Change | None, raised: Sequence[Raised], closed: Sequence[Closed]) -> bool:
    """Whether the followers' live messages read differently now."""
    return bool(raised or closed) or (change is not None and change.is_visible)


def _for_one(case: Case, follower: Following) -> Notice | None:
    """The weightiest: news ends troubles, and a turn for the better is not followed by what is left of the worse."""
    for choose in (_news, urgent_warning, better, not_so_early, warning, good_news):
        notice = choose(case, follower)
        if notice is not None:
            return notice
    return None


_DELIVERED_IS_NEWS = 2 * DAY


def _news(case: Case, follower: Following) -> Notice | None:
    change, shipment = case.change, case.shipment
    news = NEWS.get(shipment.status)
    if news is None or change is None or change.first or not _is_turn(change):
        return None
    day = day_there(shipment.status_at or case.now, shipment.zone)
    is_urgent = shipment.cod_amount is not None or shipment.needed_on is not None
    priority = Priority.WARNING if is_urgent else Priority.NEWS
    what = f"{news.value}:{day}" if change.status_changed else f"{news.value}:{collect_until(shipment)}"
    notice = case.notice(follower, news.value, what, priority)
    comes_today = day if news is News.OUT_FOR_DELIVERY else None
    return replace(
        notice,
        cancels_promises=True,
        promise=_reminder(case, follower, notice.due_at) if news is News.READY else None,
        expires_at=_expiry(news, case, day),
        collapse=f"news:{follower.customer_id}:{shipment.id}",
        told=(Told(shipment.id, told_on=comes_today),),
    )


def _is_turn(change: Change) -> bool:
    """Whether it stands elsewhere now, or can be collected until another day."""
    return change.status_changed or moved(change.before, change.shipment)


def _reminder(case: Case, follower: Following, at: datetime) -> PromiseDraft | None:
    """The one reminder, owed for the day before the last one."""
    until = collect_until(case.shipment)
    if until is None:
        return None
    due_at = remind_at(until, at, case.zone_for(follower), follower.quiet or case.policy.quiet)
    return PromiseDraft(READY, due_at) if due_at is not None else None


def _expiry(news: News, case: Case, day: date) -> datetime | None:
    """When it is no news any more: the van's day over, a delivery two days old, the pick-up time over."""
    zone, until = case.shipment.zone, collect_until(case.shipment)
    if news is News.OUT_FOR_DELIVERY:
        return moment(day + DAY, 0, zone)
    if news is News.DELIVERED:
        return case.now + _DELIVERED_IS_NEWS
    if news is News.READY and until is not None:
        return moment(until + DAY, 0, zone)
    return None


def merge(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """Notices of the same kind about parcels of one order become one, in the place of the first."""
    groups: dict[str, list[Notice]] = {}
    for notice in notices:
        groups.setdefault(notice.merge_key, []).append(notice)
    return tuple(group[0] if len(group) == 1 else _merged(group) for group in groups.values())


def _merged(group: Sequence[Notice]) -> Notice:
    """Said when all may be said; the soonest promise that lies after that holds for all."""
    first, due_at = group[0], max(notice.due_at for notice in group)
    drafts = [notice.promise for notice in group if notice.promise is not None]
    drafts.sort(key=lambda draft: (draft.due_at <= due_at, draft.due_at))
    return replace(
        first,
        shipment_ids=tuple(dict.fromkeys(one for notice in group for one in notice.shipment_ids)),
        told=tuple(one for notice in group for one in notice.told),
        priority=min(notice.priority for notice in group),
        due_at=due_at,
        promise=drafts[0] if drafts else None,
        collapse=None,
        parts=tuple(group),
    )
