"""The `herald` command: the only place that reads argv."""

import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from bot.settings import CannotRun, Settings, SettingsError, read_settings
from bot.tenants import Tenant, tenants

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
keys_app = typer.Typer(no_args_is_help=True, help="The keys that seal secrets.")
app.add_typer(keys_app, name="keys")

PARTS = ("listen", "poll", "dispatch", "web", "learn")

Bot = Annotated[Path | None, typer.Option("--bot", help="The settings file of one bot of several", metavar="FILE")]
Bots = Annotated[
    list[Path] | None,
    typer.Option("--bot", help="A bot's settings file, or a folder of them (*.env); repeat it", metavar="FILE"),
]


def _settings(bot: Path | None = None) -> Settings:
    from bot.logs import configure_logs

    settings = _of_bot(bot) if bot else read_settings()
    configure_logs(settings.log_level, settings.log_format)
    return settings


def _of_bot(file: Path) -> Settings:
    if file.is_dir():
        raise typer.BadParameter("--bot: here the settings file of one bot is needed, not a folder")
    try:
        return tenants([file])[0].read()
    except SettingsError as error:
        raise SettingsError(f"{file}: {error}") from None


def _of_process() -> None:
    """With several bots, what concerns the process stands in its environment."""
    from bot.logs import configure_logs

    common = read_settings(_env_file=None)
    configure_logs(common.log_level, common.log_format)


def _run(work: Coroutine[Any, Any, int]) -> NoReturn:
    """Run one command's work; its number is the exit code."""
    raise typer.Exit(_done(work))


def _done(work: Coroutine[Any, Any, int]) -> int:
    """What a command's work gives, run on uvloop."""
    import uvloop

    return uvloop.run(work)


def _run_each(bots: list[Path], work: Callable[[Tenant], Coroutine[Any, Any, int]], code: int = 0) -> NoReturn:
    """One after the other, each under its name; what is wrong with one is told and keeps nothing from the next."""
    from bot.operator import tell

    _of_process()
    for one in tenants(bots):
        tell(f"— {one.name} ({one.file})")
        try:
            code = max(code, _done(work(one)))
        except (SettingsError, CannotRun) as error:
            tell(f"✗ {error}")
            code = max(code, 1)
    raise typer.Exit(code)


def _parts(only: str | None) -> tuple[str, ...]:
    wanted = tuple(part.strip() for part in only.split(",")) if only else PARTS
    unknown = [part for part in wanted if part not in PARTS]
    if unknown:
        raise typer.BadParameter(f"unknown part {', '.join(unknown)}; known are {', '.join(PARTS)}")
    return wanted


@app.command()
def run(
    only: Annotated[str | None, typer.Option(help="Parts to run, of: " + ",".join(PARTS))] = None,
    bot: Bots = None,
) -> None:
    """Run the service until it is told to stop (SIGTERM or Ctrl-C)."""
    parts = _parts(only)
    if bot:
        from bot.service.several import serve_several

        _of_process()
        _run(serve_several(tenants(bot), parts))
    from bot.service import serve

    _run(serve(_settings(), parts))


@app.command()
def migrate(bot: Bots = None) -> None:
    """Bring the database to this version; safe to repeat."""
    from bot.operator import migrate_database

    if bot:
        _run_each(bot, lambda one: migrate_database(one.read()))
    _run(migrate_database(_settings()))


@app.command()
def check(bot: Bots = None) -> None:
    """Try settings, database, token, group rights and carriers; one line each, exit 1 when one fails."""
    from bot.operator import check_all, check_apart_told

    if bot:
        _run_each(bot, lambda one: check_all(one.read), check_apart_told(tenants(bot), PARTS))
    _run(check_all(read_settings))


@app.command()
def invite(
    shop: Annotated[str, typer.Option(help="The shop's name, as its customers know it")], bot: Bot = None
) -> None:
    """Print a one-time link; whoever opens it owns that shop."""
    from bot.operator import invite_owner

    _run(invite_owner(_settings(bot), shop))


@app.command()
def adopt(bot: Bot = None) -> None:
    """Hand the database over to another bot: the one of BOT_TOKEN; run it with the service stopped."""
    from bot.operator import adopt as hand_over

    _run(hand_over(_settings(bot)))


@keys_app.command("rotate")
def rotate(bot: Bot = None) -> None:
    """Seal every stored secret with the first key (SQLite: a fresh one); run it with the service stopped."""
    from bot.operator import rotate_keys

    _run(rotate_keys(_settings(bot)))


