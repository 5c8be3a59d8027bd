"""Whether this process has the keys that the installation seals with: else it would take what it cannot read."""

from collections.abc import Sequence
from contextlib import suppress

from bot.flows.ports import KeysRefused, Vault
from bot.store import accounts_admin, core, inbox
from bot.store.crypt import CannotOpen

NAME = "seal"
SAMPLE = "herald"


async def agree(vault: Vault) -> None:
    """At start. From now on every process must know our first key. Raises KeysRefused."""
    async with core.transaction():
        if await inbox.mark(NAME) is None and not _opens_any(vault, await accounts_admin.some_sealed()):
            raise _refused()
        await inbox.add_mark(NAME, vault.seal(SAMPLE))
        await check(vault)
        await announce(vault)


async def check(vault: Vault) -> None:
    """Raises KeysRefused where others seal with a key that is not among ours."""
    sample = await inbox.mark(NAME)
    try:
        if sample is not None:
            vault.open(sample)
    except CannotOpen as error:
        raise _refused() from error


def _refused() -> KeysRefused:
    return KeysRefused(
        "SECRET_KEYS: this installation seals with a key that is not among these;"
        " every process needs the same keys, and herald keys forget goes on without a lost one (docs/many-machines.md)"
    )


def _opens_any(vault: Vault, sealed: Sequence[str]) -> bool:
    """An installation from before there was a sample has credentials; a single one may be sealed with a lost key."""
    for one in sealed:
        with suppress(CannotOpen):
            vault.open(one)
            return True
    return not sealed


async def go_on_with(vault: Vault) -> list[tuple[str, str]]:
    """These keys hold from now on. Shop and carrier of the accounts that they do not open: those are refused."""
    async with core.transaction():
        lost = [one for one in await accounts_admin.sealed_of_all() if not _opens_any(vault, [one.secrets])]
        await accounts_admin.refuse([one.account_id for one in lost])
        await announce(vault)
    return [(one.shop, one.slug) for one in lost]


async def announce(vault: Vault) -> None:
    """What is sealed from now on is sealed with our first key."""
    await inbox.set_mark(NAME, vault.seal(SAMPLE))
