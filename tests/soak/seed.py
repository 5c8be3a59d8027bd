"""A million open parcels in a minute or two: the models go through our own ingest, all others are made after them.

So status, scans, findings and the time of the next question are the product's own, whatever it makes of a life; a copy
differs by its number, its seal, and somewhat in its turn.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from operator import itemgetter
from typing import NamedTuple

from asyncpg import connect  # type: ignore[import-untyped]
from msgspec import msgpack
from msgspec.structs import replace

from bot.domain.tracking import digest
from bot.flows.experience import Experience
from bot.flows.ingest import Polled, Rules, ingest_batch
from bot.store import bulk, core, sql
from bot.store.crypt import Vault
from bot.store.ms import to_day, to_ms
from carriers.kit.discovery import find
from carriers.kit.model import TrackingResult
from tests.benchmarks.polled_shop import LEARNT_FROM, teach
from tests.soak.cast import MARK, Account, Cast, number_of
from tests.soak.turns import asked_at, read

BATCH = 50
APART = 0.2
"""By so much of the time between two questions parcels of one model are spread."""
DAY = timedelta(days=1)
FOLLOWED = 20
"""One parcel in so many has a follower."""
CUSTOMERS = 400
FIRST_USER = 9_000_000
Step = Callable[[str], None]
_WHOLE = {name: "bigint" for name in ("id", "merchant_id", "order_id", "account_id", "next_poll_ms", "created_ms",
                                      "scan_digest", "priority", "open", "misses", "learnt")}  # fmt: skip
_TEXT = dict.fromkeys(("slug", "status", "zone", "country", "promised_on", "number"), "text")
_CUSTOMER = dict.fromkeys(("id", "merchant_id", "user_id", "created_ms", "topic_generation"), "bigint") | {
    "name": "text", "locale": "text"
}  # fmt: skip
_SAME = """
    merchant_id, account_id, slug, status, status_ms, status_code, reason, delay, scan_ms, scan_place, stage_ms, learnt,
    origin, destination, eta_on, eta_from_on, eta_window, promised_on, delivered_ms, pickup, next_attempt_on, zone,
    country, service, priority, open, known_ms, misses, created_ms
"""
_COPIED = f"""
INSERT INTO shipment (id, order_id, number, scan_digest, next_poll_ms, polled_ms, {_SAME})
SELECT p.id, p.id, lpad(p.id::text, 12, '0'), p.seal, m.next_poll_ms + turn.later, m.polled_ms + turn.later, {_SAME}
FROM place p JOIN shipment m ON m.id = p.model CROSS JOIN LATERAL (
    SELECT ((p.apart + CASE WHEN p.waits THEN 0
        WHEN m.next_poll_ms + p.apart * (m.next_poll_ms - m.polled_ms) < $1 THEN 1
        WHEN m.polled_ms + p.apart * (m.next_poll_ms - m.polled_ms) > $1 THEN -1
        ELSE 0 END) * (m.next_poll_ms - m.polled_ms))::bigint AS later
) turn ORDER BY p.id
"""
"""Whose turn would be over has been asked for, and whose last one would be still to come has not."""
_SCANS = """
INSERT INTO scan_event (shipment_id, key, at_ms, at_text, code, description, place, status, reason, seen_ms)
SELECT p.id, e.key, e.at_ms, e.at_text, e.code, e.description, e.place, e.status, e.reason, e.seen_ms
FROM place p JOIN scan_event e ON e.shipment_id = p.model ORDER BY p.id, e.id
"""
_FOUND = "merchant_id, kind, occurrence, severity, evidence, baseline, raised_ms, closed_ms, outcome"
_FINDINGS = f"""
INSERT INTO finding (shipment_id, {_FOUND}) SELECT p.id, {_FOUND} FROM place p JOIN finding f ON f.shipment_id = p.model
"""
_FOLLOWS = f"""
INSERT INTO follow (shipment_id, customer_id, live_message_id, live_digest, slips, created_ms)
SELECT p.id, (m.merchant_id - 1) * {CUSTOMERS} + p.id % {CUSTOMERS} + 1, ($1::bigint[])[p.id % {CUSTOMERS} + 1], 0, 0,
    m.created_ms
