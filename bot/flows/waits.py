"""When a person's next word on a ticket is due, by the targets and hours of its shop."""

from datetime import datetime

from bot.domain import hours
from bot.domain.feasts import feasts_around
from bot.domain.sla import Targets
from bot.flows.opening_hours import hours_of
from bot.store.models import Merchant, Ticket


def due_at(merchant: Merchant, ticket: Ticket | None, now: datetime) -> datetime:
    """Who writes now is answered by then; the first answer has a target of its own. `ticket` None: opened now."""
    targets = Targets()
    target = targets.first if ticket is None or ticket.answered_ms is None else targets.following
    return hours.answer_by(now, merchant.zone, hours_of(merchant), target, feasts_around(merchant.country, now.year))
