"""What a process that polls remembers of answers, of a million parcels and twenty accounts, in memory.

Beside it what a dict by number takes. Each in a process of its own, by its resident memory before and after; every
answer must be known again. `python -m tests.benchmarks.remembering`.
"""

import gc
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import psutil  # type: ignore[import-untyped]

from bot.flows.seen import PLACES, Seen
from bot.store.due import Claimed
from tests.benchmarks.machine import Row, machine, show

PARCELS = 1_000_000
ACCOUNTS = 20


def parcels(many: int, first: int = 1) -> Iterator[tuple[Claimed, int, int]]:
    """Each with whose it is and its answer's fingerprint."""
    for one in range(first, first + many):
        claimed = Claimed(one, f"{10**19 + one}", hash((one, "seal")))
        yield claimed, one % ACCOUNTS, hash((200, b"%d" % one))


def ring(many: int = PARCELS) -> None:
    """As the service remembers."""
    seen = Seen()
    for one, whose, fingerprint in parcels(many):
        seen.remember(one, whose, fingerprint, one.scan_digest)
    last = parcels(min(many, PLACES), max(1, many - PLACES + 1))
    assert all(seen.fingerprint(one, whose) == fingerprint for one, whose, fingerprint in last)
    _held.append(seen)


def full() -> None:
    """After five times as many parcels as there are places."""
    ring(5 * PLACES)


def plain() -> None:
    """As one would write it down at first: for each account a dict by number."""
    seen: list[dict[str, tuple[int, int]]] = [{} for _ in range(ACCOUNTS)]
    for one, whose, fingerprint in parcels(PARCELS):
        seen[whose][one.number] = fingerprint, one.scan_digest
    _held.append(seen)


_held: list[object] = []


def taken(remember: Callable[[], None]) -> float:
    """Megabytes that stay."""
    gc.collect()
    before = psutil.Process().memory_info().rss
    remember()
    gc.collect()
    return float(psutil.Process().memory_info().rss - before) / 2**20


def measure() -> list[Row]:
    """The figures."""
    found = []
    for remember in (ring, full, plain):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
            found.append(apart.submit(taken, remember).result())
    million, most, by_number = found
    return [
        Row("answers of a million parcels, twenty accounts", million, "MB", most=12.0, detail="in one poll worker"),
        Row("answers of ten million parcels", most, "MB", most=20.0, detail=f"the last {PLACES:,} are known"),
        Row("answers of a million parcels, dicts by number", by_number, "MB", detail="for comparison"),
    ]


def main() -> None:
    """Print the table."""
    show(f"Remembering answers · {machine()}", measure())


if __name__ == "__main__":
    main()
