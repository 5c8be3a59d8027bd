"""What the people of a shop say: in private, and `/desk CODE` in their group. Each handler is a sentence."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, ChatMemberAdministrator, ChatMemberUpdated, Message

from bot.chat import describer, rewriter, team, wizard
from bot.chat.filters import AtDesk, Bare, InForm, Leads, May, Pressed, Said
from bot.domain.access import Deed
from bot.flows import (
    accounts,
    adding,
    configure,
    correcting,
    desk_binding,
    desk_groups,
    desk_stats,
    importing,
    macros,
    pausing,
    push_setup,
    rules,
    shop_help,
    shop_mode,
    stats,
    topic_names,
    trials,
    weekly,
)
from bot.flows.adding import AddShipment
from bot.flows.ingest import Rules
from bot.flows.ports import Carriers, MemberView, Settings, Telegram, TelegramRefused, Vault
from bot.flows.turn import Answer, ShopView, Turn

router = Router(name="merchant")
FIGURES = {"shop": stats.show, "desk": desk_stats.show, "week": weekly.on_demand}
"""`/stats` and what may stand behind it; any other word is a colleague's name."""

# ---- coming


@router.message(Said("start"), F.text.func(lambda text: text.split(maxsplit=1)[-1].startswith("i")))
async def opened_invite(message: Message, turn: Turn) -> None:
    await turn.run(configure.open_invite, turn.rest.strip())


# whoever runs a shop may be a customer, too: a link is no call for help
@router.message(Said("start", "help"), Bare(), May(Deed.SEE_SHIPMENTS))
async def wants_help(message: Message, turn: Turn, shop: ShopView) -> None:
    await turn.run(shop_help.show, shop)


# ---- carriers


@router.message(Said("carrier"), May(Deed.CARRIERS))
async def about_carriers(
    message: Message, turn: Turn, shop: ShopView, vault: Vault, carriers: Carriers, settings: Settings
) -> None:
    verb, rest = (*turn.rest.split(maxsplit=1), "", "")[:2]
    match verb.lower():
        case "add":
            await wizard.add_account(turn, shop, rest, vault, carriers)
        case "test":
            await _test(turn, shop, rest.strip(), vault, carriers)
        case "pause" | "resume" | "remove" as deed:
            await turn.run(accounts.change, shop, deed, rest.strip())
        case "push":
            await turn.run(push_setup.show, shop, rest, vault, settings)
        case "new":
            await describer.describe(turn, rest, vault, carriers)
        case _:
            await turn.run(accounts.list_accounts, shop, vault)


async def _test(turn: Turn, shop: ShopView, slug: str, vault: Vault, carriers: Carriers) -> None:
    values = await accounts.values_of(shop, slug.lower(), vault)
    carrier = accounts.carrier_of(slug, values or {})
    if carrier is None or values is None:
        await turn.say(accounts.no_account(slug))
        return
    await turn.run(accounts.tell_trial, shop, carrier, await accounts.try_out(carriers, carrier, values))


# ---- shipments


@router.message(Said("shipment"), May(Deed.ADD_SHIPMENT))
async def about_shipment(message: Message, turn: Turn, shop: ShopView, vault: Vault, telegram: Telegram) -> None:
    verb, _, rest = turn.rest.partition(" ")
    if verb.lower() != "add":
        await turn.say(Answer("shipment_usage"))
        return
    name = (await telegram.me()).username
    await turn.run(adding.add_shipment, shop, vault, AddShipment(rest, name))


@router.callback_query(Pressed("ac"), May(Deed.ADD_SHIPMENT))
async def carrier_chosen(
    query: CallbackQuery, turn: Turn, shop: ShopView, pressed: list[str], vault: Vault, telegram: Telegram
) -> None:
    name = (await telegram.me()).username
    await turn.run(adding.add_chosen, shop, vault, ":".join(pressed), name)


@router.message(Said("shipments"), May(Deed.SEE_SHIPMENTS))
async def wants_shipments(message: Message, turn: Turn, shop: ShopView) -> None:
    await turn.run(adding.list_shipments, shop)


@router.callback_query(Pressed("sl"), May(Deed.SEE_SHIPMENTS))
async def turned_page(query: CallbackQuery, turn: Turn, shop: ShopView, pressed: list[str]) -> None:
    after = int(pressed[0]) if pressed and pressed[0].isdecimal() else 0
    await turn.run(adding.list_shipments, shop, after, turn.message_id)


@router.message(Said(*correcting.DEEDS), May(Deed.MOVE_SHIPMENT))
async def moved_by_hand(message: Message, turn: Turn, shop: ShopView, rules_of_operator: Rules) -> None:
    has_photo = bool(message.photo)
    await turn.run(correcting.correct, shop, turn.command, turn.rest, rules_of_operator, has_photo=has_photo)


@router.message(Said("import"), May(Deed.IMPORT))
async def wants_import(message: Message, turn: Turn, shop: ShopView, vault: Vault) -> None:
    await turn.run(importing.ask_file, vault)


