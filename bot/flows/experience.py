"""What was learnt, as whoever judges parcels knows it: read from the store, and again once it has changed."""

from datetime import datetime, timedelta

import structlog

from bot.domain import learning, loss, rhythm_learnt, tails
from bot.domain.cadence import BUILT_IN
from bot.domain.carriage import kind_of
from bot.domain.evidence import QUIET_END
from bot.domain.forecast import Forecast, forecast
from bot.domain.journey import STAGES, Journey, Step, journey_of
from bot.domain.learning import Model, WrongModel
from bot.domain.rhythm_learnt import Tally
from bot.domain.shipment import Shipment
from bot.domain.tails import Carriage, Tails
from bot.store import learnt

log = structlog.get_logger(__name__)

FORECAST, RHYTHM, TAILS = "forecast", "rhythm", "tails"
FRESH = timedelta(minutes=10)
"""How long what was read is taken to be the newest."""


class Experience:
    """The models in memory. `refresh` before a batch; empty, they speak from our own priors."""

    def __init__(self, model: Model | None = None) -> None:
        self.rhythms = BUILT_IN
        """How likely carriers have something new."""
        self._rhythms_as_of: datetime | None = None
        self._losses: dict[Carriage, loss.Experience] = {}
        self._losses_as_of: datetime | None = None
        self._model = model
        self._as_of: datetime | None = None
        self._looked_at: datetime | None = None

    async def refresh(self, now: datetime) -> None:
        """Read a model again if another one was saved since; seldom asks."""
        if self._looked_at is not None and timedelta() <= now - self._looked_at < FRESH:
            return
        self._looked_at = now
        as_of = await learnt.learnt_at(FORECAST)
        if as_of is not None and as_of != self._as_of:
            self._model, self._as_of = await model_or_empty(now), as_of
        as_of = await learnt.learnt_at(RHYTHM)
        if as_of is not None and as_of != self._rhythms_as_of:
            self.rhythms, self._rhythms_as_of = rhythm_learnt.learnt(await counted()), as_of
        as_of = await learnt.learnt_at(TAILS)
        if as_of is not None and as_of != self._losses_as_of:
            self._losses, self._losses_as_of = tails.experiences(await silences(now)), as_of

    def losses(self, shipment: Shipment) -> loss.Experience | None:
        """How long such parcels of its shop were silent and came back; None where none was seen."""
        return self._losses.get((shipment.merchant_id, shipment.slug, kind_of(shipment.slug, shipment.service)))

    def forecast(self, shipment: Shipment, now: datetime, home: str | None = None) -> Forecast | None:
        """What is expected of an open shipment; None where nothing was promised or nothing is left to expect.

        `home`: the country it is sent from, if known.
        """
        if shipment.promised_on is None or shipment.status in QUIET_END:
            return None
        if self._model is None:
            self._model = learning.empty(now)
        return forecast(self._model, present_journey(shipment, home), now)


async def model_or_empty(now: datetime) -> Model:
    """The stored model; one of another version is forgotten and learnt anew."""
    stored = await learnt.load(FORECAST)
    if stored is None:
        return learning.empty(now)
    try:
        return learning.from_bytes(stored[0])
    except WrongModel as error:
        log.warning("model_forgotten", reason=str(error))
        return learning.empty(now)


async def counted() -> Tally:
    """The scans counted so far; nothing where there are none yet, or of another version."""
    stored = await learnt.load(RHYTHM)
    return Tally() if stored is None else rhythm_learnt.from_bytes(stored[0])


async def silences(now: datetime) -> Tails:
    """The silences counted so far; nothing where there are none yet, or of another version."""
    stored = await learnt.load(TAILS)
    return Tails(now) if stored is None else tails.from_bytes(stored[0], now)


def present_journey(shipment: Shipment, home: str | None = None) -> Journey:
    """The journey as far as the shipment's own row tells it: the present run of its stage."""
    stage, since = STAGES.get(shipment.status), shipment.stage_at or shipment.created_at
    steps = () if stage is None else (Step(stage, since),)
    return journey_of(shipment, steps, min(shipment.created_at, since), home)
