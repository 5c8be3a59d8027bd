"""A desk with an agent and a customer who has a topic: what agents' tests stand on."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.flows.ports import MemberView
from bot.store import destinations, outbox, tickets
from bot.store.models import Customer, Member, Merchant, Promise, Ticket, TicketMessage
from bot.store.ms import to_ms
from tests.fakes.parcels import Followed, followed
from tests.fakes.rows import GROUP, NOON
from tests.fakes.talk import Talk, Who

SARA = Who(6001, "Sara Haddad", "en", "sara")
OMAR = Who(6002, "Omar", "en", "omar")
OWNER = Who(6003, "Nadia", "en")
TOPIC = 900
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


@dataclass
class Desk:
    """Layla's topic in the shop's group; `sara` and `omar` belong to the group."""

    talk: Talk
    parcel: Followed
    ticket: Ticket | None = None

    @property
    def customer(self) -> Customer:
        return self.parcel.customer

    async def says(self, text: str, who: Who = SARA, **more: Any) -> list[Any]:
        """Words in Layla's topic; the rows they made."""
        return await self.talk.say(text, who, group=GROUP, **({"message_thread_id": TOPIC} | more))

    async def replies(self, text: str, to: dict[str, Any], who: Who = SARA) -> list[Any]:
        """A command in reply to a message of the topic."""
        chat = {"id": GROUP, "type": "supergroup", "title": "Desk", "is_forum": True}
        replied = {"message_id": 1, "date": 1795514400, "chat": chat, "from": SARA.as_user()} | to
        return await self.says(text, who, reply_to_message=replied)

    async def edits(self, message_id: int, text: str, who: Who = SARA) -> list[Any]:
        """An agent corrects what he wrote."""
        chat = {"id": GROUP, "type": "supergroup", "title": "Desk", "is_forum": True}
        place = {"message_thread_id": TOPIC, "is_topic_message": True, "chat": chat}
        said = {"message_id": message_id, "date": 1795514400, "edit_date": 1795514401, "from": who.as_user()}
        return await self.talk.feed({"edited_message": said | place | {"text": text}})

    async def owed(self) -> None:
        """Layla waits for the answer that a person has promised her."""
        assert self.ticket is not None
        _ = await Promise.create(
            merchant_id=self.customer.merchant_id,
            customer_id=self.customer.id,
            ticket_id=self.ticket.id,
            kind="answer",
            due_ms=to_ms(NOON + timedelta(hours=2)),
            made_ms=to_ms(NOON),
            by_person=True,
        )

    async def fresh_ticket(self) -> Ticket:
        """The ticket as it is now."""
        assert self.ticket is not None
        return await Ticket.get(id=self.ticket.id)


async def open_desk(talk: Talk, *, ticket: bool = True, **changes: Any) -> Desk:
    """Layla follows order 1001 and asked for a person; her topic stands in the group."""
    parcel = await followed(NOON, **changes)
    await destinations.topic_made(parcel.customer.id, GROUP, TOPIC, "Layla")
    await destinations.card_stands(parcel.customer.id, 901)
    await join(talk, SARA)
    await join(talk, OMAR)
    customer = await Customer.get(id=parcel.customer.id)
    desk = Desk(talk, parcel._replace(customer=customer))
    if ticket:
        desk.ticket = await tickets.add(customer, "human", parcel.shipment.id, {}, NOON)
    return desk


async def join(talk: Talk, who: Who, status: str = "member") -> None:
    """He belongs to the group."""
    talk.telegram.members[GROUP, who.id] = MemberView(status, name=who.name, username=who.username)


async def own(merchant: Merchant, who: Who = OWNER, role: str = "owner", alias: str | None = None) -> None:
    """He has a role of his own in the shop."""
    _ = await Member.create(merchant_id=merchant.id, user_id=who.id, role=role, alias=alias, created_ms=0)


async def relayed(fate: str = "sent") -> TicketMessage:
    """The last words of an agent, as they fared."""
    kept = await TicketMessage.filter(direction="out").order_by("-id").first()
    assert kept is not None
    await TicketMessage.filter(id=kept.id).update(fate=fate, target_chat_id=5, target_message_id=77)
    return kept


async def leave_all() -> None:
    """What waits in the outbox has left."""
    while rows := await outbox.lease(100, NOON):
        await outbox.settle([outbox.Settled(row, "sent", 77) for row in rows], NOON)
