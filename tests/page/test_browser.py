"""The page in a real browser."""

from pathlib import Path

from bot.sandbox.page.opening import ACCOUNTS, Opening
from bot.sandbox.page.stage import Stage, staged
from tests.page.browser import browsing, expect, opened
from tests.page.conftest import House, served

MARKUP = "<b>bold?</b> <img src=x onerror=alert(1)> \u202eabc"
NO_SCROLL = "document.documentElement.scrollWidth <= innerWidth"


async def test_three_phones_stand_side_by_side_and_each_reads_its_own_way(stage: Stage, address: str) -> None:
    async with browsing() as context:
        page = await opened(context, address)
        boxes = [await page.locator(f"#{name} .phone").bounding_box() for name in ("customer", "desk", "merchant")]
        assert all(box is not None and box["width"] > 300 and box["height"] > 400 for box in boxes)
        assert len({box["y"] for box in boxes if box}) == 1
        await expect(page.locator("#customer .phone")).to_have_attribute("dir", "rtl")
        await expect(page.locator("#merchant .phone")).to_have_attribute("dir", "ltr")
        await page.locator("[data-language=en]").click()
        await expect(page.locator("#customer .phone")).to_have_attribute("dir", "ltr")
        await page.locator("[data-language=fa]").click()
        await expect(page.locator("#customer .phone")).to_have_attribute("dir", "rtl")
        await expect(page.locator("#customer textarea")).to_have_attribute("placeholder", "پیام")


async def test_markup_is_words_and_ten_kilobytes_are_three_bubbles(stage: Stage, address: str) -> None:
    async with browsing() as context:
        page = await opened(context, address)
        field, bubbles = page.locator("#customer textarea"), page.locator("#customer .bubble")
        await field.fill(MARKUP)
        await field.press("Enter")
        await expect(bubbles.last).to_contain_text("<b>bold?</b> <img src=x onerror=alert(1)>")
        assert await page.locator("#customer .log b, #customer .log img").count() == 0
        await field.fill("word " * 2048)
        await field.press("Enter")
        await expect(bubbles).to_have_count(5)
        await expect(field).to_have_value("")
        await field.fill("\u200f \u200e")
        await field.press("Enter")
        await expect(bubbles).to_have_count(5)


async def test_what_stands_at_the_desk_when_the_page_opens_is_read_and_what_comes_later_is_not(
    stage: Stage, address: str
) -> None:
    assert stage.agent is not None
    assert stage.desk is not None
    topic = await stage.telegram.opens_topic(stage.agent, stage.desk, "Sara 1001")
    await stage.telegram.in_group(stage.agent, stage.desk, "before", topic)
    async with browsing() as context:
        page = await opened(context, address)
        await page.locator("#desk .bar").click()
        line = page.locator("#desk .topics button", has_text="Sara 1001")
        await expect(line).to_contain_text("before")
        await expect(line.locator(".count")).to_have_count(0)
        await stage.telegram.in_group(stage.agent, stage.desk, "after", topic)
        await expect(line.locator(".count")).to_have_text("1")
        assert await page.locator("#customer .quick button").count() == 3


async def test_at_360_pixels_one_phone_is_shown_and_nothing_scrolls_sideways(stage: Stage, address: str) -> None:
    async with browsing(360, 740) as context:
        page = await opened(context, address)
        assert await page.evaluate(NO_SCROLL)
        await page.get_by_role("tab", name="Merchant").click()
        await expect(page.locator("#merchant .phone")).to_be_visible()
        await expect(page.locator("#customer .phone")).to_be_hidden()
        await page.get_by_role("tab", name="Merchant").press("ArrowLeft")
        await expect(page.locator("#desk .phone")).to_be_visible()
        assert await page.evaluate(NO_SCROLL)


async def test_two_pages_show_the_same_and_a_cut_line_goes_on_without_doubling(stage: Stage, house: House) -> None:
    assert stage.customer is not None
    runner, address = await served(house)
    async with browsing() as context:
        one, other = await opened(context, address), await opened(context, address)
        await stage.telegram.says(stage.customer, "before")
        for page in (one, other):
            await expect(page.locator("#customer .bubble")).to_have_count(2)
        await runner.cleanup()
        await expect(one.locator("body")).to_have_class("cut")
        await stage.telegram.says(stage.customer, "while the line was cut")
        runner, _ = await served(house, int(address.rpartition(":")[2]))
        for page in (one, other):
            await expect(page.locator("#customer .bubble")).to_have_count(3)
            await expect(page.locator("#customer .bubble").last).to_contain_text("while the line was cut")
    await runner.cleanup()


async def test_what_is_typed_reaches_the_desk_and_the_reply_arrives_once_though_the_service_is_killed(
    tmp_path: Path,
) -> None:
    async with staged(tmp_path) as stage, browsing() as context:
        stage.parcels = stage.parcels[:2]
        await stage.start_service()
        await Opening(stage, ACCOUNTS[:2]).play()
        house = House(stage)
        runner, address = await served(house)
        page = await opened(context, address)
        await page.locator("#desk .bar").click()  # whoever touches the agents' phone leads it himself
        await page.locator("#arm").click()
        await expect(page.locator("#arm")).to_have_attribute("aria-pressed", "true")
        await page.locator("#customer textarea").fill("أريد التحدث مع شخص. <b>رجاءً</b>")
        await page.locator("#customer textarea").press("Enter")
        await page.locator("#desk .topics button", has_text="Sara").click()
        await expect(page.locator("#desk .bubble").last).to_contain_text("<b>رجاءً</b>")
        await expect(page.locator("#arm")).to_have_attribute("aria-pressed", "true")
        assert stage.kills == 0  # the machine's own answer is none of an agent's
        await page.locator("#desk textarea").fill("أتابع طلبك بنفسي.")
        await page.locator("#desk textarea").press("Enter")
        reply = page.locator("#customer .bubble", has_text="أتابع طلبك بنفسي.")
        await expect(reply).to_have_count(1)
        await expect(page.locator("#service")).to_have_text("is gone")
        await page.locator("#desk textarea").fill("هل تسمعني؟")
        await page.locator("#desk textarea").press("Enter")
        await expect(page.locator("#service")).to_have_text("runs")
        await expect(page.locator("#customer .bubble", has_text="هل تسمعني؟")).to_have_count(1)
        await expect(reply).to_have_count(1)
        assert stage.kills == 1
        assert stage.telegram.violations() == []
        await runner.cleanup()
