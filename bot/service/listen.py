"""Builds `listen`: updates are handled by aiogram, whoever stored them."""

from datetime import timedelta

from bot.chat.app import AskTelegram, make_bot
from bot.chat.listen import Listening, be_brought, fetch_forever, listen_forever
from bot.flows.asking import AskCarriers
from bot.service.building import Building

ORDER_WAITS = timedelta(seconds=1)
"""Telegram brings updates over several connections: the next may be here before the last."""


async def add(to: Building) -> None:
    """Every process handles."""
    listening = _listening(to)
    to.arrived = listening.arrived.set
    alone = not (to.settings.telegram_webhook or to.settings.on_postgres)
    to.parts["listen"] = lambda stop: listen_forever(listening, stop, fetch=alone)
    if to.settings.telegram_webhook:
        from bot.web.telegram_hook import PATH, secret_of

        address = f"{to.settings.public_url.rstrip('/')}{PATH}"
        secret = secret_of(to.settings.bot_token.get_secret_value())
        to.parts["listen.webhook"] = lambda stop: be_brought(listening, address, secret, stop)
    elif to.settings.on_postgres:
        to.watch("listen.fetch", {"fetch": lambda stop: fetch_forever(listening, stop)})


def _listening(to: Building) -> Listening:
    bot = make_bot(to.settings.bot_token.get_secret_value(), to.settings.bot_api_url)
    to.closing.push_async_callback(bot.session.close)
    return Listening(
        bot=bot,
        api_url=to.settings.bot_api_url,
        clock=to.clock,
        vault=to.vault,
        telegram=AskTelegram(bot),
        carriers=AskCarriers(to.http.send, to.clock.now),
        settings=to.settings,
        rules=to.rules,
        gap=ORDER_WAITS if to.settings.telegram_webhook else timedelta(0),
    )
