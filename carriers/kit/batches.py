"""A question about several numbers that one of them may spoil."""

from collections.abc import Callable, Sequence

from carriers.kit.contract import Answer, Conversation
from carriers.kit.conversation import WHOLE
from carriers.kit.errors import CarrierError, NotFound, Rejected
from carriers.kit.model import Request, Response

Ask = Callable[[Sequence[str]], Request]
Read = Callable[[Response, Sequence[str]], list[Answer]]


def together_or_alone(ask: Ask, read: Read, numbers: Sequence[str]) -> Conversation:
    """Ask about all at once; where that is refused as a whole, about each alone."""
    try:
        return read((yield ask(numbers)), numbers)
    except (NotFound, Rejected):
        if len(numbers) == 1:
            raise
    return (yield from _each_alone(ask, read, numbers))


def _each_alone(ask: Ask, read: Read, numbers: Sequence[str]) -> Conversation:
    found: list[Answer] = []
    for place, number in enumerate(numbers):
        try:
            found += read((yield ask([number])), [number])
        except WHOLE as error:
            return [*found, *(error.about(other) for other in numbers[place:])]
        except CarrierError as error:
            found.append(error.about(number))
    return found
