"""What is said in a customer's topic at the desk. Each handler is a sentence; nothing else in a group is ours."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiogram import F, Router
from aiogram.filters import Filter
from aiogram.types import ChatMemberUpdated, Message

from bot.chat import announcing as word_buttons
from bot.chat import incident, replies, topic_life, trainee
from bot.chat.consignee_buttons import InPrivate
from bot.chat.speaking import Does, MayAnswer, Unchecked, Uncopied, Unknown
from bot.chat.standing import is_inside, standings
from bot.chat.topic_life import is_person, place_said
from bot.chat.trainee import Learns, TakesBack
from bot.chat.words import SPOKEN, UNCOPIED, words_of
from bot.domain.access import Deed, may
from bot.flows import (
    agents,
    asked_now,
    before_sending,
    claiming,
    colleagues,
    departing,
    desk,
    hidden,
    letters,
    macros,
    offering,
    promising,
    relay,
    trainees,
)
from bot.flows.agents import ANONYMOUS, Agent, Place, told
from bot.flows.corrections import customer_edits
from bot.flows.ingest import Rules
from bot.flows.ports import Carriers, MemberView, Telegram, TelegramRefused, Vault
from bot.flows.relay import Said
from bot.flows.saying import clean
from bot.flows.turn import Answer, Answers, Turn
from bot.flows.why import why

router = Router(name="agent")
topic = Router(name="agent.topic")

OF_THE_SHOP = frozenset({"desk", "stats"})
"""Commands that are the merchant's in a topic too."""
ALONE: Mapping[str, Callable[[Turn, Place, Agent], Awaitable[Answers]]] = {
    "take": desk.take,
    "card": desk.show_card,
    "macro": macros.in_topic,
    "inquiry": letters.inquiry,
    "claim": claiming.claim,
    "offer": offering.offer,
    "snooze": desk.snooze,
    "promise": promising.promise,
    "close": desk.close,
    "reopen": desk.reopen,
    "ban": desk.ban,
    "help": desk.show_help,
}
"""Commands that need nothing but their own words."""
IN_REPLY: Mapping[str, Callable[[Turn, Place, Agent, Said | None], Awaitable[Answers]]] = {
    "del": before_sending.take_back,
    "resend": relay.resend,
    "why": why,
}
"""Commands about the message that they reply to."""


class InTopic(Filter):
    """A person's own words in a customer's topic; gives the handler `place` and who speaks (`agent`), if known."""

    async def __call__(self, event: Message, turn: Turn, telegram: Telegram) -> bool | dict[str, Any]:
        spoken = event.content_type in SPOKEN | UNCOPIED
        if turn.is_private or turn.command in OF_THE_SHOP or not spoken or not is_person(event):
            return False
        place = await place_said(event, turn)
        if place is None:
            return False
        if _is_hidden(event, turn):
            speaks = hidden.agent(place, event.author_signature or "")
            turn.title = speaks.name if speaks is not None else ""
            return {"place": place, "agent": speaks}
        try:
            return {"place": place, "agent": await agent_of(turn, place, telegram, turn.user_id)}
        except TelegramRefused:
            return {"place": place, "agent": None}


async def agent_of(turn: Turn, place: Place, telegram: Telegram, user_id: int) -> Agent:
    standing = await standings.of(telegram, turn.chat_id, user_id, turn.now)
    name = turn.person.name if user_id == turn.user_id else standing.name
    return await agents.agent(place, user_id, name, standing)


def _is_hidden(message: Message, turn: Turn) -> bool:
    return message.sender_chat is not None or turn.user_id == ANONYMOUS


class Hidden(Filter):
    """Said by an anonymous admin of a shop that wants its customers to know who answers."""

    async def __call__(self, event: Message, turn: Turn, agent: Agent | None) -> bool:
        return agent is None and _is_hidden(event, turn)


topic.message.filter(InTopic())
topic.edited_message.filter(InTopic())


@topic.message(Hidden())
async def anonymous(message: Message, turn: Turn, place: Place) -> None:
    """An admin who does not show himself."""
    await turn.say(_replying(turn, place, "desk_anonymous"))


@topic.message(Unchecked())
async def unchecked(message: Message, turn: Turn, place: Place) -> None:
    """Nobody knows whether he belongs here: better not sent than sent by a stranger."""
    await turn.say(_replying(turn, place, "desk_unchecked"))


def _replying(turn: Turn, place: Place, kind: str) -> Answer:
    said = told(turn, place, kind)
    return Answer(said.kind, reply_to=turn.message_id, reader=said.reader, merchant_id=said.merchant_id)


@topic.message(Does(*ALONE))
async def commanded(message: Message, turn: Turn, place: Place, agent: Agent) -> None:
    """`/take`, `/close`, …"""
    await turn.run(ALONE[turn.command], place, agent)


@topic.message(Does(*IN_REPLY))
async def commanded_in_reply(message: Message, turn: Turn, place: Place, agent: Agent) -> None:
    """`/del`, `/resend`."""
    replied = message.reply_to_message
    await turn.run(IN_REPLY[turn.command], place, agent, words_of(replied) if replied else None)


