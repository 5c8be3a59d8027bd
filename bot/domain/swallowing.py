"""Which finding makes another needless, and which explain that a day does not hold."""

from bot.domain.finding import FindingKind

_K = FindingKind
_WRONG = frozenset(FindingKind) - {_K.EARLIER, _K.PICKUP_ENDING}

SWALLOWED_BY: dict[FindingKind, frozenset[FindingKind]] = {
    _K.NOT_HANDED_OVER: frozenset({_K.FIRST_SCAN_LATE}),
    _K.FIRST_SCAN_LATE: frozenset(),
    _K.ADDRESS_PROBLEM: frozenset({_K.LOST, _K.UNPAID}),
    _K.AT_RISK: frozenset({_K.LATE, _K.LOST, _K.RETURNING}),
    _K.LATE: frozenset({_K.LOST, _K.RETURNING}),
    _K.STALLED: frozenset({_K.LOST, _K.RETURNING}),
    _K.FAILED_ATTEMPT: frozenset({_K.LOST, _K.RETURNING, _K.UNPAID}),
    _K.PICKUP_ENDING: frozenset(),
    _K.CUSTOMS_ACTION: frozenset({_K.LOST}),
    _K.DAMAGED: frozenset({_K.LOST, _K.RETURNING}),
    _K.UNPAID: frozenset({_K.LOST, _K.RETURNING}),
    _K.EARLIER: _WRONG,
    _K.RETURNING: frozenset({_K.LOST}),
    _K.LOST: frozenset(),
}


EXPLAINS_LATE = frozenset(
    {
        _K.STALLED,
        _K.FAILED_ATTEMPT,
        _K.NOT_HANDED_OVER,
        _K.FIRST_SCAN_LATE,
        _K.ADDRESS_PROBLEM,
        _K.CUSTOMS_ACTION,
        _K.DAMAGED,
        _K.UNPAID,
    }
)
