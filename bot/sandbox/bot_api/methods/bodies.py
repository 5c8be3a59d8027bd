"""What a call puts into a message: its text or its file."""

from typing import Any

from bot.sandbox.bot_api.api import BotApi
from bot.sandbox.bot_api.refusals import bad
from bot.sandbox.bot_api.schema import Params, Upload
from bot.sandbox.bot_api.wording import MAX_CAPTION, MAX_TEXT, compose, units
from bot.sandbox.bot_api.world import Stored, World

Json = dict[str, Any]
FOLDERS = {
    "photo": "photos",
    "document": "documents",
    "voice": "voice",
    "video": "videos",
    "audio": "music",
    "animation": "animations",
    "video_note": "video_notes",
    "sticker": "stickers",
}
SHAPES: dict[str, Json] = {
    "photo": {"width": 800, "height": 600},
    "document": {},
    "voice": {"duration": 3},
    "video": {"width": 640, "height": 360, "duration": 5},
    "audio": {"duration": 30},
    "animation": {"width": 320, "height": 240, "duration": 2},
    "video_note": {"length": 240, "duration": 5},
    "sticker": {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False},
}
LARGEST_PHOTO = 10 * 2**20
NAMED = frozenset({"document", "video", "audio", "animation"})
TYPED = NAMED | {"voice"}


def worded(text: str, parse_mode: str | None, entities: list[Json] | None) -> Json:
    """`text` and `entities` of a message."""
    plain, found = compose(text, parse_mode, entities)
    if not plain:
        raise bad("message text is empty")
    if units(plain) > MAX_TEXT:
        raise bad("message is too long")
    return {"text": plain, "entities": found} if found else {"text": plain}


def captioned(params: Params, most: int = MAX_CAPTION) -> Json:
    """`caption` and `caption_entities` of a message."""
    plain, found = compose(params.get("caption") or "", params.get("parse_mode"), params.get("caption_entities"))
    if units(plain) > most:
        raise bad("message caption is too long")
    body = {"caption": plain, "caption_entities": found} if found else {"caption": plain}
    return body if plain else {}


def filed(api: BotApi, kind: str, given: str | Upload) -> Json:
    """The file's part of a message: `{"photo": [...]}` and so on."""
    if kind not in FOLDERS:
        api.record.blame(api.record.calls[-1], "unsupported", f"the sandbox has no media of the kind {kind}")
        raise bad(f"the sandbox has no media of the kind {kind}")
    return file_json(kind, keep(api.world, kind, given) if isinstance(given, Upload) else known(api.world, given))


def keep(world: World, kind: str, upload: Upload) -> Stored:
    """Stores an upload."""
    size = len(upload.body)
    if not size:
        raise bad("file must be non-empty")
    if kind == "photo" and size > LARGEST_PHOTO:
        raise bad(f"file of size {size} bytes is too big for a photo; the maximum size is {LARGEST_PHOTO} bytes")
    return world.store(upload.body, upload.mime, f"{FOLDERS[kind]}/{upload.name}")


def known(world: World, file_id: str) -> Stored:
    """A file by its id; the sandbox fetches nothing from the outside."""
    stored = world.files.get(file_id)
    if stored is None:
        raise bad("wrong file identifier/HTTP URL specified")
    return stored


def file_json(kind: str, stored: Stored) -> Json:
    """The file as a message shows it."""
    body: Json = {
        "file_id": stored.id,
        "file_unique_id": f"u{stored.id}",
        "file_size": len(stored.body),
        **SHAPES[kind],
    }
    if kind in NAMED:
        body["file_name"] = stored.name
    if kind in TYPED:
        body["mime_type"] = stored.mime
    return {kind: [body] if kind == "photo" else body}
