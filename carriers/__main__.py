"""`python -m carriers`: list, detect, parse, track. The only module here that opens a connection."""

import argparse
import json
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from carriers.kit.contract import Carrier
from carriers.kit.conversation import parse
from carriers.kit.discovery import UnknownCarrier, find
from carriers.kit.errors import CarrierError, Unavailable
from carriers.kit.model import Request, Response, TrackingResult, written

USAGE = 2
NOTHING = 1
LARGEST = 5_000_000


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0: done, 1: no carrier fits or a number has no answer, 2: it cannot be done as asked."""
    given = _parser().parse_args(argv)
    try:
        code: int = given.run(given)
    except UnknownCarrier as unknown:
        _refuse(str(unknown))
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m carriers", description="Ask carriers, read answers.")
    verbs = parser.add_subparsers(required=True, metavar="list|detect|parse|track")
    verb = verbs.add_parser("list", help="the carriers: batch, limits, auth, push, quality, credentials")
    verb.add_argument("--json", action="store_true", help="one JSON list")
    verb.set_defaults(run=_list)
    verb = verbs.add_parser("detect", help="whose number is this (or tracking link)? likeliest first")
    verb.add_argument("--json", action="store_true", help="one JSON list, likeliest first")
    verb.add_argument("number")
    verb.set_defaults(run=_detect)
    verb = verbs.add_parser("parse", help="read stored answers: one JSON object a file")
    verb.add_argument("slug")
    verb.add_argument("--number", action="append", default=[], help="a number that was asked about")
    verb.add_argument("--http-status", type=int, default=200, help="the status the answers came with")
    verb.add_argument("file", nargs="+", type=Path)
    verb.set_defaults(run=_parse)
    verb = verbs.add_parser("track", help="ask the carrier now")
    verb.add_argument("slug")
    verb.add_argument("words", nargs="+", metavar="NUMBER|field=value", help="base_url= asks another server")
    verb.add_argument("--json", action="store_true", help="one JSON object also in a terminal")
    verb.set_defaults(run=_track)
    return parser


def _list(given: argparse.Namespace) -> int:
    import msgspec

    from carriers.kit.catalogue import catalogue

    rows = catalogue()
    if given.json:
        print(msgspec.json.encode(rows).decode())
        return 0
    print(f"{'slug':18} {'batch':>5}  {'limits':18} {'auth':15} {'push':4}  {'quality':8}  credentials")
    for row in rows:
        push = "push" if row.push else ""
        wanted = " ".join(row.fields)
        print(f"{row.slug:18} {row.batch:5}  {row.limits:18} {row.auth:15} {push:4}  {row.quality:8}  {wanted}")
    return 0


def _detect(given: argparse.Namespace) -> int:
    import msgspec

    from carriers.kit.numbers import detect, settled

    guesses = detect(given.number)
    if given.json:
        print(msgspec.json.encode(guesses).decode())
        return 0 if guesses else NOTHING
    for guess in guesses:
        aside = "" if guess.is_asked else " (nobody here asks this courier)"
        print(f"{guess.slug:18} {guess.certainty:.2f}  {guess.reason}{aside}")
    if settled(guesses) is None:
        print("no telling whose it is" if guesses else "nobody numbers parcels like this", file=sys.stderr)
    return 0 if guesses else NOTHING


def _parse(given: argparse.Namespace) -> int:
    carrier = find(given.slug)
    bodies = [_body(path) for path in given.file]
    for body in bodies:
        _show(*parse(carrier, body, given.http_status, {}, given.number))
    return 0


def _body(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        _refuse(f"cannot read {path}: {error.strerror or error}")


def _track(given: argparse.Namespace) -> int:
    carrier = find(given.slug)
    settings = dict(word.split("=", 1) for word in given.words if "=" in word)
    numbers = [word for word in given.words if "=" not in word]
    missing = [f"{one.name}=…" for one in carrier.fields if one.required and not settings.get(one.name)]
    if missing or not numbers:
        _refuse(f"{carrier.slug} needs {' '.join(missing if numbers else [*missing, 'NUMBER'])}")
    for one in carrier.fields:
        said = settings.get(one.name)
        if said and not one.secret and not re.fullmatch(one.pattern, said):
            _refuse(f"{one.name} cannot be {said!r}: {one.label}")
    answers = _ask(carrier, numbers, settings)
    results = [one for one in answers if isinstance(one, TrackingResult)]
    errors = [one for one in answers if isinstance(one, CarrierError)]
    if given.json or not sys.stdout.isatty():
        _show(results, errors)
    else:
        _tell(results, errors)
    return NOTHING if errors else 0


def _tell(results: Sequence[TrackingResult], errors: Sequence[CarrierError]) -> None:
    for one in results:
        expected = f", expected {written(one.eta)}" if one.eta and not one.status.is_final else ""
        print(f"{one.number}  {one.status}{expected}")
        for event in one.events:
            print(
                f"  {written(event.at) or '':25}  {event.status or '':20}  {event.description}  {event.place}".rstrip()
            )
    for error in errors:
        print(f"{error.number or ''}  {error.kind}: {error}", file=sys.stderr)


def _ask(
    carrier: Carrier, numbers: Sequence[str], settings: Mapping[str, str]
) -> Sequence[TrackingResult | CarrierError]:
    import asyncio

    from carriers.kit.drive import Session
    from carriers.kit.hosts import rebase

    base_url = settings.get("base_url")

    async def send(request: Request) -> Response:
        return _sent(rebase(request, base_url) if base_url else request)

    def now() -> datetime:
        return datetime.now(UTC)  # noqa: TID251 (a command of the operator, outside the service)

    try:
        return list(asyncio.run(Session(carrier, settings, send, now).track(numbers)).values())
    except CarrierError as error:
        return [error]
    except ValueError as error:
        _refuse(str(error))


def _sent(request: Request) -> Response:
    from http.client import HTTPConnection, HTTPException, HTTPSConnection
    from urllib.parse import urlencode, urlsplit

    url = urlsplit(request.url)
    kind = HTTPSConnection if url.scheme == "https" else HTTPConnection
    connection = kind(url.hostname or "", url.port, timeout=30)
    path = f"{url.path or '/'}?{urlencode(request.query)}" if request.query else url.path or "/"
    try:
        # No redirects are followed: credentials must not travel to another host.
        connection.request(request.method, path, request.body, dict(request.headers))
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Response(answer.status, answer.read(LARGEST), headers)
    except (OSError, HTTPException) as error:
        raise Unavailable(f"no answer from {url.netloc}: {type(error).__name__}") from error
    finally:
        connection.close()


def _show(results: Sequence[TrackingResult], errors: Sequence[CarrierError]) -> None:
    shown = {"results": [_result(one) for one in results], "errors": [_error(one) for one in errors]}
    print(json.dumps(shown, ensure_ascii=False))


def _result(one: TrackingResult) -> Mapping[str, Any]:
    return {
        "tracking_number": one.number,
        "status": one.status,
        "estimated_delivery": written(one.eta),
        "delivered_at": written(one.delivered_at),
        "signed_by": one.signed_by,
        "events": [
            {
                "time": written(event.at),
                "code": event.code,
                "description": event.description,
                "location": event.place,
                "status": event.status,
            }
            for event in one.events
        ],
    }


def _error(one: CarrierError) -> Mapping[str, Any]:
    return {"kind": one.kind, "tracking_number": one.number, "code": one.code, "message": str(one)}


def _refuse(words: str) -> NoReturn:
    print(words, file=sys.stderr)
    raise SystemExit(USAGE)


if __name__ == "__main__":
    sys.exit(main())
