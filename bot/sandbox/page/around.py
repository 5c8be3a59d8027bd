"""What the page shows around the phones: the clock, the service, the figures, the parcels, the carriers' words."""

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.sandbox.page import strip
from bot.sandbox.page.director import Director
from bot.sandbox.page.journeys import ZONE
from bot.sandbox.page.stage import ENDED, Stage
from bot.sandbox.parcels.life import Life, Standing
from carriers.kit.model import Status

Json = dict[str, Any]
NAMES = {"dhl_unified": "DHL", "ups": "UPS", "17track": "17TRACK"}
FIGURES_EVERY = 0.7
NEWS = 12


class Around:
    """Listens to a stage; `shown` is what a page is told."""

    def __init__(self, stage: Stage, director: Director) -> None:
        self.stage = stage
        self.director = director
        self.figures: Mapping[str, float] = {}
        self._orders = {one.number: one.order for one in stage.parcels}
        self._told: dict[str, int] = {}
        self._news: deque[Json] = deque(maxlen=NEWS)
        stage.carriers.doors.listeners.append(self._hears)

    async def run(self) -> None:
        """Reads the service's figures without end; while it is down the last ones stand."""
        async with aiohttp.ClientSession() as http:
            while True:
                read = await strip.figures(http, self.stage.service.port)
                if read is not None and read != self.figures:
                    self.figures = read
                    self.stage.changed()
                await asyncio.sleep(FIGURES_EVERY)

    def _hears(self, slug: str, standing: Standing) -> None:
        """What a carrier answered the service just now: scans that it had not told before."""
        number = standing.life.number
        fresh = len(standing.scans) - self._told.get(number, 0)
        self._told[number] = len(standing.scans)
        for scan in reversed(standing.scans[: max(fresh, 0)]):
            at = scan.at.astimezone(ZONE)
            order = self._orders.get(number, number)
            said = {"at": f"{at:%a %H:%M}", "carrier": NAMES[slug], "order": order, "words": scan.words}
            self._news.append({**said, "place": scan.place})

    def shown(self) -> Json:
        """Everything around the phones, the clock left out."""
        stage = self.stage
        return {
            "service": stage.service_is,
            "kills": stage.kills,
            "armed": stage.armed,
            "chapter": stage.chapter,
            "chosen": self.director.chosen,
            "typing": self.director.typing,
            "slowed": self.director.slowed,
            "down": sorted(stage.down),
            "hubs": {place: place in stage.held for place in stage.hubs},
            "figures": dict(self.figures),
            "parcels": [self._parcel(number, order) for number, order in self._orders.items()],
            "news": list(self._news),
            "language": stage.customer.language_code if stage.customer else None,
            "over": self.director.over,
        }

    def clock(self) -> Json:
        """The time there and its speed, for a page that goes on counting by itself."""
        now, clock = self.stage.clock.now(), self.stage.clock
        offset = now.astimezone(ZONE).utcoffset()
        return {"at": now.timestamp() + (offset.total_seconds() if offset else 0), "speed": clock.speed}

    def _parcel(self, number: str, order: str) -> Json:
        life = self.stage.carriers.doors.lives.get(number)
        if life is None:
            return {"order": order, "status": "unknown", "place": ""}
        newest = life.known(self.stage.clock.now()).newest
        status = newest.kind.status if newest else Status.UNKNOWN
        return {
            "order": order,
            "status": status.value,
            "place": newest.place if newest else "",
            "late": self._is_late(life, status),
            "kept": any(number in held for held in self.stage.held.values()),
        }

    def _is_late(self, life: Life, status: Status) -> bool:
        promised = life.eta
        there = self.stage.clock.now().astimezone(ZONE).date()
        return promised is not None and status not in ENDED and there > promised
