"""Makes updates readable that lack what aiogram's newest models demand: servers of other versions leave rights out."""

from collections.abc import Mapping
from typing import Any

from aiogram.types import ChatMemberAdministrator, ChatMemberRestricted
from pydantic import BaseModel

_MODELS: Mapping[str, type[BaseModel]] = {
    "administrator": ChatMemberAdministrator,
    "restricted": ChatMemberRestricted,
}
_RIGHTS = {
    status: {
        name: False for name, field in model.model_fields.items() if field.is_required() and field.annotation is bool
    }
    for status, model in _MODELS.items()
}
_CHANGES = ("my_chat_member", "chat_member")
_SIDES = ("old_chat_member", "new_chat_member")


def completed(update: Mapping[str, Any]) -> dict[str, Any]:
    """The update with every right that is not named counted as not granted."""
    return {
        kind: _change(body) if kind in _CHANGES and isinstance(body, dict) else body for kind, body in update.items()
    }


def _change(body: Mapping[str, Any]) -> dict[str, Any]:
    sides = {side: _member(body[side]) for side in _SIDES if isinstance(body.get(side), dict)}
    return {**body, **sides}


def _member(member: Mapping[str, Any]) -> dict[str, Any]:
    until = {"until_date": 0} if member.get("status") in ("restricted", "kicked") else {}
    return {**_RIGHTS.get(str(member.get("status")), {}), **until, **member}
