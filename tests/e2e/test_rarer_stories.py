"""Two rarer stories with `herald run` as a process, on UPS's own wire: a parcel to be collected, and one at customs."""

import re
from pathlib import Path
from typing import Any

import orjson

from bot.sandbox.parcels.static import StaticServer
from tests.e2e.stage import Stage
from tests.e2e.test_main_job import PATIENCE, Story, no_interruption

NUMBER = "1Z81WV380316886897"
Json = dict[str, Any]


def scanned(day: str, hour: str, kind: str, code: str, digits: str, **address: str) -> Json:
    """One activity, in UTC."""
    place = {"city": "Riyadh", "countryCode": "SA", "country": "SA"} | address
    return {
        "location": {"address": place},
        "status": {"type": kind, "description": f"scan {kind}{code}{digits}", "code": code, "statusCode": digits},
        "date": day,
        "time": hour,
        "gmtDate": day,
        "gmtOffset": "+00:00",
        "gmtTime": f"{hour[:2]}:{hour[2:4]}:{hour[4:]}",
    }


def told(*activities: Json, **more: Any) -> bytes:
    """The parcel as UPS tells it, newest first."""
    destination = {"type": "DESTINATION", "address": {"city": "Riyadh", "countryCode": "SA", "country": "SA"}}
    package = {"trackingNumber": NUMBER, "activity": list(activities), "packageAddress": [destination], **more}
    return orjson.dumps({"trackResponse": {"shipment": [{"inquiryNumber": NUMBER, "package": [package]}]}})


MOVES = scanned("20261124", "030000", "I", "AR", "005")


class RareStory(Story):
    """The shop asks UPS, and the customer follows one parcel of it."""

    def __init__(self, stage: Stage, ups: StaticServer) -> None:
        super().__init__(stage, no_interruption)
        self.ups = ups

    async def carrier(self) -> None:
        owner = self.people["owner"]
        await self.telegram.says(owner, "/carrier add ups client_id=abc client_secret=def")
        await self.telegram.expects(owner, "UPS", within=PATIENCE)

    async def parcel(self) -> None:
        self.ups.change(NUMBER, told(MOVES))
        owner = self.people["owner"]
        await self.telegram.says(owner, f"/shipment add {NUMBER} order=1001 promised=2026-12-09 name=Layla lang=ar")
        link = await self.telegram.expects(owner, "start=f", within=PATIENCE)
        found = re.search(r"start=(f[\w-]+)", link.text)
        assert found is not None
        self.people["token"] = found[1]

    async def begin(self) -> None:
        """All until the customer sees his parcel move."""
        self.stage.change(CARRIER_URLS=f"ups={self.ups.url}", QUIET_HOURS="off")
        await self.stage.start()
        for step in (self.invite, self.carrier, self.desk, self.parcel, self.follow):
            await step()
        await self.telegram.wait_for(
            lambda: (live := self.live()) is not None and "Riyadh" in live.text, within=PATIENCE
        )

    def heard(self, words: str) -> int:
        """How many messages of the customer's say so."""
        return sum(words in one.text for one in self.telegram.messages(self.people["customer"]))


async def test_a_parcel_is_ready_reminded_of_once_and_over_with_a_person(tmp_path: Path) -> None:
    async with StaticServer({}) as ups, Stage(tmp_path) as stage:
        story = RareStory(stage, ups)
        await story.begin()
        waits = scanned("20261124", "063000", "I", "", "161", addressLine1="Olaya 12")
        ups.change(NUMBER, told(waits, MOVES, accessPointInformation={"pickupByDate": "20261201"}))
        customer = story.people["customer"]
        ready = await stage.telegram.expects(customer, "جاهز للاستلام حتى", within=PATIENCE)
        assert "1 ديسمبر" in ready.text
        assert "Olaya 12" in ready.text
        assert "نذكّرك مرة واحدة" in ready.text
        assert "Olaya%2012" in (ready.button("عرض الطريق").url or "")

        await stage.telegram.presses(customer, ready, "r:")
        await stage.telegram.expects(customer, "مهلة أطول للاستلام", within=PATIENCE)
        await stage.telegram.wait_for(lambda: story.topic() is not None, within=PATIENCE)

        stage.clock.change_speed(40_000)
        stage.change(POLL_EVERY_SECONDS="10800")
        await stage.restart()
        await stage.telegram.expects(customer, "بقي يوم واحد للاستلام", within=PATIENCE)
        await stage.telegram.expects(customer, "انتهت مهلة استلام", within=PATIENCE)
        assert story.heard("بقي يوم واحد للاستلام") == 1


async def test_customs_ask_he_pays_and_it_goes_on(tmp_path: Path) -> None:
    async with StaticServer({}) as ups, Stage(tmp_path) as stage:
        story = RareStory(stage, ups)
        await story.begin()
        due = {"amount": "86", "currency": "SAR", "paid": False, "type": "ImportFees"}
        held = scanned("20261124", "063000", "X", "1C", "")
        ups.change(NUMBER, told(held, MOVES, paymentInformation=[due]))
        customer = story.people["customer"]
        asked = await stage.telegram.expects(customer, "وبقيت خطوة واحدة منك", within=PATIENCE)
        assert "86" in asked.text
        assert "لا نطلب أبدًا بيانات بطاقة" in asked.text

        await stage.telegram.presses(customer, asked, "e:")
        await stage.telegram.expects(customer, "سجّلنا ذلك ونراجع الحالة", within=PATIENCE)

        ups.change(NUMBER, told(scanned("20261124", "065500", "I", "DP", "005"), held, MOVES))
        done = await stage.telegram.expects(customer, "غادر الجمارك", within=PATIENCE)
        assert "لا يلزمك القيام بأي شيء" in done.text
        assert stage.telegram.violations() == []
