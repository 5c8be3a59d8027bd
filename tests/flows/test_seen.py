"""Which answers have been read, of all accounts of a process in so much memory and no more."""

from hypothesis import given
from hypothesis import strategies as st

from bot.flows.seen import Seen
from bot.store.due import Claimed

PLACES = 64
OURS, THEIRS = 11, 12
PARCEL = Claimed(7, "N7", 100)


def known(seen: Seen, ids: range) -> list[int]:
    """Those whose answer, numbered like them, is known as the one they stand at."""
    return [one for one in ids if seen.fingerprint(Claimed(one, f"N{one}", one), OURS) == one]


def test_an_answer_is_known_to_the_parcel_that_stands_at_it_and_to_no_other() -> None:
    seen = Seen(PLACES)
    seen.remember(PARCEL, OURS, -5, PARCEL.scan_digest)
    assert seen.fingerprint(PARCEL, OURS) == -5
    others = (
        (PARCEL._replace(scan_digest=0), OURS),
        (PARCEL._replace(number="N8"), OURS),
        (PARCEL._replace(id=PARCEL.id + PLACES), OURS),
        (PARCEL._replace(leg_id=-PARCEL.id), OURS),
        (PARCEL, THEIRS),
    )
    assert -5 not in [seen.fingerprint(one, whose) for one, whose in others]


def test_parcels_made_in_turn_take_only_the_place_of_the_oldest() -> None:
    seen, ids = Seen(PLACES), range(1, 3 * PLACES + 6)
    for one in ids:
        seen.remember(Claimed(one, f"N{one}", 0), OURS, one, one)
    assert known(seen, ids) == list(ids[-PLACES:])


def test_a_parcel_and_its_further_number_keep_apart() -> None:
    seen, leg = Seen(PLACES), PARCEL._replace(leg_id=PARCEL.id)
    seen.remember(PARCEL, OURS, 1, PARCEL.scan_digest)
    seen.remember(leg, OURS, 2, leg.scan_digest)
    assert (seen.fingerprint(PARCEL, OURS), seen.fingerprint(leg, OURS)) == (1, 2)


IDS = st.integers(1, 2**63 - 1)
FINGERPRINTS = st.integers(-(2**63), 2**63 - 1)


@given(st.lists(st.tuples(IDS, st.none() | IDS, FINGERPRINTS, IDS), max_size=20))
def test_whatever_is_known_was_remembered_of_the_same_parcel(
    turns: list[tuple[int, int | None, int, int]],
) -> None:
    seen, last = Seen(3), dict[Claimed, int]()
    for one, leg, fingerprint, seal in turns:
        claimed = Claimed(one, "N", seal, leg)
        seen.remember(claimed, OURS, fingerprint, seal)
        last[claimed] = fingerprint
        assert seen.fingerprint(claimed, OURS) == fingerprint
    for claimed, fingerprint in last.items():
        assert seen.fingerprint(claimed, OURS) in {fingerprint} or seen.fingerprint(claimed, OURS) not in last.values()
