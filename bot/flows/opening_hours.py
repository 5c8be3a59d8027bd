"""When the people of a shop are there, as flows hand it to rules: hours with the days apart, and public holidays."""

from datetime import datetime

from msgspec.structs import replace

from bot.domain.feasts import feasts_around
from bot.domain.opening import opening_text
from bot.store.ingest import ShopView
from bot.store.models import Merchant


def hours_of(merchant: Merchant) -> str:
    """Its whole text: the usual week (its country's where it named none) and the days apart."""
    return opening_text(merchant.staffed, merchant.country, merchant.apart)


def observed(view: ShopView, now: datetime) -> ShopView:
    """The shop with its country's holidays: nobody is there then."""
    return replace(view, shop=replace(view.shop, holidays=feasts_around(view.shop.country, now.year)))
