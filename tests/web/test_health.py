"""The two questions an operator's machine asks."""

import aiohttp

from bot.web.health import Health, Server, application


async def answers(checks: dict[str, str | None], path: str) -> tuple[int, object]:
    def check(reason: str | None):  # type: ignore[no-untyped-def]
        async def ask() -> str | None:
            return reason

        return ask

    server = Server(application(Health({name: check(reason) for name, reason in checks.items()})), "127.0.0.1", 0)
    await server.start()
    try:
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{server.port}{path}") as got:
            return got.status, await got.json()
    finally:
        await server.stop()


async def test_a_process_that_turns_is_alive_even_when_a_part_is_broken() -> None:
    assert await answers({"database": "cannot be reached"}, "/healthz") == (200, {"ok": True})


async def test_a_process_is_ready_when_every_part_works() -> None:
    status, told = await answers({"database": None, "telegram": None}, "/readyz")

    assert (status, told) == (200, {"ok": True, "parts": {"database": "ok", "telegram": "ok"}})


async def test_a_broken_part_is_named_with_its_reason() -> None:
    status, told = await answers({"database": None, "telegram": "no answer for 90 s"}, "/readyz")

    assert status == 503
    assert told == {"ok": False, "parts": {"database": "ok", "telegram": "no answer for 90 s"}}
