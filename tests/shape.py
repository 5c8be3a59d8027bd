"""How large modules and functions are and how much they branch, held in a file that may only tighten beyond the aims.

`python -m tests.shape` writes what is measured where it is less than what is held, and refuses where it is more.
"""

import ast
import json
import statistics
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HELD = ROOT / "tests" / "architecture" / "shape.json"
PACKAGES = ("bot", "carriers")

Shape = dict[str, dict[str, float]]
"""Figure by name, of each package."""

AIMS: dict[str, float] = {
    "lines a module, median": 90,
    "lines a module, p95": 250,
    "lines a module, most": 400,
    "lines a body, median": 7,
    "lines a body, p95": 25,
    "lines a body, most": 50,
    "complexity, median": 2,
    "complexity, p95": 5,
    "complexity, most": 8,
}
"""What the house aims at: a figure within its aim may move."""

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_BRANCHES = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.IfExp, ast.ExceptHandler, ast.comprehension, ast.match_case)


@cache
def measured() -> Shape:
    """The shape of the sources as they are: lines, of bodies without their docstrings, and branches by McCabe."""
    return {package: _shape(sorted((ROOT / package).rglob("*.py"))) for package in PACKAGES}


def _shape(files: list[Path]) -> dict[str, float]:
    texts = [file.read_text(encoding="utf-8") for file in files]
    functions = [node for text in texts for node in ast.walk(ast.parse(text)) if isinstance(node, _FUNCTIONS)]
    return {
        **_spread("lines a module", [len(text.splitlines()) for text in texts]),
        **_spread("lines a body", [_body(one) for one in functions]),
        **_spread("complexity", [_complexity(one) for one in functions]),
        "waivers": _waivers(text for file, text in zip(files, texts, strict=True) if "migrations" not in file.parts),
    }


def _waivers(texts: Iterable[str]) -> float:
    """Rules set aside in a thousand lines, but for what Tortoise writes."""
    listed = list(texts)
    waived = sum(text.count("# noqa") + text.count("# type: ignore") for text in listed)
    return round(1000 * waived / sum(len(text.splitlines()) for text in listed), 1)


def _spread(name: str, sizes: list[int]) -> dict[str, float]:
    ranked = sorted(sizes)
    return {
        f"{name}, median": statistics.median(ranked),
        f"{name}, p95": ranked[int(len(ranked) * 0.95)],
        f"{name}, most": ranked[-1],
    }


def _body(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or body[-1].lineno) - body[0].lineno + 1 if body else 0


def _complexity(function: ast.AST) -> int:
    return 1 + sum(_ways(node) for node in _inside(function))


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """What is within a function, not within the functions in it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (*_FUNCTIONS, ast.Lambda)):
            yield child
            yield from _inside(child)


def _ways(node: ast.AST) -> int:
    if isinstance(node, ast.BoolOp):
        return len(node.values) - 1
    return int(isinstance(node, _BRANCHES)) + (len(node.ifs) if isinstance(node, ast.comprehension) else 0)


def held(text: str | None = None) -> Shape:
    """What the file holds, or a text of its form."""
    shape: Shape = json.loads(HELD.read_text(encoding="utf-8") if text is None else text)
    return shape


def grown(before: Shape, after: Shape) -> list[str]:
    """The figures that are larger than they were and than is aimed at, in words; one that is gone counts as larger."""
    return [
        f"{package}: {name} is {after.get(package, {}).get(name, 'gone')}, held at {figure:g}"
        for package, figures in before.items()
        for name, figure in figures.items()
        if after.get(package, {}).get(name, float("inf")) > max(figure, AIMS.get(name, 0.0))
    ]


def main() -> int:
    """Tighten the file; 1 where something has grown, which is mended in the sources."""
    now = measured()
    if HELD.exists() and (worse := grown(held(), now)):
        print(*worse, sep="\n")
        return 1
    HELD.write_text(json.dumps(now, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
