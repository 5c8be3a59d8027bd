"""Put what is computed into the README: the table of carriers (`python -m tests.readme`)."""

from pathlib import Path

from carriers.kit.catalogue import catalogue, markdown

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- carriers: made by python -m tests.readme -->\n", "<!-- /carriers -->"


def current(text: str) -> str:
    """The README with the table as it must be now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{markdown(catalogue())}\n{END}{after}"


if __name__ == "__main__":
    README.write_text(current(README.read_text(encoding="utf-8")), encoding="utf-8")
