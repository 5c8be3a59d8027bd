"""Which reactions go over: a bot may set one of Telegram's standard emoji, and one only."""

from collections.abc import Mapping, Sequence

_LISTED = (
    "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤\u200d🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓"
    " 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨\u200d💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾"
    " 🤷\u200d♂ 🤷 🤷\u200d♀ 😡"
)
STANDARD = frozenset(_LISTED.split())
"""ReactionTypeEmoji of the Bot API."""
_LONG_FORM = "\ufe0f"
"""Some apps write the variation selector behind a sign, some do not."""


def shown(emoji: Sequence[str]) -> str:
    """The first of somebody's reactions that a bot may set; empty where there is none."""
    bare = (one.replace(_LONG_FORM, "") for one in emoji)
    return next((one for one in bare if one in STANDARD), "")


def after(known: Mapping[str, str], who: str, emoji: str) -> dict[str, str]:
    """Who shows what, the latest last; an empty one takes his away."""
    others = {name: one for name, one in known.items() if name != who}
    return others | ({who: emoji} if emoji else {})


def latest(known: Mapping[str, str]) -> str:
    """The one that a bot shows for them all."""
    return list(known.values())[-1] if known else ""
