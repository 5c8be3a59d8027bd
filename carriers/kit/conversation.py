"""A conversation with a carrier without I/O: the net round its reading, answers put to their numbers."""

from collections.abc import Mapping, Sequence

from carriers.kit.contract import Answer, Carrier, Conversation, Pushing
from carriers.kit.errors import AuthFailed, CarrierError, RateLimited, Rejected, Unavailable, Unreadable
from carriers.kit.model import Request, Response, TrackingResult

Answers = dict[str, TrackingResult | CarrierError]
WHOLE = (AuthFailed, RateLimited, Unavailable)
"""Errors that concern the account or the carrier, never one number of a question alone."""
LARGEST = 8_388_608
"""Bytes of an answer; the largest real one is far below."""
MOST_EVENTS = 2_000
"""Scans of one parcel; real ones have a few dozen."""


def open_with(talk: Conversation) -> Request | list[Answer]:
    """The first request, or the answers at once."""
    return _step(talk, None)


def go_on(talk: Conversation, response: Response) -> Request | list[Answer]:
    """Hand the carrier its answer: the next request, or what it has read in the end."""
    return _step(talk, response)


def parse(
    carrier: Carrier, body: bytes, status: int, headers: Mapping[str, str], numbers: Sequence[str]
) -> tuple[list[TrackingResult], list[CarrierError]]:
    """What the carrier's own reading makes of one answer; never raises."""
    response = Response(status, body, {name.lower(): value for name, value in headers.items()})
    found = _read(carrier, response, numbers)
    results = [one for one in found if isinstance(one, TrackingResult)]
    return results, [one for one in found if isinstance(one, CarrierError)]


def hear(carrier: Pushing, headers: Mapping[str, str], body: bytes, account: Mapping[str, str]) -> list[Answer]:
    """What the carrier's own reading makes of a push. Raises CarrierError where all of it is of no use."""
    try:
        answers = carrier.receive({name.lower(): value for name, value in headers.items()}, body, account)
        return [_few_events(one, body) for one in answers]
    except CarrierError:
        raise
    except Exception as error:  # the same net as in a conversation
        raise _unreadable(error, body) from error


def settle(numbers: Sequence[str], found: Sequence[Answer]) -> Answers:
    """Exactly one entry for each number asked; a number nobody speaks of is Unreadable, not silence."""
    if len(numbers) == 1 == len(found) and found[0].number == numbers[0]:
        return {numbers[0]: found[0]}
    said: dict[str, Answer] = {}
    for one in found:
        key = one.number or ""
        said[key] = newer(said[key], one) if key in said else one
    alone = found[0] if len(numbers) == 1 and found else None
    return {number: said.get(number) or _likely(number, said) or _sole(number, alone) for number in numbers}


def newer(one: Answer, other: Answer) -> Answer:
    """Of two answers about one number the one whose scans are newer: carriers use numbers again."""
    if isinstance(other, CarrierError) or isinstance(one, CarrierError):
        return one if isinstance(other, CarrierError) else other
    return other if _newest_at(other) > _newest_at(one) else one


def _newest_at(result: TrackingResult) -> str:
    return max((event.at.isoformat() for event in result.events if event.at is not None), default="")


def spread(numbers: Sequence[str], error: CarrierError) -> Answers:
    """The error as the answer for each number; a refusal of many numbers at once accuses none of them."""
    if isinstance(error, Rejected) and len(numbers) > 1 and error.number is None:
        refusal: CarrierError = Unreadable("the carrier refuses the question as a whole", code=error.code)
        refusal.__cause__ = error
        error = refusal
    return {number: error.about(number) for number in numbers}


def _step(talk: Conversation, response: Response | None) -> Request | list[Answer]:
    # Only the carrier's pure reading runs under this net, never `send`: what it trips over is the payload.
    body = response.body if response else b""
    try:
        return next(talk) if response is None else talk.send(_bounded(response))
    except StopIteration as stop:
        found: list[Answer] = stop.value
        return [_few_events(one, body) for one in found]
    except CarrierError:
        raise
    except Exception as error:
        raise _unreadable(error, body) from error


def _read(carrier: Carrier, response: Response, numbers: Sequence[str]) -> list[Answer]:
    try:
        return [_few_events(one, response.body) for one in carrier.read(_bounded(response), numbers)]
    except CarrierError as error:
        return [error]
    except Exception as error:  # the same net as in a conversation
        unreadable = _unreadable(error, response.body)
        unreadable.__cause__ = error
        return [unreadable]


def _bounded(response: Response) -> Response:
    if len(response.body) > LARGEST:
        raise Unreadable(f"the answer is longer than {LARGEST} bytes", payload=response.body)
    return response


def _few_events(answer: Answer, body: bytes) -> Answer:
    if isinstance(answer, CarrierError) or len(answer.events) <= MOST_EVENTS:
        return answer
    return Unreadable(f"more than {MOST_EVENTS} scans of one parcel", number=answer.number, payload=body)


def _unreadable(error: Exception, payload: bytes) -> Unreadable:
    return Unreadable(f"the carrier's answer cannot be read ({type(error).__name__})", payload=payload)


def _likely(number: str, said: Mapping[str, Answer]) -> Answer | None:
    # Carriers return numbers as they store them: other case, other spacing, leading zeros lost.
    plain = _plain(number)
    return next((one for known, one in said.items() if known and _plain(known) == plain), None)


def _plain(number: str) -> str:
    return "".join(letter for letter in number if letter.isalnum()).lstrip("0").upper()


def _sole(number: str, alone: Answer | None) -> Answer:
    if isinstance(alone, CarrierError):
        return alone.about(number)
    return alone or Unreadable("the answer does not mention this number", number=number)
