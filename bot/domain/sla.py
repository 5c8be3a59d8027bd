"""How soon a shop's people answer: targets in staffed time."""

from datetime import timedelta

from msgspec import Struct

from bot.domain.hours import FIRST_RESPONSE


class Targets(Struct, frozen=True):
    """Staffed time until a person's first answer on a ticket, and until each later one."""

    first: timedelta = FIRST_RESPONSE
    following: timedelta = FIRST_RESPONSE
