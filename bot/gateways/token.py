"""Whether Telegram knows a token, asked without either of its libraries: a worker that only polls has one, too."""

import aiohttp

from bot.flows.ports import TokenRefused

TIMEOUT = aiohttp.ClientTimeout(total=3)
_UNKNOWN = (401, 404)


async def check_token(api_url: str, token: str) -> None:
    """Raises TokenRefused where Telegram says that there is no such bot; one that does not answer says nothing."""
    address = f"{api_url.rstrip('/')}/bot{token}/getMe"
    try:
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session, session.post(address) as answered:
            answer = await answered.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return
    if isinstance(answer, dict) and answer.get("error_code") in _UNKNOWN:
        raise TokenRefused("BOT_TOKEN: Telegram does not know this token; take the right one from @BotFather")
