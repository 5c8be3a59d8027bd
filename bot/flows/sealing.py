"""Whether this process has the keys that the installation seals with: else it would take what it cannot read."""

from bot.flows.ports import KeysRefused, Vault
from bot.store import core, inbox
from bot.store.crypt import CannotOpen

NAME = "seal"
SAMPLE = "herald"


async def agree(vault: Vault) -> None:
    """At start. From now on every process must know our first key. Raises KeysRefused."""
    async with core.transaction():
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
        raise KeysRefused(
            "SECRET_KEYS: this installation seals with a key that is not among these;"
            " every process needs the same keys (docs/many-machines.md, Changing keys)"
        ) from error


async def announce(vault: Vault) -> None:
    """What is sealed from now on is sealed with our first key."""
    await inbox.set_mark(NAME, vault.seal(SAMPLE))
