"""Who hears that a parcel comes earlier, and that it does not after all."""

from datetime import date

from msgspec.structs import replace

from bot.domain.early import DAY
from bot.domain.finding import FindingKind, Severity
from bot.domain.hours import day_there, moment
from bot.domain.outgoing import Priority
from bot.domain.telling import Case, Following, Notice, Told, warning_of
from carriers.kit.model import Status

EARLIER, NOT_EARLIER = "earlier", "not_earlier"
_MOVING = frozenset({Status.IN_TRANSIT, Status.CUSTOMS, Status.EXCEPTION})


def good_news(case: Case, follower: Following) -> Notice | None:
    """That it comes earlier than he was told; never on the very day, which the van tells."""
    entry = next((one for one in case.raised if one.finding.kind is FindingKind.EARLIER), None)
    eta = case.shipment.eta_on
    if entry is None or eta is None or (follower.told_on is not None and follower.told_on <= eta):
        return None
    notice = case.notice(follower, EARLIER, warning_of(FindingKind.EARLIER, entry.occurrence), Priority.NEWS)
    if day_there(notice.due_at, case.zone_for(follower)) >= eta:
        return None
    return replace(
        notice,
        finding=FindingKind.EARLIER,
        occurrence=entry.occurrence,
        told=(Told(case.shipment.id, told_on=eta),),
        cancels_promises=True,
        expires_at=moment(eta, 0, case.shipment.zone),
        collapse=f"{EARLIER}:{follower.customer_id}:{case.shipment.id}",
    )


def not_so_early(case: Case, follower: Following) -> Notice | None:
    """It does not come as early as he was told, but still by the promised day: said, with a short sorry."""
    gone = next((one for one in case.closed if one.finding.kind is FindingKind.EARLIER), None)
    day = _day_now(case)
    if gone is None or gone.finding.baseline or day is None or follower.told_on is None or day <= follower.told_on:
        return None
    if case.shipment.status not in _MOVING or day_there(case.now, case.shipment.zone) > day - DAY:
        return None
    what = f"{NOT_EARLIER}:{gone.finding.occurrence}"
    return replace(
        case.notice(follower, NOT_EARLIER, what, Priority.NEWS),
        finding_id=gone.finding.id,
        told=(Told(case.shipment.id, told_on=day),),
        promise=case.promise(follower, NOT_EARLIER, Severity.SLIGHT, case.now, day),
        collapse=f"{EARLIER}:{follower.customer_id}:{case.shipment.id}",
    )


def _day_now(case: Case) -> date | None:
    """The carrier's day while it is ahead, else the promised one; none where that does not hold either."""
    eta, promised = case.shipment.eta_on, case.shipment.promised_on
    if eta is None or promised is None or eta > promised:
        return None
    return eta if eta >= day_there(case.now, case.shipment.zone) else promised
