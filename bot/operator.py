"""What the operator does from the terminal, beside or instead of a running service."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import aiohttp
from rich.console import Console

from bot import tracing
from bot.flows import joining, sealing
from bot.flows.ports import KeysRefused, Unfit
from bot.keys import read_keys, write_keys
from bot.settings import CannotRun, Settings, SettingsError
from bot.store import core, desks, grace, indexes, schema
from bot.store.crypt import CannotOpen, Vault, new_key
from bot.store.faults import AlreadyRunning, StoreUnavailable
from bot.store.models import Account, Merchant
from bot.tenants import Tenant, check_apart
from carriers.kit.discovery import slugs

TIMEOUT = aiohttp.ClientTimeout(total=15)
LEAST_FREE = 16 << 20
"""Bytes: with less, the database soon cannot keep what arrives."""


def tell(text: str) -> None:
    """One line to the terminal."""
    Console(highlight=False, soft_wrap=True).print(text, markup=False)


@asynccontextmanager
async def database(settings: Settings, *, create: bool = False) -> AsyncIterator[None]:
    """The database for the length of one command; a fault is told as a SettingsError in plain words."""
    try:
        await core.connect(settings.database_url, create=create)
        try:
            yield
        finally:
            await core.close()
    except StoreUnavailable as error:
        raise SettingsError(f"DATABASE_URL: {error}") from error


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """With the service stopped: raises CannotRun where it runs, SettingsError where its lock cannot be made."""
    path = core.lock_file(settings.database_url)
    try:
        with core.hold_lock(path) if path else nullcontext():
            yield
    except AlreadyRunning as error:
        raise CannotRun(f"the service is running on this database (process {error.pid}): stop it first") from error
    except StoreUnavailable as error:
        raise SettingsError(f"DATABASE_URL: {error}") from error


_REMOVES = (
    "From this version on what is long over is REMOVED: parcels 180 days after their end, with their orders, contacts"
    " and scans; solved matters with their words after 730 days; then customers of whom nothing is left. Nothing goes"
    " before {}. A shop that keeps it longer says so to the bot until then, at most:"
    " /shop keep_parcels=730 keep_tickets=1825 (docs/retention.md)."
)


async def migrate_database(settings: Settings) -> int:
    """Apply missing migrations; tells each by its name."""
    with alone(settings):
        async with database(settings, create=True):
            applied = await schema.migrate(tell=tell)
            if settings.on_postgres:
                from bot.jobs import engine_tables

                applied += await engine_tables.prepare(settings.database_url)
            kept_until = await grace.until(settings.make_clock().now())
    for name in applied:
        tell(f"applied {name}")
    tell("The database is up to date.")
    if kept_until is not None:
        tell(_REMOVES.format(f"{kept_until:%F}"))
    return 0


async def ask_telegram(settings: Settings, method: str, asked: dict[str, Any] | None = None) -> Any:
    """One Bot API question by hand; SettingsError in plain words where it is refused or unreachable."""
    token = settings.bot_token.get_secret_value()
    if not token:
        raise SettingsError("BOT_TOKEN: missing; ask @BotFather in Telegram for one (/newbot) and put it into .env")
    address = f"{settings.bot_api_url.rstrip('/')}/bot{token}/{method}"
    try:
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session, session.post(address, json=asked or {}) as got:
            answer = await got.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        # the cause would show the address, and with it the token
        raise SettingsError(f"BOT_API_URL: {settings.bot_api_url} does not answer ({type(error).__name__})") from None
    if not isinstance(answer, dict) or not answer.get("ok"):
        said = answer.get("description", "no reason given") if isinstance(answer, dict) else "nothing readable"
        known = "BOT_TOKEN: Telegram does not know this token" if said in {"Unauthorized", "Not Found"} else said
        raise SettingsError(str(known))
    return answer["result"]


async def invite_owner(settings: Settings, shop: str) -> int:
    """Print the one-time link as the last line."""
    from bot.flows.configure import create_invite

    name = " ".join(shop.split())[:128]
    if not name:
        raise SettingsError("--shop: a shop needs a name")
    me = await ask_telegram(settings, "getMe")
    async with database(settings):
        await check_current()
        clock = settings.make_clock()
        token = await create_invite(name, clock.now())
    tell(f"Whoever opens this link first owns the shop {name}; it works once.")
    print(f"https://t.me/{me['username']}?start={token}")
    return 0


async def adopt(settings: Settings) -> int:
    """Hand the database over to the bot of BOT_TOKEN."""
    me = await ask_telegram(settings, "getMe")
    with alone(settings):
        async with database(settings):
            await check_current()
            await joining.adopt(settings.bot_number)
    tell(f"This database is @{me['username']}'s from now on. People must press Start there once before it may write.")
    return 0


async def rotate_keys(settings: Settings) -> int:
    """Seal everything again with the first key; with a key file, a fresh one is put in front and the old ones go."""
    from bot.flows.accounts import rotate

    own = not settings.keys
    with alone(settings):
        async with database(settings):
            await check_current()
            keys = [*([new_key()] if own else []), *read_keys(settings)]
            if own:
                write_keys(settings.key_file, keys)  # before anything is sealed with the fresh one
            count = await _sealed_anew(rotate, keys)
            if own:
                write_keys(settings.key_file, keys[:1])
    tell(f"{count} secrets are sealed with the first key. The older keys are no longer needed.")
    return 0


async def forget_keys(settings: Settings) -> int:
    """Go on with these keys where the former ones are lost for good; tells whose credentials must be said again."""
    with alone(settings):
        async with database(settings):
            await check_current()
            lost = await sealing.go_on_with(Vault(read_keys(settings)))
    for shop, slug in lost:
        tell(f"{shop}: /carrier add {slug} must be said again")
    tell(f"These keys are the installation's from now on; {len(lost)} accounts cannot be asked until then.")
    return 0


async def _sealed_anew(rotate: Callable[[Vault], Awaitable[int]], keys: list[str]) -> int:
    try:
        return await rotate(Vault(keys))
    except CannotOpen as error:
        raise SettingsError("SECRET_KEYS: a stored secret was sealed with a key that is not among these") from error


async def check_current() -> None:
    """Raises SettingsError where the tables are another version's."""
    if await schema.pending():
        raise SettingsError("DATABASE_URL: not up to date; start the service once or run herald migrate")


