"""How to point a bot at the sandbox: what `herald sandbox` prints, itself a fit `.env` file."""

from bot.sandbox.carriers import CarriersSandbox
from bot.sandbox.telegram import TelegramSandbox

WORDS = """\
BOT_TOKEN={token}
BOT_API_URL={telegram}
CARRIER_URLS={override}

# @{username} is here. Save the three lines above as .env and start `herald run` beside it, or point another bot here.
#
# aiogram:
#   from aiogram.client.session.aiohttp import AiohttpSession
#   from aiogram.client.telegram import TelegramAPIServer
#   bot = Bot("{token}", session=AiohttpSession(api=TelegramAPIServer.from_base("{telegram}")))
# python-telegram-bot:
#   ApplicationBuilder().token("{token}").base_url("{telegram}/bot").base_file_url("{telegram}/file/bot").build()
# any other: calls go to {telegram}/bot{token}/METHOD
#
# Be a person (the answer tells her number), say something, see what she sees:
#   curl -d '{{"name": "Sara", "language_code": "ar"}}' {telegram}/_sandbox/telegram/user
#   curl -d '{{"user": 500001, "text": "/start"}}' {telegram}/_sandbox/telegram/says
#   curl -d '{{"chat": 500001}}' {telegram}/_sandbox/telegram/messages
# A parcel's life, and a scan now:
#   curl -d '{{"number": "1Z81WV380316886897", "eta": "2026-11-26"}}' {carriers}/_sandbox/parcels/lives
#   curl -d '{{"number": "1Z81WV380316886897", "kind": "delay"}}' {carriers}/_sandbox/parcels/scan
# Faults:          curl -d '{{"kind": "flood", "method": "send*", "seconds": 7}}' {telegram}/_sandbox/telegram/fault
# Record of calls: curl '{telegram}/_sandbox/record?method=send*&outcome=ok'
# Clock:           curl -d '{{"seconds": 3600}}' {telegram}/_sandbox/clock/advances
# Everything else that can be done:
#   curl {telegram}/_sandbox/telegram   curl {carriers}/_sandbox/parcels   curl {telegram}/_sandbox/clock
#
# Ctrl-C stops it; nothing is kept.
"""


def instructions(telegram: TelegramSandbox, carriers: CarriersSandbox) -> str:
    """Addresses, token, examples."""
    return WORDS.format(
        token=telegram.token,
        username=telegram.username,
        telegram=telegram.url,
        carriers=carriers.url,
        override=carriers.override,
    )
