"""The shop whose parcels are polled for a benchmark, and what was learnt before."""

from datetime import datetime, timedelta
from math import ceil, sqrt

from bot.domain import learning, rhythm_learnt
from bot.flows.experience import FORECAST, RHYTHM
from bot.jobs.poll import SIDE_BY_SIDE
from bot.store import bulk, core, learnt, sql
from bot.store.crypt import Vault
from bot.store.ms import to_day, to_ms
from tests.benchmarks import journeys
from tests.benchmarks.cadence import passages
from tests.benchmarks.parcel_lives import lives

ACCOUNTS = range(1, SIDE_BY_SIDE + 1)
SHIPMENTS = 4000
FIRST_NUMBER = 34043416109400000000
LEARNT_FROM = 20_000
LIVED = 300
_NUMBERS = [
    "id",
    "merchant_id",
    "order_id",
    "account_id",
    "next_poll_ms",
    "created_ms",
    "scan_digest",
    "priority",
    "open",
    "misses",
    "learnt",
]
_TEXTS = ["slug", "status", "zone", "promised_on", "number"]
_COLUMNS = dict.fromkeys(_NUMBERS, "bigint") | dict.fromkeys(_TEXTS, "text")

_WORDS = ("dhl_unified", "unknown", "Europe/Berlin")


async def teach(now: datetime, learnt_from: int = LEARNT_FROM) -> None:
    """Keep a model of arrivals and the carriers' rhythms, as the night's learning does."""
    model = learning.learn(learning.empty(now), journeys.ended(learnt_from, 1, now), (), now)
    await learnt.save(FORECAST, learning.to_bytes(model), now)
    counted = rhythm_learnt.tally(passages(lives(LIVED, seed=1)))
    await learnt.save(RHYTHM, rhythm_learnt.to_bytes(counted), now)


def _account_of(shipment: int, shipments: int) -> int:
    """Accounts differ in size, the largest has fifteen times the shipments of the smallest: no march in step."""
    return max(1, ceil(sqrt((shipment - 1) / shipments) * len(ACCOUNTS)))


async def seed(vault: Vault, now: datetime, shipments: int = SHIPMENTS) -> None:
    """One shop, its accounts, its open shipments, all due; one in ten is followed."""
    now_ms, promised_on = to_ms(now), to_day(now.date() + timedelta(days=2))
    secrets = vault.seal('{"api_key": "x"}')
    async with core.transaction():
        for table in ("shipment", "scan_event", "finding", "outbox", "follow", "account", "merchant", "customer"):
            await sql.run(f"DELETE FROM {table}")
        await sql.run(
            "INSERT INTO merchant (id, name, locale, zone, country, staffed, settings, created_ms)"
            " VALUES (1, 'Lavender', 'en', 'UTC', 'DE', '', '{}', 0)"
        )
        await sql.run(
            "INSERT INTO customer (id, merchant_id, user_id, name, topic_generation, created_ms)"
            " VALUES (1, 1, 5, '', 0, 0)"
        )
        for account in ACCOUNTS:
            await sql.run(
                "INSERT INTO account (id, merchant_id, slug, secrets, state, failures, retry_ms, outage_told, tat_ms,"
                " spent_on, spent, created_ms) VALUES (?, ?, 'dhl_unified', ?, 'active', 0, 0, ?, 0, '', 0, 0)",
                (account, account, secrets, False),
            )
        rows = [
            (
                one,
                1,
                one,
                _account_of(one, shipments),
                now_ms - 1,
                now_ms,
                0,
                0,
                1,
                0,
                0,
                *_WORDS,
                promised_on,
                str(FIRST_NUMBER + one - 1),
            )
            for one in range(1, shipments + 1)
        ]
        await bulk.insert("shipment", _COLUMNS, rows)
        follows = {name: "bigint" for name in ("shipment_id", "customer_id", "live_digest", "slips", "created_ms")}
        await bulk.insert("follow", follows, [(one, 1, 0, 0, 0) for one in range(1, shipments + 1, 10)])