@keys_app.command("forget")
def forget(bot: Bot = None) -> None:
    """Where keys are lost for good: go on with those of SECRET_KEYS, and say which carriers must be added again."""
    from bot.operator import forget_keys

    _run(forget_keys(_settings(bot)))


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(help="CSV of past orders, gzip too", metavar="FILE")],
    policy: Annotated[str | None, typer.Option(help="balanced, early or careful; without it, all side by side")] = None,
    tick: Annotated[float, typer.Option(help="Hours between two looks at every open parcel")] = 6.0,
    country: Annotated[str | None, typer.Option(help="Two letters: its holidays, and its wall clock")] = None,
    out: Annotated[Path | None, typer.Option(help="Write every warning to this CSV file")] = None,
    test_from: Annotated[str | None, typer.Option(help="Judge orders from this day on, learn from all before")] = None,
    show: Annotated[int, typer.Option(help="How many warnings to print")] = 10,
    rule: Annotated[
        list[str] | None, typer.Option(help="A threshold of your own, as /rules takes it; repeat it")
    ] = None,
) -> None:
    """Try early warning on past orders: what would have been warned of, when, and how right that was.

    FILE has the columns order_id, purchased_at, delivered_at, promised_at, and if known handed_over_at, carrier,
    service, origin, destination, country, status. No database and no token is needed, nothing is sent.
    """
    from bot.clock import RunningClock
    from bot.replay.command import replay_file, wish_of

    wish = wish_of(file, policy, tick, country, out, test_from, show, rule or ())
    raise typer.Exit(replay_file(wish, RunningClock().now()))


@app.command()
def status(
    once: Annotated[bool, typer.Option("--once", help="Show it once, not until Ctrl-C")] = False,
    bot: Bot = None,
) -> None:
    """Show accounts, how far behind they are, their budgets, the queue and the workers, live."""
    from rich.console import Console

    from bot.status import show

    with suppress(KeyboardInterrupt):
        _run(show(_settings(bot), Console(highlight=False), once=once))


@app.command()
def copy(
    to: Annotated[str, typer.Option(help="postgres://user:password@host/database, empty", metavar="URL")],
    bot: Bot = None,
) -> None:
    """Move a SQLite shop to PostgreSQL, with the service stopped; run it again and it goes on where it was.

    The tables there are made first. Counts and checksums of both sides are compared at the end.
    """
    from rich.console import Console

    from bot.moving.command import copy_shop
    from bot.operator import migrate_database

    settings = _settings(bot)
    there = settings.model_copy(update={"database_url": to})
    raise typer.Exit(copy_shop(settings, to, Console(), lambda: _done(migrate_database(there))))


@app.command()
def sandbox(
    host: Annotated[str, typer.Option(help="Where to listen; keep it on loopback: whoever reaches it may do all")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(help="The Bot API's port; 0 picks a free one")] = 0,
    carriers_port: Annotated[
        int | None, typer.Option(help="The carriers' port; left out: the one after --port, or a free one")
    ] = None,
    token: Annotated[str | None, typer.Option(help="The bot's token, a number, a colon and letters")] = None,
    username: Annotated[str | None, typer.Option(help="The bot's name, without @")] = None,
    clock: Annotated[str, typer.Option(help="2026-01-05T08:00:00Z*60: its time at the start, and how fast")] = "",
    limits: Annotated[
        bool, typer.Option("--limits", help="Answer 429 to calls over Telegram's limits, not only record them")
    ] = False,
) -> None:
    """Serve a Bot API server and the carriers' servers on loopback, to try any bot without an account.

    It prints the addresses, a token, and how to point a bot at them (herald, aiogram, python-telegram-bot, any
    other). People, groups, parcels, faults, the record of calls and the clock are driven over HTTP: docs/sandbox.md.
    Ctrl-C stops it; nothing is kept.
    """
    from bot.sandbox.serve import serve_sandbox
    from bot.sandbox.telegram import TOKEN, USERNAME

    named = {"token": token or TOKEN, "username": username or USERNAME}
    _run(serve_sandbox(host, port, carriers_port, clock=clock, limits=limits, **named))


@app.command()
def demo(
    terminal: Annotated[bool, typer.Option("--terminal", help="Tell it in the terminal instead")] = False,
    port: Annotated[int, typer.Option(help="Of the page; 0 picks a free one")] = 0,
    no_open: Annotated[bool, typer.Option("--no-open", help="Only print the address")] = False,
) -> None:
    """Play a story on a page with three phones: the real service against the sandbox, on a fast clock."""
    if terminal:
        from bot.sandbox.story import tell

        _run(tell())
    from bot.sandbox.page.theatre import show

    _run(show(port, browser=not no_open))


def main() -> None:
    """Entry point: what is wrong or in the way is told in one line, without a traceback."""
    try:
        app()
    except SettingsError as error:
        _end(error, 2)
    except CannotRun as error:
        _end(error, 1)


def _end(error: Exception, code: int) -> NoReturn:
    print(f"herald: {error}", file=sys.stderr)
    raise SystemExit(code) from None


if __name__ == "__main__":
    main()
