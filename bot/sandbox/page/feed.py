"""What a page is told: the three phones as they stand, then each change, with a number to resume after."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec

from bot.sandbox.bot_api.seen import kind_of, seen
from bot.sandbox.bot_api.views import topic_json
from bot.sandbox.bot_api.world import Chat, Happening, Message, Topic, User
from bot.sandbox.page.stage import Stage

Json = dict[str, Any]
EXCERPT = 90


class Feed:
    """Reads the sandbox's world; changes nothing. All that is told may be told twice: it replaces what stood there."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.world = stage.telegram.world

    @property
    def last(self) -> int:
        """The number of the newest change."""
        happenings = self.world.happenings
        return happenings[-1].number if happenings else 0

    def since(self, number: int) -> Iterator[tuple[int, Json | None]] | None:
        """The changes after that one, None for those of chats that no phone shows; None where they are forgotten."""
        happenings = self.world.happenings
        if number > self.last or (happenings and number + 1 < happenings[0].number):
            return None
        fresh = islice(happenings, len(happenings) - (self.last - number), None)
        return ((one.number, self._change(one)) for one in list(fresh))

    def everything(self) -> Json:
        """The phones, their topics and all that stands in them."""
        phones = self.phones()
        chats = [phone["chat"] for phone in phones.values()]
        found = [self.world.chats[chat] for chat in chats if chat in self.world.chats]
        return {
            "phones": phones,
            "topics": [self._topic(chat, one) for chat in found for one in chat.topics.values() if not one.deleted],
            "messages": [self._message(one) for chat in found for one in chat.messages.values() if not one.deleted],
        }

    def phones(self) -> Json:
        """Whose phones there are by now, what is shown on each."""
        stage = self.stage
        phones: Json = {}
        for name, person in (("customer", stage.customer), ("merchant", stage.owner)):
            if person is not None:
                phones[name] = {"chat": person.id, **_who(person)}
        if stage.desk is not None and stage.agent is not None:
            phones["desk"] = {"chat": stage.desk.id, "title": stage.desk.title, **_who(stage.agent)}
        return phones

    def _change(self, happening: Happening) -> Json | None:
        if happening.chat_id not in {phone["chat"] for phone in self.phones().values()}:
            return None
        chat = self.world.chats[happening.chat_id]
        change: Json = {"chat": chat.id, "what": happening.what}
        message = chat.messages.get(happening.message_id or 0)
        if message is not None:
            change |= {"gone": message.id} if message.deleted else {"message": self._message(message)}
        topic = chat.topics.get(happening.topic or 0)
        if topic is not None:
            change["topic"] = self._topic(chat, topic)
        return change

    def _topic(self, chat: Chat, topic: Topic) -> Json:
        return {"chat": chat.id, "closed": topic.closed, "gone": topic.deleted, **topic_json(topic)}

    def _message(self, message: Message) -> Json:
        body: Json = msgspec.to_builtins(seen(message))
        body["keys"] = "keyboard" if "keyboard" in (message.markup or {}) else "inline"
        body["contact"] = _asks_contact(message)
        body["clears"] = bool((message.markup or {}).get("remove_keyboard"))
        if message.service:
            body["notice"] = _notice(message)
        if message.reply_to is not None and not message.reply_to.deleted:
            quoted = seen(message.reply_to)
            body["quote"] = {"sender": quoted.sender, "text": quoted.text[:EXCERPT]}
        document = message.content.get("document")
        if document:
            body["file"] = document.get("file_name") or "file"
        return body


def _asks_contact(message: Message) -> bool:
    rows = (message.markup or {}).get("keyboard") or []
    return any(isinstance(one, dict) and one.get("request_contact") for row in rows for one in row)


def _who(person: User) -> Json:
    return {"me": person.id, "name": person.first_name, "language": person.language_code}


def _notice(message: Message) -> Json:
    held = message.content.get(kind_of(message))
    return {"kind": kind_of(message), "name": held.get("name", "") if isinstance(held, dict) else ""}
