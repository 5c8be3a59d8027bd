"""What the carriers send by themselves: written by the sandbox, proved, read by the adapter."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.sandbox.carriers import CarriersSandbox
from bot.sandbox.parcels.writers import beside, writers
from carriers.kit.contract import Answer, Pushing
from carriers.kit.discovery import everyone, find
from carriers.kit.errors import AuthFailed
from carriers.kit.model import Status, TrackingResult

NUMBER, SECRET = "20260000001", "s3cret"
PUSHING = sorted(slug for slug, writer in writers().items() if beside(writer, "push", None))


class Hook:
    """Where pushes arrive; reads them with the carrier's own adapter."""

    def __init__(self) -> None:
        self.slug = ""
        self.got: list[Answer] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        account = {"api_key": SECRET, "webhook_secret": SECRET}
        carrier = find(self.slug)
        assert isinstance(carrier, Pushing)
        try:
            self.got += carrier.receive(headers, await request.read(), account)
        except AuthFailed:
            return web.Response(status=401)
        return web.Response()


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook, app = Hook(), web.Application()
    app.router.add_post("/hook", hook.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    await runner.cleanup()


def test_every_carrier_that_pushes_does_so_here() -> None:
    assert [one.slug for one in everyone() if isinstance(one, Pushing)] == PUSHING


@pytest.mark.parametrize("slug", PUSHING)
async def test_a_push_is_read_as_what_happened(carriers: CarriersSandbox, hook: Hook, slug: str) -> None:
    steps = [
        {"after": 0, "kind": "arrived", "place": "Riyadh, SA"},
        {"after": 60, "kind": "out", "place": "Riyadh, SA"},
    ]
    life = await carriers.lives(NUMBER, steps, born_at="2026-11-24T08:00:00+00:00")
    hook.slug = slug
    assert await carriers.pushes(slug, NUMBER, hook.url, SECRET) == 200
    (result,) = hook.got
    assert isinstance(result, TrackingResult)
    assert (result.number, result.status) == (NUMBER, Status.OUT_FOR_DELIVERY)
    newest = life.known(carriers.clock.now()).scans[0].at
    assert result.events[0].at in (newest, newest.replace(tzinfo=None))


@pytest.mark.parametrize("slug", [slug for slug in PUSHING if slug != "cdek"])
async def test_a_push_with_another_secret_is_refused(carriers: CarriersSandbox, hook: Hook, slug: str) -> None:
    await carriers.lives(NUMBER, [{"after": 0, "kind": "arrived", "place": "Riyadh, SA"}])
    hook.slug = slug
    assert await carriers.pushes(slug, NUMBER, hook.url, "another") == 401


async def test_a_carrier_that_never_pushes_says_so(carriers: CarriersSandbox, hook: Hook) -> None:
    with pytest.raises(LookupError, match="gls sends nothing by itself"):
        await carriers.pushes("gls", NUMBER, hook.url)
