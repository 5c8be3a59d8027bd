"""The table of carriers: what each wants, allows and proves."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from carriers.kit.contract import BasicLogin, Carrier, ClientCredentials, HeaderKey, Limits, Login, Pushing, Sandboxed
from carriers.kit.discovery import everyone
from carriers.kit.quality import Proof, Quality, proof_of, quality


class Row(Struct, frozen=True):
    """One carrier. `limits` in words, `fields` as a merchant types them, secrets masked."""

    slug: str
    name: str
    batch: int
    limits: str
    auth: str
    push: bool
    sandbox: bool
    quality: Quality
    proof: Proof
    fields: tuple[str, ...]


def catalogue() -> tuple[Row, ...]:
    """All carriers, by slug."""
    return tuple(_row(carrier) for carrier in everyone())


def markdown(rows: Iterable[Row]) -> str:
    """The table of the README."""
    head = ("carrier", "slug", "numbers a question", "documented limits", "auth", "push", "quality", "samples (real)")
    lines = [_cells(head), _cells(["---"] * len(head))]
    lines += [_cells(_shown(row)) for row in rows]
    return "\n".join(lines)


def _shown(row: Row) -> Sequence[str]:
    proven = f"{row.proof.samples} ({row.proof.real})"
    push = "yes" if row.push else ""
    return row.name, f"`{row.slug}`", str(row.batch), row.limits, row.auth, push, row.quality, proven


def _cells(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _row(carrier: Carrier) -> Row:
    proof = proof_of(carrier.slug)
    return Row(
        slug=carrier.slug,
        name=carrier.name,
        batch=carrier.batch_size,
        limits=_limits(carrier.limits),
        auth=_auth(carrier),
        push=isinstance(carrier, Pushing),
        sandbox=isinstance(carrier, Sandboxed),
        quality=quality(proof),
        proof=proof,
        fields=tuple(f"{field.name}={'***' if field.secret else '…'}" for field in carrier.fields),
    )


def _limits(limits: Limits) -> str:
    said = []
    if limits.per_second is not None:
        said.append(f"{limits.per_second:g}/s" if limits.per_second >= 1 else f"{limits.per_second * 3600:g}/h")
    if limits.per_day is not None:
        said.append(f"{limits.per_day}/day")
    return ", ".join(said)


def _auth(carrier: Carrier) -> str:
    match carrier.auth:
        case HeaderKey():
            return "key"
        case BasicLogin():
            return "password"
        case ClientCredentials():
            return "OAuth 2"
        case Login():
            return "login"
        case _:
            return "in the question" if any(field.secret for field in carrier.fields) else "none"