Check = Callable[[Settings], Awaitable[str]]


def check_apart_told(bots: Sequence[Tenant], parts: Sequence[str]) -> int:
    """Whether they are apart; 1 where they are not. A file that cannot be read is told of with its own checks."""
    read: dict[Tenant, Settings] = {}
    for one in bots:
        with suppress(SettingsError):
            read[one] = one.read()
    try:
        check_apart(read, parts)
    except SettingsError as error:
        tell(f"✗ bots: {error}")
        return 1
    tell(f"✓ bots: {len(bots)}, each with its own")
    return 0


async def check_all(read: Callable[[], Settings]) -> int:
    """One line a check; 1 where one fails. Later checks still run, so that all that is missing is told at once."""
    try:
        settings = read()
    except SettingsError as error:
        tell(f"✗ settings: {error}")
        return 1
    tell("✓ settings: read")
    results = [await _one(name, check, settings) for name, check in CHECKS.items()]
    return 0 if all(results) else 1


async def _one(name: str, check: Check, settings: Settings) -> bool:
    try:
        tell(f"✓ {name}: {await check(settings)}")
    except SettingsError as error:
        tell(f"✗ {name}: {error}")
        return False
    return True


async def _keys(settings: Settings) -> str:
    if not settings.keys and not settings.on_postgres and not settings.key_file.exists():
        if await _stored(settings, _sealed):
            raise SettingsError(
                f"{settings.key_file.name} is missing, and carriers' credentials are sealed with it: restore it from"
                " your backup; if it is lost for good, herald run makes a new one, and each /carrier add is said again"
            )
        return f"{settings.key_file.name} will be made at the first start"
    keys = read_keys(settings)
    await _stored(settings, lambda: _fit(keys))
    return f"{len(keys)} in use"


async def _fit(keys: list[str]) -> list[Any]:
    try:
        await sealing.check(Vault(keys))
    except KeysRefused as error:
        raise SettingsError(str(error)) from error
    return []


async def _is_ours(settings: Settings) -> None:
    try:
        await joining.check_whole()
        if settings.bot_number:
            await joining.check_bot(settings.bot_number)
    except Unfit as error:
        raise SettingsError(str(error).partition(": ")[2]) from error