@router.message(May(Deed.IMPORT), F.document, InForm(importing.FORM))
async def sent_file(message: Message, turn: Turn, shop: ShopView, vault: Vault, telegram: Telegram) -> None:
    assert message.document is not None  # noqa: S101 - F.document
    try:
        content = await telegram.file(message.document.file_id, importing.MOST_BYTES)
    except TelegramRefused:
        await turn.say(Answer("import_unreadable", {"too_long": True}))
        return
    await turn.run(importing.preview, shop, vault, content)


@router.callback_query(Pressed("im"), May(Deed.IMPORT))
async def import_decided(
    query: CallbackQuery, turn: Turn, shop: ShopView, pressed: list[str], vault: Vault, telegram: Telegram
) -> None:
    name = (await telegram.me()).username
    await turn.run(importing.decide, shop, vault, pressed == ["go"], name)


# ---- the shop


@router.message(Said("pause"), May(Deed.PAUSE_ALL))
async def about_pause(message: Message, turn: Turn, shop: ShopView) -> None:
    flows = {"all": pausing.pause_all, "off": pausing.resume_all}
    await turn.run(flows.get(turn.rest.strip().lower(), pausing.show_pause), shop)


@router.callback_query(Pressed("pa"), May(Deed.PAUSE_ALL))
async def pause_ended(query: CallbackQuery, turn: Turn, shop: ShopView) -> None:
    await turn.run(pausing.resume_all, shop)


@router.message(Said("shop"), May(Deed.SHOP))
async def about_shop(message: Message, turn: Turn, shop: ShopView) -> None:
    trait, said = configure.split(turn.rest)
    if trait == "use":
        await turn.run(configure.use_shop, said)
    elif trait in configure.SETTABLE and said:
        await turn.run(configure.set_trait, shop, trait, said)
    else:
        await turn.run(configure.show_shop, shop)


@router.callback_query(Pressed(shop_mode.VERB), May(Deed.SHOP))
async def mode_pressed(query: CallbackQuery, turn: Turn, shop: ShopView, pressed: list[str]) -> None:
    await turn.run(shop_mode.press, shop, pressed[0] if pressed else "")


@router.message(Said("rules"), May(Deed.RULES))
async def about_rules(message: Message, turn: Turn, shop: ShopView) -> None:
    name, _, said = turn.rest.strip().partition(" ")
    await trials.prepare(shop, turn.now)
    if name:
        await turn.run(rules.set_rule, shop, name.lower(), said.strip().lower())
    else:
        await turn.run(rules.show_rules, shop)


@router.message(Said("stats"), May(Deed.STATS))
async def wants_stats(message: Message, turn: Turn, shop: ShopView) -> None:
    await _figures(turn, shop, "shop")


@router.message(Said("stats", group=True), Leads(Deed.STATS))
async def wants_stats_at_the_desk(message: Message, turn: Turn, shop: ShopView) -> None:
    await _figures(turn, shop, "desk")


async def _figures(turn: Turn, shop: ShopView, usual: str) -> None:
    """`/stats`, `/stats shop`, `/stats desk`, `/stats NAME`."""
    which = turn.rest.strip()
    flow = FIGURES.get(which.lower() or usual)
    if flow is None:
        await turn.run(desk_stats.of_colleague, shop, which[:64])
    else:
        await turn.run(flow, shop)


@router.message(Said("stats"), AtDesk())
@router.message(Said("stats", group=True), AtDesk())
async def wants_own_stats(message: Message, turn: Turn, desk: int) -> None:
    await turn.run(desk_stats.own, desk)


@router.message(Said("macro"), May(Deed.MACRO))
async def about_macros(message: Message, turn: Turn, shop: ShopView) -> None:
    await turn.run(macros.in_shop, shop)


@router.message(Said("macro", group=True), Leads(Deed.EDIT_MACROS))
async def about_macros_at_the_desk(message: Message, turn: Turn, shop: ShopView) -> None:
    await turn.run(macros.in_shop, shop)


# ---- the desk


@router.message(Said("desk"), May(Deed.BIND_DESK))
async def about_desk(message: Message, turn: Turn, shop: ShopView) -> None:
    verb, _, which = turn.rest.strip().partition(" ")
    if verb.lower() == "remove":
        await turn.run(desk_groups.remove, shop, which)
    else:
        await turn.run(desk_binding.offer_code, shop, another=verb.lower() in ("add", "another"))


@router.message(Said("desk", group=True))
async def said_code(message: Message, turn: Turn, telegram: Telegram) -> None:
    if turn.rest.strip():
        await turn.run(desk_binding.bind, turn.rest, await desk_binding.look_at_group(turn, telegram))
        await topic_names.learn_icons(telegram)


@router.my_chat_member(F.chat.type.in_({"group", "supergroup"}))
async def standing_changed(event: ChatMemberUpdated, turn: Turn) -> None:
    now = event.new_chat_member
    topics = isinstance(now, ChatMemberAdministrator) and bool(now.can_manage_topics)
    await turn.run(desk_binding.standing_changed, event.chat.title or "", MemberView(now.status, topics))


@router.message(F.migrate_to_chat_id)
async def group_upgraded(message: Message, turn: Turn) -> None:
    await turn.run(desk_binding.group_moved, int(message.migrate_to_chat_id or 0))


router.include_router(wizard.router)
router.include_router(describer.router)
router.include_router(rewriter.router)
router.include_router(team.router)
