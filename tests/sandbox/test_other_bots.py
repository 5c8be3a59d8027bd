"""Other people's bots on the sandbox: a whole one by aiogram, a whole one by python-telegram-bot."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiogram import Bot, Dispatcher, F
from aiogram.filters import CommandStart
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from telegram import Update
from telegram.ext import Application, ApplicationBuilder, CommandHandler, ContextTypes, MessageHandler, filters

from bot.sandbox.telegram import TelegramSandbox

Context = ContextTypes.DEFAULT_TYPE


def counting() -> Dispatcher:
    """Greets, counts presses in the message itself, sends files back."""
    dispatcher = Dispatcher()
    button = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="+1", callback_data="add")]])

    @dispatcher.message(CommandStart(deep_link=True))
    async def start(message: Message) -> None:
        await message.answer("0", reply_markup=button)

    @dispatcher.callback_query(F.data == "add")
    async def add(query: CallbackQuery) -> None:
        assert isinstance(query.message, Message)
        await query.message.edit_text(str(int(query.message.text or 0) + 1), reply_markup=button)
        await query.answer("counted")

    @dispatcher.message(F.document)
    async def back(message: Message) -> None:
        assert message.document
        await message.answer_document(message.document.file_id, caption=message.caption)

    return dispatcher


@asynccontextmanager
async def polling(dispatcher: Dispatcher, bot: Bot) -> AsyncIterator[None]:
    task = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False, polling_timeout=1))
    yield
    await dispatcher.stop_polling()
    await task


async def test_an_aiogram_bot_is_tried_by_a_person(telegram: TelegramSandbox, listener: Bot) -> None:
    sara = await telegram.user("Sara")
    async with polling(counting(), listener):
        await telegram.opens(sara, f"https://t.me/{telegram.username}?start=shop")
        counter = await telegram.expects(sara, "0")
        pressed = await telegram.presses(sara, counter, "+1")
        await telegram.expects(sara, "1")
        assert await telegram.wait_for(lambda: telegram.answer_of(pressed)) == {"text": "counted"}
        await telegram.sends_file(sara, "document", "slip", body=b"%PDF", name="slip.pdf")
        assert (await telegram.expects(sara, "slip")).kind == "document"
    assert telegram.violations() == []


async def test_an_aiogram_bot_answers_within_the_webhook_s_answer(telegram: TelegramSandbox, listener: Bot) -> None:
    dispatcher, app = Dispatcher(), web.Application()

    @dispatcher.message()
    async def echo(message: Message) -> Any:
        return message.answer(f"you said {message.text}")

    SimpleRequestHandler(dispatcher, listener, handle_in_background=False, secret_token="s3cret").register(app, "/hook")
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await listener.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/hook", secret_token="s3cret")
    sara = await telegram.user("Sara")
    await telegram.says(sara, "hello")
    await telegram.expects(sara, "you said hello")
    await runner.cleanup()


@pytest.fixture
async def shouting(telegram: TelegramSandbox) -> AsyncIterator[Application[Any, Any, Any, Any, Any, Any]]:
    """Says what it is told in capitals, in MarkdownV2, and shares a photo."""

    async def start(update: Update, context: Context) -> None:
        assert update.effective_chat
        await context.bot.send_photo(update.effective_chat.id, b"jpeg", caption="*Hi\\!*", parse_mode="MarkdownV2")

    async def shout(update: Update, context: Context) -> None:
        assert update.effective_message
        await update.effective_message.reply_text((update.effective_message.text or "").upper())

    builder = ApplicationBuilder().token(telegram.token)
    app = builder.base_url(f"{telegram.url}/bot").base_file_url(f"{telegram.url}/file/bot").build()
    app.add_handlers([CommandHandler("start", start), MessageHandler(filters.TEXT, shout)])
    async with app:
        await app.start()
        assert app.updater
        await app.updater.start_polling(poll_interval=0, timeout=1)
        yield app
        await app.updater.stop()
        await app.stop()


async def test_a_python_telegram_bot_is_tried_by_people(
    telegram: TelegramSandbox, shouting: Application[Any, Any, Any, Any, Any, Any]
) -> None:
    reza = await telegram.user("Reza", "fa")
    await telegram.starts(reza)
    greeting = await telegram.expects(reza, "Hi!")
    assert (greeting.kind, greeting.entities[0]["type"]) == ("photo", "bold")
    desk = await telegram.group("Desk", reza)
    topic = await telegram.opens_topic(reza, desk, "Loud")
    said = await telegram.in_group(reza, desk, "hello", topic)
    answer = await telegram.expects(desk, "HELLO", topic)
    assert answer.reply_to in (said.id, None)
    assert telegram.violations() == []