async def _database(settings: Settings) -> str:
    path = core.database_file(settings.database_url)
    if path is not None:
        _check_folder(path)
        if not path.exists():
            return f"{path.name} will be made at the first start"
    async with database(settings):
        missing = await schema.pending()
        unbuilt = 0 if missing else len(await indexes.wanted())
        if not missing:
            await _is_ours(settings)
    if unbuilt:
        raise SettingsError(f"{unbuilt} indexes are still to be built: run herald migrate")
    if settings.on_postgres and (missing or await _engine_pending(settings)):
        raise SettingsError("the tables are not up to date: run herald migrate")
    return "up to date" if not missing else f"{len(missing)} migrations will be applied at the start"


async def _engine_pending(settings: Settings) -> bool:
    from bot.jobs import engine_tables

    return await engine_tables.pending(settings.database_url)


def _check_folder(path: Path) -> None:
    """The database file, and the folders on the way to it, can be made and can grow."""
    folder = next(one for one in path.absolute().parents if one.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsError(f"DATABASE_URL: no right to write in {folder}")
    if shutil.disk_usage(folder).free < LEAST_FREE:
        raise SettingsError(f"DATABASE_URL: the disk is full: less than {LEAST_FREE >> 20} MB are free in {folder}")


async def _token(settings: Settings) -> str:
    me = await ask_telegram(settings, "getMe")
    return f"@{me['username']} answers"


async def _groups(settings: Settings) -> str:
    bound = await _stored(settings, _desks)
    if not bound:
        return "none bound yet (say /desk to the bot)"
    me = await ask_telegram(settings, "getMe")
    for shop, chat_id in bound:
        chat = await ask_telegram(settings, "getChat", {"chat_id": chat_id})
        own = await ask_telegram(settings, "getChatMember", {"chat_id": chat_id, "user_id": me["id"]})
        if not chat.get("is_forum"):
            raise SettingsError(f"the group of {shop} has no topics: switch them on (Group → Edit → Topics)")
        if own["status"] != "creator" and not own.get("can_manage_topics"):
            raise SettingsError(
                f"the bot may not manage topics in the group of {shop}: make it an admin with that right"
            )
    return f"{len(bound)} in order"


async def _carriers(settings: Settings) -> str:
    unknown = [slug for slug in settings.overrides if slug not in slugs()]
    if unknown:
        raise SettingsError(f"CARRIER_URLS: no carrier {', '.join(unknown)}; there are: {', '.join(slugs())}")
    refused = await _stored(settings, _refused)
    if refused:
        raise SettingsError("wrong credentials for " + ", ".join(f"{slug} ({shop})" for shop, slug in refused))
    return "no account is in trouble"


async def _traces(settings: Settings) -> str:
    if not settings.traces_url:
        return "off"
    try:
        from bot.gateways.collector import is_there
    except ModuleNotFoundError as error:
        raise SettingsError(f"TRACES_URL: {tracing.EXTRA}") from error
    if not await asyncio.to_thread(is_there, settings.traces_url):
        raise SettingsError("TRACES_URL: the collector takes no traces there (it is asked by OTLP over HTTP)")
    return "the collector takes them"


async def _desks() -> list[tuple[str, int]]:
    shops = await Merchant.filter(desk_chat_id__not_isnull=True).order_by("id")
    return [(shop.name, chat_id) for shop in shops for chat_id in sorted(await desks.groups_of(shop.id))]


async def _sealed() -> list[int]:
    return [one.id for one in await Account.all().only("id").limit(1)]


async def _refused() -> list[tuple[str, str]]:
    shops = {shop.id: shop.name for shop in await Merchant.all()}
    return [(shops[one.merchant_id], one.slug) for one in await Account.filter(state="refused").order_by("id")]


async def _stored(settings: Settings, ask: Callable[[], Awaitable[list[Any]]]) -> list[Any]:
    path = core.database_file(settings.database_url)
    if path is not None and not path.exists():
        return []
    async with database(settings):
        return [] if await schema.pending() else await ask()


CHECKS: dict[str, Check] = {
    "keys": _keys,
    "database": _database,
    "token": _token,
    "groups": _groups,
    "carriers": _carriers,
    "traces": _traces,
}
