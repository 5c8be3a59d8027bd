"""Which carrier an account asks: a module, or what the account itself describes."""

from collections.abc import Mapping

import msgspec

from carriers.kit.contract import Carrier
from carriers.kit.described import PREFIX, Described, Description, Misdescribed
from carriers.kit.discovery import UnknownCarrier, find

DESCRIPTION = "description"
"""Where an account's sealed values hold its carrier's description."""


def carrier_for(slug: str, values: Mapping[str, str]) -> Carrier:
    """The carrier of an account with these values. Raises UnknownCarrier."""
    if not slug.startswith(PREFIX):
        return find(slug)
    try:
        return Described(msgspec.json.decode(values[DESCRIPTION], type=Description))
    except (KeyError, msgspec.MsgspecError, Misdescribed) as error:
        raise UnknownCarrier(slug) from error
