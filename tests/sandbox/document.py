"""Put what is computed into docs/sandbox.md (`python -m tests.sandbox.document`): the carriers' doors, the methods."""

from collections.abc import Iterator
from pathlib import Path

from bot.sandbox.bot_api.api import implemented
from bot.sandbox.bot_api.schema import description
from bot.sandbox.parcels.life import KINDS
from bot.sandbox.parcels.wire import Writer
from bot.sandbox.parcels.writers import beside, token_of, writers

DOCUMENT = Path(__file__).parents[2] / "docs" / "sandbox.md"
BEGIN, END = "<!-- made by python -m tests.sandbox.document -->\n", "<!-- /made -->"


def current(text: str) -> str:
    """The document as it must be now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    made = "".join([line + "\n" for line in _lines()])
    return f"{before}{BEGIN}{made}{END}{after}"


def _lines() -> Iterator[str]:
    yield "| slug | doors | numbers a question | not told | kinds it has no words for, or means otherwise |"
    yield "|---|---|---|---|---|"
    for slug, writer in sorted(writers().items()):
        yield f"| {slug} | {_doors(writer)} | {beside(writer, 'most', 1)} | {_unsaid(writer)} | {_kinds(writer)} |"
    there, every = sorted(implemented()), description()["methods"]
    yield ""
    yield "## The Bot API's methods"
    yield ""
    yield f"{len(there)} of {len(every)} ({description()['version']}); the others are answered with 400 and recorded:"
    yield ""
    yield " · ".join(f"`{name}`" for name in there)


def _doors(writer: Writer) -> str:
    token = token_of(writer)
    doors = [f"`{method} {path}`" for method, path in writer.routes]
    return ", ".join([*([f"`POST {token.path}`"] if token else []), *doors])


def _unsaid(writer: Writer) -> str:
    return ", ".join(sorted(beside(writer, "unsaid", frozenset())))


def _kinds(writer: Writer) -> str:
    otherwise = beside(writer, "otherwise", {})
    silent = [name for name in KINDS if name not in writer.codes]
    return ", ".join([*silent, *(f"{kind} → {status}" for kind, status in otherwise.items())])


if __name__ == "__main__":
    DOCUMENT.write_text(current(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
