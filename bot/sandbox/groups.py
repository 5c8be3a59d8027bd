"""What happens to groups and to a person's chat with the bot."""

from collections.abc import Collection

from bot.sandbox.bot_api.methods.topics import note, open_topic, remove_topic
from bot.sandbox.bot_api.places import drop, enter, move
from bot.sandbox.bot_api.world import ALL_RIGHTS, Chat, Invite, Member, Topic, User
from bot.sandbox.people import People, Where, Which, Who

MEMBER = Member()


class Groups(People):
    """Groups, their members and topics; blocking and leaving."""

    async def group(
        self,
        title: str,
        owner: Who,
        members: Collection[Who] = (),
        *,
        forum: bool = True,
        supergroup: bool = True,
        bot: str = "administrator",
        rights: Collection[str] = ALL_RIGHTS,
    ) -> Chat:
        """A group; `bot`: administrator (with `rights`), member, or left (not in it yet)."""
        large = supergroup or forum
        number = self.world.next("group", 1_000_001)
        chat = Chat(-1_000_000_000_000 - number if large else -number, "supergroup" if large else "group", title)
        chat.is_forum = forum
        chat.members = {self._user(one).id: Member() for one in members}
        chat.members[self._user(owner).id] = Member("creator")
        self.world.chats[chat.id] = chat
        if bot != "left":
            after = Member(bot, frozenset(rights) if bot == "administrator" else frozenset())
            self._place(chat, self.world.bot, after, self._user(owner))
        return chat

    async def joins(self, user: Who, group: Where) -> None:
        """A person enters a group."""
        person, chat = self._user(user), self.chat(group)
        enter(self.api, chat, person)

    async def leaves(self, user: Who, group: Where) -> None:
        """A person goes."""
        person, chat = self._user(user), self.chat(group)
        drop(self.api, chat, person, Member("left"), person)

    async def promotes(self, user: Who, group: Where, rights: Collection[str] = ALL_RIGHTS) -> None:
        """A member becomes an admin; without rights: a plain member again."""
        after = Member("administrator", frozenset(rights)) if rights else Member()
        self._place(self.chat(group), self._user(user), after)

    async def promote_bot(self, group: Where, rights: Collection[str] = ALL_RIGHTS) -> None:
        """The bot becomes an admin with these rights; without any: a plain member."""
        await self.promotes(self.world.bot, group, rights)

    async def adds_bot(self, user: Who, group: Where) -> None:
        """Somebody brings the bot in, as a plain member."""
        self._place(self.chat(group), self.world.bot, Member(), self._user(user))

    async def removes_bot(self, user: Who, group: Where) -> None:
        """Somebody throws the bot out."""
        self._place(self.chat(group), self.world.bot, Member("kicked"), self._user(user))

    async def restricts_bot(self, group: Where) -> None:
        """The bot may be there, but not write."""
        self._place(self.chat(group), self.world.bot, Member("restricted", permissions=frozenset()))

    async def sets_privacy(self, on: bool) -> None:
        """Privacy mode, as its owner sets it; groups keep what held when the bot came in."""
        self.world.reads_all = not on

    async def follows(self, user: Who, link: str) -> str:
        """Somebody opens an invite link: "joined", or "asked" where an admin must agree."""
        person = self._user(user)
        chat, invite = self._invited(link)
        if chat.member(person.id).status == "kicked":
            raise PermissionError(f"{person.first_name} is banned from {chat.title}")
        if invite.asks_first:
            chat.asking[person.id] = link
            self.api.deliver_join_request(chat, person, link)
            return "asked"
        invite.used += 1
        enter(self.api, chat, person, by_link=link)
        return "joined"

    def _invited(self, link: str) -> tuple[Chat, Invite]:
        for chat in self.world.chats.values():
            invite = chat.invites.get(link)
            if invite and not self._spent(invite):
                return chat, invite
        raise LookupError(f"{link} leads nowhere any more")

    def _spent(self, invite: Invite) -> bool:
        over = invite.expires_at is not None and invite.expires_at <= self.world.clock.now()
        return over or invite.revoked or (invite.member_limit is not None and invite.used >= invite.member_limit)

    async def turns_topics(self, group: Where, on: bool) -> None:
        """Topics on (a basic group is upgraded by it) or off."""
        chat = self.chat(group)
        if on and chat.kind == "group":
            chat = await self.migrates(chat)
        chat.is_forum = on
        self.world.tell("member", chat)

    async def migrates(self, group: Where) -> Chat:
        """The group becomes a supergroup with a new id; the old one refuses from now on."""
        old = self.chat(group)
        new = Chat(-1_000_000_000_000 - self.world.next("group", 1_000_001), "supergroup", old.title)
        new.members, new.migrated_from, new.is_forum = dict(old.members), old.id, old.is_forum
        self.world.chats[new.id] = new
        owner = next(self.world.users[one] for one, member in old.members.items() if member.status == "creator")
        self.api.deliver(self.world.add(old, owner, {"migrate_to_chat_id": new.id}, service=True))
        old.migrated_to = new.id
        self.api.deliver(self.world.add(new, owner, {"migrate_from_chat_id": old.id}, service=True))
        return new

    async def deletes_group(self, group: Where) -> None:
        """The group is gone."""
        self.chat(group).deleted = True

    async def opens_topic(self, user: Who, group: Where, name: str) -> Topic:
        """A person opens a topic."""
        return open_topic(self.api, self.chat(group), self._user(user), name)

    async def closes_topic(self, user: Who, group: Where, topic: Which, *, closed: bool = True) -> None:
        """A person closes a topic, or (`closed=False`) opens it again."""
        chat, found = self.chat(group), self._topic(group, topic)
        found.closed = closed
        what = "forum_topic_closed" if closed else "forum_topic_reopened"
        note(self.api, chat, self._user(user), found, what, {})

    async def renames_topic(self, user: Who, group: Where, topic: Which, name: str) -> None:
        """A person gives a topic another name."""
        chat, found = self.chat(group), self._topic(group, topic)
        found.name = name
        note(self.api, chat, self._user(user), found, "forum_topic_edited", {"name": name})

    async def deletes_topic(self, group: Where, topic: Which) -> None:
        """A topic is deleted; no update tells the bot."""
        remove_topic(self.api, self.chat(group), self._topic(group, topic))

    async def archives_topic(self, group: Where, topic: Which) -> None:
        """A forum of very many messages loses its oldest topics to bots; people see them still."""
        self._topic(group, topic).archived = True
        self.world.tell("topic", self.chat(group))

    async def blocks(self, user: Who) -> None:
        """A person blocks the bot."""
        person = self._user(user)
        chat = self.world.private(person)
        self.api.deliver_member(chat, self.world.bot, MEMBER, Member("kicked"), person)
        person.blocked = True
        self.world.tell("member", chat)

    async def unblocks(self, user: Who) -> None:
        """And lets it speak again."""
        person = self._user(user)
        person.blocked = False
        chat = self.world.private(person)
        self.api.deliver_member(chat, self.world.bot, Member("kicked"), MEMBER, person)
        self.world.tell("member", chat)

    async def deactivates(self, user: Who) -> None:
        """A person deletes his account."""
        self._user(user).deactivated = True

    def _topic(self, group: Where, which: Which) -> Topic:
        found = self.topic(group, which)
        if found is None:
            raise LookupError("General cannot be changed like that")
        return found

    def _place(self, chat: Chat, user: User, after: Member, actor: User | None = None) -> None:
        move(self.api, chat, user, after, actor)