FROM place p JOIN shipment m ON m.id = p.model WHERE p.id * 104729 % 10009 % {FOLLOWED} = 0
"""
_ORDERS = """
INSERT INTO shop_order (id, merchant_id, number, name, phone, locale, created_ms)
SELECT s.id, s.merchant_id, s.id::text, 'Guest ' || s.id, '+4930' || s.id, 'en', s.created_ms FROM shipment s ORDER BY 1
"""


class Customer(NamedTuple):
    """Who he is at Telegram, and the message there that is edited as his parcels move."""

    id: int
    message_id: int


_SETTLED = ("shipment", "scan_event", "finding", "follow", "shop_order")


async def seed(url: str, cast: Cast, vault: Vault, users: Sequence[Customer], step: Step) -> None:
    """All rows, as they are at the beginning; `users` are the customers, the same at each shop."""
    await core.connect(url)
    try:
        step("models, through our own ingest")
        await _shops(cast, vault, users)
        await teach(cast.began_at, min(cast.count, LEARNT_FROM))
        results = await _models(cast)
    finally:
        await core.close()
    connection = await connect(url.replace("postgres://", "postgresql://", 1))
    try:
        step("places")
        await connection.execute(
            "CREATE TEMP TABLE place (id bigint, model bigint, seal bigint, apart float8, waits bool)"
        )
        await connection.copy_records_to_table("place", records=_places(cast, results))
        for name, statement, given in (
            ("parcels", _COPIED, (to_ms(cast.began_at),)), ("scan events", _SCANS, ()), ("findings", _FINDINGS, ()),
            ("followers", _FOLLOWS, ([one.message_id for one in users],)), ("orders", _ORDERS, ()),
        ):  # fmt: skip
            step(name)
            await connection.execute(statement, *given, timeout=900)
        step("as autovacuum leaves it")
        for table in _SETTLED:
            await connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
            await connection.execute(f"VACUUM (ANALYZE) {table}", timeout=900)
    finally:
        await connection.close()


async def _shops(cast: Cast, vault: Vault, users: Sequence[Customer]) -> None:
    now = to_ms(cast.began_at)
    for place, account in enumerate(cast.accounts, 1):
        await sql.run(
            "INSERT INTO merchant (id, name, locale, zone, country, staffed, settings, created_ms)"
            " VALUES (?, ?, 'en', 'Europe/Berlin', 'DE', '', '{}', ?)",
            (place, f"Shop of {account.slug}", now),
        )
        await sql.run(
            "INSERT INTO account (id, merchant_id, slug, secrets, state, failures, retry_ms, outage_told, tat_ms,"
            " spent_on, spent, created_ms) VALUES (?, ?, ?, ?, 'active', 0, 0, FALSE, 0, ?, ?, ?)",
            (
                place,
                place,
                account.slug,
                vault.seal(account.credentials),
                *_spent(account, cast.began_at),
                now,
            ),
        )
        known = [
            ((place - 1) * len(users) + one, place, user.id, now, 0, "", "en") for one, user in enumerate(users, 1)
        ]
        await bulk.insert("customer", _CUSTOMER, known)


def _spent(account: Account, now: datetime) -> tuple[str, int]:
    """What has been asked today, and how often: what there was, where it is too little."""
    midnight = now.replace(hour=0, minute=0)
    allowed = find(account.slug).limits.per_day or 0
    return to_day(now.date()) or "", int(allowed * ((now - midnight) / DAY)) if account.is_short else 0


async def _models(cast: Cast) -> dict[int, TrackingResult]:
    """Each model is added, and asked for once when its turn was; what its carrier said."""
    asked = sorted((at, model) for model, at in (await asked_at(cast)).items())
    await bulk.insert(
        "shipment",
        _WHOLE | _TEXT,
        [_row(cast, model) for _, model in sorted(asked, key=itemgetter(1))],
    )
    rules = Rules(quiet="off", experience=Experience())
    results: dict[int, TrackingResult] = {}
    for first in range(0, len(asked), BATCH):
        some = asked[first : first + BATCH]
        now = some[-1][0]
        said = {model: read(cast, model, now) for _, model in some}
        await ingest_batch([Polled(*one) for one in said.items()], now, rules)
        results |= said
    turns = [(to_ms(at), to_ms(at), model) for at, model in asked]  # a batch was asked for at one time
    await sql.run_many(
        "UPDATE shipment SET next_poll_ms = next_poll_ms - polled_ms + ?, polled_ms = ? WHERE id = ?",
        turns,
    )
    return results


def _row(cast: Cast, model: int) -> tuple[object, ...]:
    life, now = cast.life_of(model), to_ms(cast.began_at)
    place = (model - 1) // cast.variety + 1
    numbers = (model, place, model, place, now, to_ms(life.created_at), 0, 0, 1, 0, 0)
    where = life.trade.zone, life.trade.country
    return (
        *numbers,
        cast.account_of(model).slug,
        "unknown",
        *where,
        to_day(life.promised_on),
        number_of(model),
    )


def _places(cast: Cast, results: Mapping[int, TrackingResult]) -> Iterator[tuple[int, int, int, float, bool]]:
    """Of each copy its number, its model, its seal, how far from the model's turn it is, and whether turns wait."""
    encode = msgpack.Encoder(decimal_format="string").encode
    models = {one: encode(replace(said, number=MARK)) for one, said in results.items()}
    checked = cast.models + 1
    for parcel in range(cast.models + 1, cast.count + 1):
        model = cast.model_of(parcel)
        text = models[model].replace(MARK.encode(), b"%012d" % parcel)
        seal = int.from_bytes(blake2b(text, digest_size=8).digest(), "big") & (1 << 63) - 1
        if parcel == checked:  # our own way of making seals is the product's
            assert seal == digest(replace(results[model], number=number_of(parcel)))
        yield (
            parcel,
            model,
            seal,
            APART * (parcel * 7919 % 10007 / 10007 - 0.5),
            cast.account_of(model).is_short,
        )
