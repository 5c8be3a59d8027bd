"""A bot's own settings: commands and webhook."""

import re
from typing import Any
from urllib.parse import urlsplit

import orjson

from bot.sandbox.bot_api.api import BotApi
from bot.sandbox.bot_api.refusals import bad
from bot.sandbox.bot_api.schema import Params

Json = dict[str, Any]
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
PORTS = (443, 80, 88, 8443)


def _scope(params: Params) -> tuple[str, str]:
    scope = params.get("scope") or {"type": "default"}
    return orjson.dumps(scope, option=orjson.OPT_SORT_KEYS).decode(), params.get("language_code") or ""


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
    api.updates.allow(params.get("allowed_updates"))
    if params.get("drop_pending_updates"):
        api.updates.waiting.clear()
    api.webhook.clear()
    if params["url"]:
        api.webhook.update({"url": params["url"], "secret_token": params.get("secret_token", "")})
        api.updates.ring()
    return True


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
    }


async def setMyDescription(api: BotApi, params: Params) -> bool:
    return True


async def setMyShortDescription(api: BotApi, params: Params) -> bool:
    return True


async def setMyName(api: BotApi, params: Params) -> bool:
    return True
