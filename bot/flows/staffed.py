"""When the people of a shop are there: until when today, or from when on."""

from datetime import datetime
from math import ceil
from typing import Any

from bot.domain import hours
from bot.domain.feasts import feasts_around
from bot.domain.opening import parse_opening
from bot.flows import waits
from bot.flows.opening_hours import hours_of
from bot.store.models import Merchant


def team_hours(merchant: Merchant, now: datetime) -> dict[str, Any]:
    """Until when somebody answers today, or from when on."""
    text, feasts = hours_of(merchant), feasts_around(merchant.country, now.year)
    back = hours.staffed(now, merchant.zone, text, feasts)
    if back > now:
        return {"back_at": back.isoformat()}
    today = hours.day_there(now, merchant.zone)
    shifts = parse_opening(text).on(today, today in feasts)
    ends = [end for one in shifts if (end := hours.moment(today, one.end, merchant.zone)) > now]
    return {"until_at": ends[0].isoformat()} if ends else {}


def answers(merchant: Merchant, now: datetime) -> dict[str, Any]:
    """Within how many hours of staffed time who writes now is answered; nothing while nobody is there."""
    open_now = team_hours(merchant, now)
    within = ceil(waits.targets_of(merchant).first / hours.HOUR)
    return open_now | {"answers_within": within} if "until_at" in open_now else {}
