"""What is told of a row of the outbox on its way out: in the trace of whatever caused it."""

from datetime import datetime

from bot import tracing
from bot.domain.outgoing import Leaving
from bot.flows.calls import Call, Fate
from bot.flows.tally import outcome_of
from bot.tracing import Span


def preparing(row: Leaving, now: datetime) -> Span:
    """From the lease to the words; `waited`: seconds of its clock since it was put."""
    return tracing.span(
        "outbox.prepare",
        within=row.trace,
        row=row.id,
        act=row.act,
        priority=row.priority.name.lower(),
        attempt=row.attempts,
        waited=(now - row.created_at).total_seconds(),
    )


def sending(row: Leaving, call: Call) -> Span:
    """The call to Telegram, and writing down what came of it; `step`: a topic or a card may come before the act."""
    return tracing.span("outbox.send", within=row.trace, row=row.id, act=row.act, step=call.step, attempt=row.attempts)


def calling(call: Call) -> Span:
    """The call alone."""
    return tracing.span("telegram.call", method=call.method)


def became(span: Span, of: Call | Fate) -> None:
    """What came of it."""
    if span.is_kept:
        span.note(outcome=outcome_of(of))
        if reason := getattr(of, "reason", ""):
            span.note(reason=reason)
