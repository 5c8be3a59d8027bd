"""Menus and ready replies against the sandbox: the calls are such as Telegram takes."""

from bot.domain.access import Role
from bot.domain.menu import CUSTOMER, of_desk
from bot.store import macros
from bot.store.models import DeskGroup
from tests.fakes.office import Office


async def test_menus_stand_at_telegram_each_where_it_belongs(store: str) -> None:
    async with Office() as office:
        telegram = office.telegram
        if not await DeskGroup.filter(chat_id=office.group.id).exists():
            _ = await DeskGroup.create(chat_id=office.group.id, merchant_id=office.customer.merchant_id, bound_ms=0)
        await telegram.wait_for(lambda: telegram.menu(office.layla))
        assert [one["command"] for one in telegram.menu(office.layla)] == list(CUSTOMER)
        await office.shut()
        await office.open()
        await telegram.wait_for(lambda: telegram.menu(office.sara, office.group))
        assert [one["command"] for one in telegram.menu(office.sara, office.group)] == list(of_desk(Role.AGENT))


async def test_a_ready_reply_goes_with_one_tap_and_once(store: str) -> None:
    async with Office() as office:
        telegram, group, sara = office.telegram, office.group, office.sara
        topic = await office.asks()
        now = office.clock.now()
        await macros.put(office.customer.merchant_id, "hello", "en", "Hello {name}, {agent} here.", 1, now)
        await telegram.in_group(sara, group, "/macro hello", topic)
        preview = await telegram.expects(group, "Hello Layla, Sara here.", topic)
        first = await telegram.presses(sara, preview, "Send", chat=group)
        await telegram.expects(office.layla, "Hello Layla, Sara here.")
        await telegram.wait_for(lambda: telegram.answer_of(first) is not None)
        assert len([one for one in telegram.messages(office.layla) if "Sara here" in one.text]) == 1
