"""The in-bound edge: aiogram routers, middleware, the wizard."""

from bot.chat.slim import import_aiogram

import_aiogram()
