"""A bot's own settings: commands and webhook."""

import re
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.bot_api.api import BotApi
from bot.sandbox.bot_api.refusals import bad, too_many
from bot.sandbox.bot_api.schema import Params
from bot.sandbox.bot_api.world import CHAT_RIGHTS
from bot.sandbox.menus import scope_key

Json = dict[str, Any]
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
PORTS = (443, 80, 88, 8443)
MOST_LINES = 40
TOLD = ("max_connections", "ip_address", "last_error_date", "last_error_message")


def _scope(params: Params) -> tuple[str, str]:
    return scope_key(params.get("scope") or {"type": "default"}), params.get("language_code") or ""


async def setMyCommands(api: BotApi, params: Params) -> bool:
    commands = params["commands"]
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for one in commands:
        if not COMMAND.fullmatch(one["command"].removeprefix("/")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(one["description"]) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    api.world.commands[_scope(params)] = commands
    return True


async def deleteMyCommands(api: BotApi, params: Params) -> bool:
    api.world.commands.pop(_scope(params), None)
    return True


async def getMyCommands(api: BotApi, params: Params) -> list[Json]:
    return api.world.commands.get(_scope(params), [])


async def setWebhook(api: BotApi, params: Params) -> bool:
    if params["url"]:
        _check_hook(params["url"])
    if params.get("secret_token") and not SECRET.fullmatch(params["secret_token"]):
        raise bad("secret token contains unallowed characters")
    if not 1 <= params.get("max_connections", MOST_LINES) <= 100:
        raise bad("bad webhook: max_connections must be between 1 and 100")
    _not_at_once(api)
    api.updates.allow(params.get("allowed_updates"))
    if params.get("drop_pending_updates"):
        api.updates.waiting.clear()
    api.webhook.clear()
    if params["url"]:
        names = ("url", "secret_token", "max_connections", "ip_address")
        api.webhook.update({name: params[name] for name in names if name in params})
        api.updates.ring()
    return True


def _not_at_once(api: BotApi) -> None:
    """Where limits are enforced, a webhook is set once a second."""
    before = [call for call in api.record.of(("setWebhook",)) if call.accepted][-1:]
    if api.enforce and before and api.world.clock.monotonic() - before[0].second < 1:
        raise too_many(1)


def _check_hook(url: str) -> None:
    """Plain http is taken on loopback, where no certificate can be had."""
    parts = urlsplit(url)
    if parts.hostname in ("127.0.0.1", "localhost", "::1"):
        return
    if parts.scheme != "https":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if (parts.port or 443) not in PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


async def deleteWebhook(api: BotApi, params: Params) -> bool:
    api.webhook.clear()
    if params.get("drop_pending_updates"):
        api.updates.waiting.clear()
    return True


async def getWebhookInfo(api: BotApi, params: Params) -> Json:
    return {
        "url": api.webhook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(api.updates.waiting),
        "allowed_updates": sorted(api.updates.allowed),
        **_told(api.webhook),
    }


def _told(webhook: Json) -> Json:
    if not webhook:
        return {}
    return {"max_connections": MOST_LINES, **{name: webhook[name] for name in TOLD if name in webhook}}


def _keep(api: BotApi, what: str, params: Params, most: int, refusal: str) -> bool:
    """Keeps a text about the bot by language."""
    given = params.get(what, "")
    if len(given) > most:
        raise bad(refusal)
    api.world.profile[what, params.get("language_code") or ""] = given
    return True


def _kept(api: BotApi, what: str, params: Params, otherwise: str = "") -> Json:
    """The text in that language, else the one for all."""
    own = api.world.profile.get((what, params.get("language_code") or ""))
    return {what: own or api.world.profile.get((what, "")) or otherwise}


async def setMyName(api: BotApi, params: Params) -> bool:
    return _keep(api, "name", params, 64, "BOT_TITLE_INVALID")


async def getMyName(api: BotApi, params: Params) -> Json:
    return _kept(api, "name", params, api.world.bot.first_name)


async def setMyDescription(api: BotApi, params: Params) -> bool:
    return _keep(api, "description", params, 512, "BOT_DESCRIPTION_INVALID")


async def getMyDescription(api: BotApi, params: Params) -> Json:
    return _kept(api, "description", params)


async def setMyShortDescription(api: BotApi, params: Params) -> bool:
    return _keep(api, "short_description", params, 120, "BOT_ABOUT_INVALID")


async def getMyShortDescription(api: BotApi, params: Params) -> Json:
    return _kept(api, "short_description", params)


async def setChatMenuButton(api: BotApi, params: Params) -> bool:
    api.world.profile["menu", str(params.get("chat_id", ""))] = params.get("menu_button") or {"type": "default"}
    return True


async def getChatMenuButton(api: BotApi, params: Params) -> Json:
    own = api.world.profile.get(("menu", str(params.get("chat_id", ""))))
    found: Json = own or api.world.profile.get(("menu", "")) or {"type": "commands"}
    return found


async def setMyDefaultAdministratorRights(api: BotApi, params: Params) -> bool:
    where = "channels" if params.get("for_channels") else "groups"
    api.world.profile["rights", where] = params.get("rights") or {}
    return True


async def getMyDefaultAdministratorRights(api: BotApi, params: Params) -> Json:
    given = api.world.profile.get(("rights", "channels" if params.get("for_channels") else "groups"), {})
    return {name: bool(given.get(name)) for name in ("is_anonymous", *CHAT_RIGHTS)}


async def logOut(api: BotApi, params: Params) -> bool:
    return True


async def close(api: BotApi, params: Params) -> bool:
    return True
