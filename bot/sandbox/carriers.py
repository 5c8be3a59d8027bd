"""The carriers on loopback, each in its own wire format, answering from parcels' simulated lives.

    async with CarriersSandbox(clock=clock) as carriers:     # carriers.override -> the value of CARRIER_URLS
        await carriers.lives("00340434161094015902", eta="2026-11-26", steps=[
            {"after": 0, "kind": "label"},
            {"after": 7200, "kind": "picked_up", "place": "Dubai, AE"},
            {"after": 90000, "eta": "2026-11-28"},           # only the ETA moves
        ])
        await carriers.scan("00340434161094015902", "arrived", "Riyadh, SA")      # now
        await carriers.moves_eta("00340434161094015902", "2026-11-30")
        await carriers.breaks("dhl_unified", "html")         # see parcels.wire.Break; `mends()` ends it

Kinds of scans: parcels.life.KINDS. `after`: seconds or a timedelta since the birth, all by one clock. The same parcel
can be asked in every format. Any key is accepted that does not begin with `wrong` (of two parts: the first), unless
`keys` says which. The same names answer over HTTP: POST /_sandbox/parcels/NAME with a JSON object.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import aiohttp
import msgspec
import orjson
from aiohttp import web

from bot.clock import Clock, RunningClock
from bot.sandbox.control import Control
from bot.sandbox.parcels import dhl_unified, ups
from bot.sandbox.parcels.breaking import Breaking
from bot.sandbox.parcels.life import KINDS, Day, Life, Step
from bot.sandbox.parcels.server import Asked, Doors
from bot.sandbox.parcels.static import StaticServer
from bot.sandbox.parcels.wire import Break, Push
from bot.sandbox.parcels.writers import beside, writers
from carriers.kit.model import Pickup

__all__ = ["CarriersSandbox", "Life", "Step"]
Given = Step | Mapping[str, Any]


class CarriersSandbox:
    """See the module."""

    def __init__(self, *, clock: Clock | None = None, keys: Mapping[str, str] | None = None) -> None:
        self.clock = clock or RunningClock()
        self.doors = Doors(self.clock, keys)
        self.url = ""
        self._runner: web.AppRunner | None = None

    def application(self) -> web.Application:
        """The routes, to be served beside others."""
        app = web.Application()
        app.add_routes(self.doors.routes())
        app.add_routes(Control("parcels", self).routes())
        return app

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Serves; the address, with a free port where none is given."""
        self._runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        bound: tuple[str, int] = self._runner.addresses[0]
        self.url = f"http://{host}:{bound[1]}"
        return self.url

    async def stop(self) -> None:
        """Stops serving; the parcels stay."""
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> "CarriersSandbox":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def override(self) -> str:
        """The value of CARRIER_URLS that leads here."""
        return " ".join(f"{slug}={self.url}" for slug in writers())

    # Parcels

    async def lives(
        self,
        number: str,
        steps: Sequence[Given] = (),
        *,
        born_at: datetime | str | None = None,
        eta: Day | str | None = None,
        origin: str = "Dubai, AE",
        destination: str = "Riyadh, SA",
        zone: str = "Asia/Riyadh",
        service: str = "",
    ) -> Life:
        """A parcel's life from `born_at` (default now) on; a known number gets a new one."""
        born = datetime.fromisoformat(born_at) if isinstance(born_at, str) else born_at
        life = Life(number, born or self.clock.now(), (), origin, destination, zone, service, _day(eta))
        for given in steps:
            life = life.then(_step(given))
        self.doors.lives[number] = life
        return life

    async def scan(
        self,
        number: str,
        kind: str,
        place: str = "",
        *,
        words: str = "",
        eta: Day | str | None = None,
        pickup: Mapping[str, str] | Pickup | None = None,
        ago: float = 0,
    ) -> Life:
        """A scan now, or so many seconds `ago` (an older one that comes late)."""
        found = msgspec.convert(pickup, Pickup) if isinstance(pickup, Mapping) else pickup
        after = self._age(number) - timedelta(seconds=ago)
        return self._add(number, _known(Step(after, kind, place, words, _day(eta), pickup=found)))

    async def moves_eta(self, number: str, eta: Day | str | None) -> Life:
        """The ETA changes without a scan; None: there is none any more."""
        return self._add(number, Step(self._age(number), eta=_day(eta), eta_gone=eta is None))

    async def pushes(self, slug: str, number: str, url: str, secret: str = "") -> int:
        """The carrier sends what it knows to this address, proved with the secret; the HTTP status it got."""
        send = beside(writers()[slug], "push", None)
        if send is None:
            raise LookupError(f"{slug} sends nothing by itself")
        push: Push = send(self.doors.lives[number].known(self.clock.now(), writers()[slug].codes.keys()), secret)
        headers = {"Content-Type": "application/json", **push.headers}
        async with aiohttp.ClientSession() as http, http.post(url, data=push.body, headers=headers) as answer:
            return answer.status

    async def forgets(self, number: str) -> None:
        """No carrier knows this parcel any more."""
        self.doors.lives.pop(number, None)

    def _age(self, number: str) -> timedelta:
        return self.clock.now() - self.doors.lives[number].born_at

    def _add(self, number: str, step: Step) -> Life:
        self.doors.lives[number] = self.doors.lives[number].then(step)
        return self.doors.lives[number]

    # Faults and looking

    async def breaks(
        self, slug: str, how: str, *, number: str | None = None, times: int | None = None, seconds: float = 60
    ) -> None:
        """The carrier fails from now on, or so many times; slug `ups-token`: only UPS' token endpoint, and so on."""
        self.doors.broken.scripts.append(Breaking(slug, Break(how), number, times, seconds))

    async def mends(self, slug: str | None = None) -> None:
        """The carrier (all) works again."""
        scripts = self.doors.broken.scripts
        scripts[:] = [one for one in scripts if slug not in (None, one.slug)]

    async def expires_tokens(self) -> None:
        """No carrier's tokens are good any more."""
        self.doors.tokens.clear()

    def asked(self, slug: str | None = None, number: str | None = None) -> list[Asked]:
        """The questions so far."""
        return [
            one for one in self.doors.asked if slug in (None, one.slug) and (number is None or number in one.numbers)
        ]

    # Prebuilt answers

    def frozen(self, slug: str) -> StaticServer:
        """A server of the bodies of all parcels as they stand now (dhl_unified, ups): for benchmarks."""
        build = {"dhl_unified": dhl_unified.shipments, "ups": ups.shipment}[slug]
        now = self.clock.now()
        bodies = {number: orjson.dumps(build(life.known(now))) for number, life in self.doors.lives.items()}
        return StaticServer(bodies)


def _day(given: Day | str | None) -> Day | None:
    if not isinstance(given, str):
        return given
    return date.fromisoformat(given) if len(given) == 10 else datetime.fromisoformat(given)


def _step(given: Given) -> Step:
    if isinstance(given, Step):
        return _known(given)
    fields = dict(given)
    after = fields.pop("after", 0)
    fields["after"] = after if isinstance(after, timedelta) else timedelta(seconds=float(after))
    fields["eta"] = _day(fields.get("eta"))
    if isinstance(fields.get("pickup"), Mapping):
        fields["pickup"] = msgspec.convert(fields["pickup"], Pickup)
    return _known(Step(**fields))


def _known(step: Step) -> Step:
    if step.kind is not None and step.kind not in KINDS:
        raise ValueError(f"no kind {step.kind!r}, there are: {', '.join(KINDS)}")
    return step
