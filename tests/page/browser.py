"""A real browser: Debian's Chromium, steered by playwright. Without one these tests say so, or fail where required."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

try:
    from playwright.async_api import BrowserContext, Page, async_playwright, expect
except ImportError:  # pragma: no cover
    if os.environ.get("BROWSER_REQUIRED"):
        raise
    pytest.skip("NO BROWSER TESTS: playwright is not installed", allow_module_level=True)

__all__ = ["BrowserContext", "Page", "browsing", "expect", "opened"]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
expect.set_options(timeout=20_000)


def executable() -> str:
    """Where it is; skips loudly, or fails where BROWSER_REQUIRED is set."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is not None:
        return found
    words = "NO BROWSER, so the page was not tested in one: apt-get install chromium"
    if os.environ.get("BROWSER_REQUIRED"):
        pytest.fail(words)
    pytest.skip(words)


@asynccontextmanager
async def browsing(width: int = 1440, height: int = 900) -> AsyncIterator[BrowserContext]:
    """A browser with a folder of its own, forgotten afterwards."""
    path = executable()
    with tempfile.TemporaryDirectory(prefix="herald-browser-", ignore_cleanup_errors=True) as folder:
        async with async_playwright() as playwright:
            context = await playwright.chromium.launch_persistent_context(
                folder, executable_path=path, args=list(FLAGS), viewport={"width": width, "height": height}
            )
            try:
                yield context
            finally:
                await context.close()


async def opened(context: BrowserContext, address: str) -> Page:
    """The page, once its first phone is held by somebody; an error in its scripts ends the test."""
    page = await context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"the page's script: {error}"))
    await page.goto(address)
    await expect(page.locator("#customer .caption")).to_contain_text("Sara")
    return page
