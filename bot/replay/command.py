"""From a file of past orders to what would have been warned of, and how right that would have been."""

import gzip
import zlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from msgspec import Struct
from rich.console import Console

from bot.domain.hindsight import Lived, Score, first_warnings, lived, score
from bot.domain.hours import day_there, moment
from bot.domain.odds import Preset
from bot.domain.policy import Policy
from bot.domain.rehearsal import Rehearsal, Warned, live, presets, rehearsed
from bot.domain.trial import OWN
from bot.flows import odds_rules
from bot.flows.history import History, MissingColumns, read_history
from bot.flows.rule_table import RULES
from bot.flows.table import NotATable
from bot.flows.times import read_time
from bot.replay import report
from bot.replay.progress import progress
from bot.settings import SettingsError

_GZIP = b"\x1f\x8b"
_NO_TABLE = {
    "empty": "there is nothing in it; it must be a table of orders, one a row, with a line of heads",
    "encoding": "this is no text; save it as CSV",
    "cells": "this is no table; save it as CSV, one order a row",
}


class Wish(Struct, frozen=True):
    """What was asked for. `policy` None: all presets side by side; `since`: orders before it are only learnt from.

    `odds`: thresholds of one's own, tried beside them.
    """

    file: Path
    policy: Preset | None = None
    tick: timedelta = timedelta(hours=6)
    country: str | None = None
    out: Path | None = None
    since: date | None = None
    show: int = 10
    odds: Mapping[str, float] = MappingProxyType({})


def wish_of(
    file: Path,
    policy: str | None,
    tick: float,
    country: str | None,
    out: Path | None,
    since: str | None,
    show: int,
    rules: Sequence[str] = (),
) -> Wish:
    """The wish as typed. Raises SettingsError, which says what is wrong with which option."""
    known = [preset.value for preset in Preset]
    if policy is not None and policy.lower() not in known:
        raise SettingsError(f"--policy: there are {', '.join(known)}")
    if not 0.25 <= tick <= 168:
        raise SettingsError("--tick: hours between two looks, from 0.25 to 168")
    if country is not None and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise SettingsError("--country: two letters, as DE or SA")
    said = read_time(since) if since is not None else None
    if since is not None and said is None:
        raise SettingsError("--test-from: a day, as 2026-01-31")
    return Wish(
        file=file,
        policy=Preset(policy.lower()) if policy is not None else None,
        tick=timedelta(hours=tick),
        country=country.upper() if country is not None else None,
        out=out,
        since=said.on if said is not None else None,
        show=show,
        odds=dict(map(_threshold, rules)),
    )


def _threshold(said: str) -> tuple[str, float]:
    """One as `/rules` takes it: `very_sure=95`."""
    name, _, value = said.partition("=")
    rule = RULES.get(name.strip().lower()) if name.strip().lower() in odds_rules.SINGLE else None
    read = rule.read(value.strip()) if rule is not None else None
    if rule is None or not isinstance(read, int | float):
        raise SettingsError(f"--rule: {', '.join(odds_rules.SINGLE)}, as very_sure=95 (percent) or near=36 (hours)")
    return rule.path[-1], read


def replay_file(wish: Wish, now: datetime) -> int:
    """Replay it and print what came of it; 0. Raises SettingsError where the file cannot be used."""
    history = _history(wish, now)
    lives = _judged(history, wish)
    if wish.out is not None:
        _check_out(wish.out, wish.file)
    warned = _rehearse(history, lives, wish)
    scores = {name: _score(lives, warned, name) for name in _policies(wish, history)}
    told = report.Replayed(wish.file.name, history, lives, scores, warned, wish.tick, wish.since)
    report.tell(told, wish.show)
    if wish.out is not None:
        report.write(told, wish.out)
    return 0


def _policies(wish: Wish, history: History) -> dict[str, Policy]:
    chosen = presets(history.home)
    if wish.policy is not None:
        chosen = {wish.policy.value: chosen[wish.policy.value]}
    if wish.odds:
        preset = wish.policy or Preset.BALANCED
        chosen[OWN] = rehearsed({odds_rules.SETTING: {**wish.odds, "preset": preset.value}}, history.home)
    return chosen


def _history(wish: Wish, now: datetime) -> History:
    try:
        history = read_history(_content(wish.file), now, wish.country)
    except NotATable as error:
        raise SettingsError(f"{wish.file.name}: {_NO_TABLE[str(error)]}") from error
    except MissingColumns as error:
        raise SettingsError(f"{wish.file.name}: no column {error}; see herald replay --help") from error
    if not history.past:
        first = report.wrong_line(history.wrong[0])
        raise SettingsError(f"{wish.file.name}: none of its {len(history.wrong)} rows can be used; the first: {first}")
    return history


def _content(file: Path) -> bytes:
    try:
        content = file.read_bytes()
        return gzip.decompress(content) if content.startswith(_GZIP) else content
    except IsADirectoryError:
        raise SettingsError(f"{file}: this is a folder; name a file") from None
    except FileNotFoundError:
        raise SettingsError(f"{file}: there is no such file") from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise SettingsError(f"{file.name}: this is no whole gzip file") from error
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read ({error.strerror})") from error


def _check_out(out: Path, file: Path) -> None:
    """That it can be written, before a minute is spent; and that the orders themselves are not written over."""
    if out.exists() and out.samefile(file):
        raise SettingsError("--out: this is the file with the orders; name another")
    try:
        with out.open("a"):
            pass
    except OSError as error:
        raise SettingsError(f"--out: {out} cannot be written ({error.strerror})") from error


def _judged(history: History, wish: Wish) -> Mapping[int, Lived]:
    """The orders that are judged, by number."""
    lives = {past.shipment.id: lived(past, history.as_of) for past in history.past}
    known = {id_: life for id_, life in lives.items() if life is not None}
    if wish.since is None:
        return known
    start = moment(wish.since, 0, history.zone)
    since = {id_: life for id_, life in known.items() if life.ordered_at >= start}
    if not since:
        raise SettingsError(f"--test-from: no order was purchased on or after {wish.since.isoformat()}")
    return since


def _rehearse(history: History, lives: Mapping[int, Lived], wish: Wish) -> list[Warned]:
    first = min(life.ordered_at for life in lives.values())
    start = moment(day_there(first, history.zone), 0, history.zone)
    rehearsal = Rehearsal(_policies(wish, history), history.home)
    warned: list[Warned] = []
    with progress(Console(stderr=True), start, history.as_of, ZoneInfo(history.zone)) as reached:
        for tick in live(rehearsal, history.past, start, history.as_of, wish.tick):
            warned += (one for one in tick.warned if one.id in lives)
            reached(tick.at)
    return warned


def _score(lives: Mapping[int, Lived], warned: list[Warned], policy: str) -> Score:
    return score(lives, first_warnings((one.id, one.at) for one in warned if one.policy == policy))
