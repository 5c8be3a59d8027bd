"""The Bot API's description and the check against it."""

import pytest

from bot.sandbox.bot_api.api import implemented
from bot.sandbox.bot_api.reactions import REACTIONS
from bot.sandbox.bot_api.schema import Mismatch, Upload, description, method_named, read


def test_the_description_holds_the_whole_bot_api() -> None:
    assert len(description()["methods"]) > 100
    assert {"sendMessage", "createForumTopic", "copyMessages"} <= description()["methods"].keys()
    assert len(description()["types"]) > 100


def test_every_type_that_a_method_takes_is_described() -> None:
    known = {*description()["types"], "Integer", "String", "Boolean", "Float", "InputFile", "Any"}
    fields = [*description()["methods"].values(), *description()["types"].values()]
    named = {kind for one in fields for spec in one.values() for kind in spec.rstrip("!").split("|")}
    bare = {kind.removeprefix("Array of ").removeprefix("Array of ") for kind in named if not kind.startswith("=")}
    assert len(bare) > 50
    assert bare <= known


def test_the_methods_that_the_service_needs_are_there() -> None:
    assert len(implemented()) > 45
    assert implemented().keys() <= description()["methods"].keys()


def test_a_method_is_found_whatever_its_case() -> None:
    assert method_named("SENDMESSAGE") == "sendMessage"
    assert method_named("sendNothing") is None


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"text": "a"}, "sendMessage.chat_id is required"),
        ({"chat_id": 1, "text": "a", "colour": 1}, "sendMessage has no parameter 'colour'"),
        ({"chat_id": 1, "text": 5}, "sendMessage.text is no String"),
        ({"chat_id": 1, "text": "a", "message_thread_id": "x"}, "sendMessage.message_thread_id is no Integer"),
        ({"chat_id": 1, "text": "a", "disable_notification": "perhaps"}, "disable_notification is no Boolean"),
        ({"chat_id": 1, "text": "a", "reply_markup": "{"}, "reply_markup is no JSON"),
        ({"chat_id": 1, "text": "a", "reply_markup": {"inline_keyboard": [[{"label": "x"}]]}}, "no parameter 'label'"),
        ({"chat_id": 1, "text": "a", "reply_parameters": {"message_id": []}}, "reply_parameters.message_id is no"),
    ],
)
def test_what_the_description_does_not_allow_is_named(given: dict[str, object], complaint: str) -> None:
    with pytest.raises(Mismatch, match="sendMessage") as caught:
        read("sendMessage", given)
    assert complaint in str(caught.value)


def test_a_form_s_words_become_values() -> None:
    given = {"chat_id": "-5", "text": "7", "disable_notification": "True", "reply_parameters": '{"message_id": "3"}'}
    found = read("sendMessage", given)
    assert found == {"chat_id": -5, "text": "7", "disable_notification": True, "reply_parameters": {"message_id": 3}}


def test_a_file_is_found_by_the_name_it_is_attached_under() -> None:
    upload = Upload("x.jpg", b"x", "image/jpeg")
    given = {"chat_id": 1, "media": '[{"type": "photo", "media": "attach://a"}, {"type": "photo", "media": "id"}]'}
    found = read("sendMediaGroup", {**given, "a": upload})
    assert [one["media"] for one in found["media"]] == [upload, "id"]


def test_a_text_that_looks_like_an_attachment_stays_a_text() -> None:
    assert read("sendMessage", {"chat_id": 1, "text": "attach://a"})["text"] == "attach://a"


def test_the_reactions_are_those_that_the_library_knows() -> None:
    from telegram.constants import ReactionEmoji

    assert {one.value for one in ReactionEmoji} <= REACTIONS
