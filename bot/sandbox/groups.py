"""What happens to groups and to a person's chat with the bot."""

from collections.abc import Collection

from bot.sandbox.bot_api.methods.topics import note, open_topic, remove_topic
from bot.sandbox.bot_api.views import user_json
from bot.sandbox.bot_api.world import ALL_RIGHTS, Chat, Member, Topic, User
from bot.sandbox.people import People, Where, Which, Who

MEMBER = Member()
GONE = Member("left")


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
        self._place(chat, person, Member(), person)
        content = {"new_chat_members": [user_json(person)]}
        self.api.deliver(self.world.add(chat, person, content, service=True))

    async def leaves(self, user: Who, group: Where) -> None:
        """A person goes."""
        person, chat = self._user(user), self.chat(group)
        self._place(chat, person, Member("left"), person)
        self.api.deliver(self.world.add(chat, person, {"left_chat_member": user_json(person)}, service=True))

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

    async def deletes_topic(self, group: Where, topic: Which) -> None:
        """A topic is deleted; no update tells the bot."""
        remove_topic(self.api, self.chat(group), self._topic(group, topic))

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
        before = chat.members.get(user.id, GONE)
        chat.members[user.id] = after
        owner = next((one for one, member in chat.members.items() if member.status == "creator"), user.id)
        self.api.deliver_member(chat, user, before, after, actor or self.world.users[owner])
        self.world.tell("member", chat)
