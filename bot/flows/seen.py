"""Which answers have been read: most are the old one again, and reading costs most of a poll."""

import mmap

from bot.store.due import Claimed

PLACES = 1 << 21
"""More than the parcels that are made while one is under way; eight bytes each."""


class Seen:
    """What all accounts' parcels of a process stand at, on a ring: a parcel's place is its id, a further number's its
    own from the other end.

    Ids are given in turn, so what takes a parcel's place is two million parcels younger; if it has not ended by then,
    it is read once more. A place says whose it is and which answer in one number: to whom it is another's, or stands
    elsewhere by now, it tells a fingerprint that no answer has.
    """

    def __init__(self, places: int = PLACES) -> None:
        self._most = places
        # Memory is given by the page, as it is written to: few parcels take little. A list would take eight times that.
        self._ring = memoryview(mmap.mmap(-1, 8 * places, access=mmap.ACCESS_COPY)).cast("q")

    def remember(self, one: Claimed, whose: int, fingerprint: int, seal: int) -> None:
        """What was taken in of it has this seal and came out of the answer with this fingerprint."""
        self._ring[self._place(one)] = fingerprint ^ _bound(one, whose, seal)

    def fingerprint(self, one: Claimed, whose: int) -> int:
        """Of the answer that it stands at, if it was this process that took it in; else a number that none has."""
        return self._ring[self._place(one)] ^ _bound(one, whose, one.scan_digest)

    def _place(self, one: Claimed) -> int:
        return (one.id if one.leg_id is None else -one.leg_id) % self._most


def _bound(one: Claimed, whose: int, seal: int) -> int:
    return hash((one.id, one.leg_id, one.number, whose, seal))
