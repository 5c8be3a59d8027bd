"""17TRACK v2.2 as it answers: nearly always 200, with codes inside; a number must be registered first."""

from collections.abc import Collection, Sequence
from hashlib import sha256

import orjson

from bot.sandbox.parcels.life import Scan, Standing, city, country, utc
from bot.sandbox.parcels.wire import Break, Json, Known, Push, Question, Reply, header, says

slug = "17track"
routes = (("POST", "/track/v2.2/{verb}"),)
key = header("17token")
most = 40
# Sub status, stage.
codes = {
    "label": ("InfoReceived", "InfoReceived"),
    "picked_up": ("InTransit_PickedUp", "PickedUp"),
    "departed": ("InTransit_Other", None),
    "arrived": ("InTransit_Other", None),
    "customs": ("InTransit_CustomsProcessing", None),
    "cleared": ("InTransit_CustomsReleased", None),
    "out": ("OutForDelivery_Other", "OutForDelivery"),
    "attempt": ("DeliveryFailure_NoBody", None),
    "pickup": ("AvailableForPickup_Other", "AvailableForPickup"),
    "delivered": ("Delivered_Other", "Delivered"),
    "delay": ("Exception_Delayed", None),
    "weather": ("Exception_Delayed", None),
    "damaged": ("Exception_Damage", None),
    "refused": ("Exception_Rejected", None),
    "returning": ("Exception_Returning", None),
    "returned": ("Exception_Returned", "Returned"),
    "lost": ("Exception_Lost", None),
    "cancelled": ("Exception_Cancel", None),
}
CARRIER = 100001
NOTHING_YET = (-18019909, "No tracking information at this time.")
NOT_REGISTERED = (-18019902, "The tracking number {} does not register, please register first.")
ALREADY_REGISTERED = (-18019901, "Tracking number already registered.")
BAD_NUMBER = (-18010012, "The format of '{}' is invalid.")


def numbers(question: Question) -> Sequence[str]:
    return [str(one["number"]) for one in question.json or ()]


def complaint(question: Question, numbers: Sequence[str]) -> Reply | None:
    """Too many numbers, or none."""
    fits = 1 <= len(numbers) <= most
    return None if fits else says(told([], [rejected(one, BAD_NUMBER) for one in numbers]))


def registers(question: Question) -> bool:
    """True where numbers are registered."""
    return question.parts["verb"] == "register"


def answer(question: Question, known: Known) -> Reply:
    return answer_registered(question, known, known.keys())


def answer_registered(question: Question, known: Known, before: Collection[str]) -> Reply:
    """The answer, given which numbers were registered before it."""
    if registers(question):
        new = [registered(one) for one in known if one not in before]
        return says(told(new, [rejected(one, ALREADY_REGISTERED) for one in known if one in before]))
    taken = [accepted(one) for number, one in known.items() if number in before and one and one.scans]
    silent = [rejected(number, NOTHING_YET) for number, one in known.items() if number in before and not _speaks(one)]
    return says(told(taken, silent + [rejected(one, NOT_REGISTERED) for one in known if one not in before]))


def _speaks(standing: Standing | None) -> bool:
    return bool(standing and standing.scans)


def accepted(standing: Standing) -> Json:
    """A number that something is known of."""
    life, newest = standing.life, standing.newest
    sub = codes[newest.kind.name][0] if newest else "NotFound_Other"
    info: Json = {
        "shipping_info": {
            "shipper_address": _address(life.origin),
            "recipient_address": _address(life.destination),
        },
        "latest_status": {"status": sub.partition("_")[0], "sub_status": sub, "sub_status_descr": None},
        "latest_event": _event(newest) if newest else None,
        "misc_info": {"service_type": life.service or None},
        "time_metrics": {"estimated_delivery_date": _estimate(standing)},
        "tracking": {
            "providers": [
                {
                    "provider": {"key": CARRIER, "name": "Sandbox Post"},
                    "events": [_event(one) for one in standing.scans],
                }
            ]
        },
    }
    return {"number": life.number, "carrier": CARRIER, "tag": "", "track_info": info}


def push(standing: Standing, secret: str) -> Push:
    """Signed with the API key itself."""
    body = orjson.dumps({"event": "TRACKING_UPDATED", "data": accepted(standing)})
    return Push(body, {"sign": sha256(body + b"/" + secret.encode()).hexdigest()})


def registered(number: str) -> Json:
    """The answer to a registration."""
    return {"origin": 1, "number": number, "carrier": CARRIER, "email": None, "tag": "", "lang": None}


def rejected(number: str, error: tuple[int, str]) -> Json:
    """A number that is refused by itself."""
    return {"number": number, "error": {"code": error[0], "message": error[1].format(number)}}


def told(taken: list[Json], refused: list[Json]) -> Json:
    """200 with everything in it."""
    return {"code": 0, "data": {"accepted": taken, "rejected": refused}}


def _event(scan: Scan) -> Json:
    sub, stage = codes[scan.kind.name]
    return {
        "time_iso": scan.at.replace(microsecond=0).isoformat(),
        "time_utc": f"{utc(scan.at):%Y-%m-%dT%H:%M:%SZ}",
        "time_raw": {"date": f"{scan.at:%Y-%m-%d}", "time": f"{scan.at:%H:%M:%S}", "timezone": None},
        "description": scan.words,
        "location": scan.place,
        "stage": stage,
        "sub_status": sub,
        "address": _address(scan.place),
    }


def _estimate(standing: Standing) -> Json:
    if standing.eta_at is None:
        return {"source": None, "from": None, "to": None}
    day = standing.eta_at
    return {"source": "Official", "from": day.replace(hour=8, minute=0).isoformat(), "to": day.isoformat()}


def _address(place: str) -> Json:
    return {"country": country(place), "state": None, "city": city(place), "street": None, "postal_code": None}


def _fault(code: int, message: str) -> Json:
    return {"code": code, "data": {"errors": [{"code": code, "message": message}]}}


refusals = {
    Break.AUTH: says(_fault(-18010002, "Invalid security key.")),
    Break.NOT_FOUND: says(told([], [])),
    Break.THROTTLED: says(_fault(-18010014, "Requests exceed the limit."), 429),
    Break.UNAVAILABLE: says(_fault(-18010003, "Internal service error, please retry later."), 503),
    Break.ERROR_INSIDE: says(_fault(-18010003, "Internal service error, please retry later.")),
}
