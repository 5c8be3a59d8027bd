"""What a shop reads and sets of the days on which carriers take claims."""

import pytest

from bot.domain.claim import TERMS
from bot.flows import claim_rules
from bot.texts.messages import Reader, render


@pytest.mark.parametrize("slug", [*TERMS, "dhl_unified"])
def test_the_shop_can_read_what_we_take_for_a_carriers_terms(slug: str) -> None:
    shown = claim_rules.shown_of(slug, {})
    assert shown is not None
    for language in ("en", "ar", "fa"):
        assert f"claim.{slug}" in render("rules_shown", {"rules": [shown]}, Reader(language)).text


def test_the_shops_own_courier_has_no_terms() -> None:
    assert claim_rules.shown_of("own", {}) is None
