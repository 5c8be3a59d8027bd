"""Imports aiogram without building all its four hundred types at once: each is built when it is first needed.

aiogram rebuilds every type while it is imported, which takes most of the start of a process and 100 MB. Here the
rebuilding is put off, and the names it would have been given are kept for the day it is needed. Where aiogram has
been imported already, nothing changes.
"""

import sys
from typing import Any

from pydantic import BaseModel

Namespace = dict[str, Any]
_known: Namespace = {}
"""What aiogram's types are called, once it is imported."""
_rebuild = BaseModel.model_rebuild.__func__  # type: ignore[attr-defined]


def _put_off(cls: type[BaseModel], /, **given: Any) -> bool | None:
    """Stands in for model_rebuild while aiogram is imported: only remembers the names."""
    namespace = given.get("_types_namespace")
    if namespace is None:
        return _when_needed(cls, **given)
    _known.update(namespace)
    return None


def _when_needed(cls: type[BaseModel], /, **given: Any) -> bool | None:
    """model_rebuild, which finds the names that aiogram's classes were to be rebuilt with."""
    if cls.__module__.startswith("aiogram.") and given.get("_types_namespace") is None:
        given["_types_namespace"] = _known
    result: bool | None = _rebuild(cls, **given)
    return result


def import_aiogram() -> bool:
    """Import it that way; False where it had been imported before."""
    if "aiogram" in sys.modules:
        return False
    rebuild: Any = classmethod(_put_off)
    setattr(BaseModel, "model_rebuild", rebuild)  # noqa: B010 (mypy knows it as a method)
    try:
        import aiogram  # noqa: F401
    finally:
        rebuild = classmethod(_when_needed)
        setattr(BaseModel, "model_rebuild", rebuild)  # noqa: B010
    return True
