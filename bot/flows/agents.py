"""Who speaks in a customer's topic: the place, the person, and what he may do there now."""

from dataclasses import dataclass
from typing import Any

from bot.domain.access import Role, role_of
from bot.domain.alias import unfit
from bot.flows.ports import MemberView
from bot.flows.turn import Answer, Turn
from bot.store import customers, desks, topics
from bot.store.models import Customer, Merchant

ANONYMOUS = 1087968824
"""Telegram's @GroupAnonymousBot: an admin who does not show himself."""


@dataclass(frozen=True)
class Place:
    """A customer's topic at the desk of a shop."""

    customer: Customer
    merchant: Merchant

    @property
    def is_forgotten(self) -> bool:
        """True where there is nobody behind it any more."""
        return int(self.customer.user_id) <= 0


@dataclass(frozen=True)
class Agent:
    """A person of the desk. `name` is what customers read."""

    user_id: int
    name: str
    role: Role

    @property
    def is_hidden(self) -> bool:
        """True for an anonymous admin: nobody whom a ticket could be given to."""
        return self.user_id <= 0


async def place(chat_id: int, topic_id: int) -> Place | None:
    """Whose topic it is; None for General and for topics of nobody's."""
    customer = await topics.customer_of(chat_id, topic_id)
    return None if customer is None else Place(customer, await customers.merchant(customer.merchant_id))


async def place_of(chat_id: int, message_id: int) -> Place | None:
    """Whose words a message in General is, or to whom it was said; None for anything else."""
    customer = await topics.spoken_of(chat_id, message_id)
    return None if customer is None else Place(customer, await customers.merchant(customer.merchant_id))


async def shop_of(chat_id: int) -> int | None:
    """The shop whose desk a group is."""
    return await desks.shop_of(chat_id)


async def groups_of(shop_id: int) -> set[int]:
    """All groups of its desk."""
    return await desks.groups_of(shop_id)


async def agent(where: Place, user_id: int, name: str, standing: MemberView) -> Agent:
    """Who he is at this desk."""
    return await of_shop(where.merchant.id, user_id, name, standing)


async def of_shop(merchant_id: int, user_id: int, name: str, standing: MemberView) -> Agent:
    """Who he is at the desk of a shop: nobody, once he has left the group, whatever he was."""
    own = await topics.member(merchant_id, user_id)
    role = role_of(own.role if own else None, in_group=True) if standing.is_inside else Role.NONE
    return Agent(user_id, (own.alias if own else None) or first_name(name), role)


async def author(merchant_id: int, user_id: int) -> Agent:
    """Who wrote, by the name that customers read; whoever did not show himself has none."""
    person = await customers.person(user_id)
    return await of_shop(merchant_id, user_id, person.name if person else "", MemberView("member"))


async def name_of(merchant_id: int, user_id: int) -> str:
    """What somebody of the shop is called."""
    own, person = await topics.member(merchant_id, user_id), await customers.person(user_id)
    return (own.alias if own else None) or (first_word(person.name) if person else "") or str(user_id)


def first_name(name: str) -> str:
    """The first name as customers may read it; empty where it is none (a link, an ornament)."""
    word = first_word(name)
    return "" if unfit(word) is not None else word


def first_word(name: str) -> str:
    """The first name, as far as one can tell."""
    return name.split(" ")[0] if name else ""


def told(turn: Turn, where: Place, kind: str, **facts: Any) -> Answer:
    """An answer in the topic: in the speaker's language, by the shop's clock."""
    shop = where.merchant
    return Answer(kind, facts, reader={"zone": shop.zone, "country": shop.country}, merchant_id=shop.id)