@topic.message(Does("note"))
async def noted(message: Message, turn: Turn, place: Place, agent: Agent) -> None:
    """`/note TEXT`."""
    await turn.run(desk.note, place, agent, words_of(message).media)


@topic.message(Does("track"))
async def tracked(
    message: Message, turn: Turn, place: Place, agent: Agent, vault: Vault, carriers: Carriers, rules_of_operator: Rules
) -> None:
    """`/track NUMBER`; one that is nobody's here is asked for at its carrier, before the transaction."""
    asking = asked_now.Asking(vault, carriers, rules_of_operator.heeds_limits)
    await turn.run(asked_now.tell, place, agent, await asked_now.ask(turn, place, asking))


@topic.message(Does("assign"))
async def assigned(message: Message, turn: Turn, place: Place, agent: Agent, telegram: Telegram) -> None:
    """`/assign @name`."""
    await turn.run(desk.assign, place, agent, await _colleague(turn, place, telegram), turn.rest.strip()[:64])


async def _colleague(turn: Turn, place: Place, telegram: Telegram) -> Agent | None:
    user_id = await desk.colleague(place, turn.rest)
    if user_id is None:
        return None
    try:
        found = await agent_of(turn, place, telegram, user_id)
    except TelegramRefused:
        return None
    return found if may(found.role, Deed.ANSWER) else None


@topic.message(TakesBack())
async def taken_back(message: Message, turn: Turn, place: Place, agent: Agent) -> None:
    """`/del` in reply to his own words."""
    replied = message.reply_to_message
    await turn.run(trainees.withdraw, place, agent, replied.message_id if replied else None)


@topic.message(Unknown())
async def unknown(message: Message, turn: Turn) -> None:
    """Any other command."""
    await turn.say(Answer("not_for_you"))


@topic.message(Uncopied())
async def uncopied(message: Message, turn: Turn, place: Place, agent: Agent) -> None:
    """It goes nowhere, and its author sees it."""
    await turn.run(desk.shrug, place)


@topic.message(MayAnswer())
async def answered(message: Message, turn: Turn, place: Place, agent: Agent) -> None:
    """Everything else goes to the customer."""
    await turn.run(before_sending.say, place, agent, words_of(message))


@topic.message(Learns())
async def proposed(message: Message, turn: Turn, place: Place, agent: Agent) -> None:
    """A trainee's words wait for a lead."""
    await turn.run(trainees.say, place, agent, words_of(message))


@topic.message()
async def not_sent(message: Message, turn: Turn, place: Place) -> None:
    """Words of somebody who may not answer."""
    await turn.run(desk.shrug, place)


@topic.edited_message(Does("note"))
async def renoted(message: Message, turn: Turn, place: Place, agent: Agent) -> None:
    """A note that was corrected, or became one."""
    await turn.run(desk.note, place, agent, words_of(message).media)


@topic.edited_message(MayAnswer())
async def corrected(message: Message, turn: Turn, place: Place, agent: Agent) -> None:
    """An agent corrects what he wrote."""
    await turn.run(before_sending.correct, place, agent, words_of(message))


@topic.edited_message(Learns())
async def changed(message: Message, turn: Turn, place: Place, agent: Agent) -> None:
    """A trainee corrects what waits."""
    await turn.run(trainees.correct, place, agent, words_of(message))


@router.edited_message(InPrivate())
async def customer_corrected(message: Message, turn: Turn) -> None:
    """A customer corrects what he wrote."""
    await turn.run(customer_edits, words_of(message))


@router.message(F.migrate_from_chat_id)
async def group_upgraded(message: Message, turn: Turn) -> None:
    """Said in the new group: everything that names the old one names it now."""
    await turn.run(desk.group_moved, int(message.migrate_from_chat_id or 0), message.chat.id)


@router.chat_member()
async def member_changed(event: ChatMemberUpdated, turn: Turn, telegram: Telegram) -> None:
    """Somebody came, went or was promoted; whoever came has a name from now on, whoever went has no ticket here."""
    change, user = event.new_chat_member, event.new_chat_member.user
    standings.forget(event.chat.id, user.id)
    shop_id = None if user.is_bot else await agents.shop_of(event.chat.id)
    if shop_id is None:
        return
    name, is_member = clean(user.full_name), getattr(change, "is_member", True)
    seen = MemberView(change.status, name=name, username=user.username, is_member=is_member)
    await colleagues.met(user.id, seen)
    if seen.is_inside:
        await turn.run(departing.came, shop_id, user.id)
    else:
        elsewhere = await is_inside(telegram, await agents.groups_of(shop_id) - {event.chat.id}, user.id, turn.now)
        await turn.run(departing.left, shop_id, user.id, agents.first_word(name), elsewhere=elsewhere)


router.include_router(topic_life.router)
router.include_router(topic)
router.include_router(trainee.router)
router.include_router(incident.router)
router.include_router(replies.router)
router.include_router(word_buttons.router)
