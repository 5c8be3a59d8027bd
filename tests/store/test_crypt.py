"""Sealing: what is sealed opens with any known key, shows nothing, and moves to the newest key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.crypt import BadKey, CannotOpen, Vault, new_key

OLD, NEW = new_key(), new_key()


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_was_sealed_opens_again(text: str) -> None:
    assert Vault([OLD]).open(Vault([OLD]).seal(text)) == text


def test_rotation_moves_a_token_to_the_newest_key() -> None:
    token = Vault([OLD]).seal("api key")
    moved = Vault([NEW, OLD]).rotate(token)
    assert Vault([NEW]).open(moved) == "api key"


@pytest.mark.parametrize(
    "token",
    ["", "nonsense", Vault([NEW]).seal("x"), Vault([OLD]).seal("x")[:-3]],
    ids=["empty", "nonsense", "another key's", "cut off"],
)
def test_what_cannot_be_opened_is_an_error_of_its_own(token: str) -> None:
    with pytest.raises(CannotOpen):
        Vault([OLD]).open(token)
    with pytest.raises(CannotOpen):
        Vault([OLD]).rotate(token)


@pytest.mark.parametrize("keys", [[], ["short"], [OLD, "x" * 44]])
def test_a_bad_key_is_refused_without_being_shown(keys: list[str]) -> None:
    with pytest.raises(BadKey) as caught:
        Vault(keys)
    assert not any(key in str(caught.value) for key in keys)


def test_a_vault_shows_nothing_of_itself() -> None:
    assert OLD not in repr(Vault([OLD])) + str(vars(Vault([OLD])))
