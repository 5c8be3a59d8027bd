"""17TRACK v2.2 as it answers: nearly always 200, with codes inside."""

from typing import Any

from bot.sandbox.parcels.life import Scan, Standing, city, country, utc

Json = dict[str, Any]
CARRIER = 100001
NOTHING_YET = (-18019909, "No tracking information at this time.")
NOT_REGISTERED = (-18019902, "The tracking number {} does not register, please register first.")
ALREADY_REGISTERED = (-18019901, "Tracking number already registered.")
BAD_NUMBER = (-18010012, "The format of '{}' is invalid.")


def accepted(standing: Standing) -> Json:
    """A number that something is known of."""
    life, newest = standing.life, standing.newest
    sub = newest.kind.track17[0] if newest else "NotFound_Other"
    told: Json = {
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
    return {"number": life.number, "carrier": CARRIER, "tag": "", "track_info": told}


def registered(number: str) -> Json:
    """The answer to a registration."""
    return {"origin": 1, "number": number, "carrier": CARRIER, "email": None, "tag": "", "lang": None}


def rejected(number: str, error: tuple[int, str]) -> Json:
    """A number that is refused by itself."""
    return {"number": number, "error": {"code": error[0], "message": error[1].format(number)}}


def answer(taken: list[Json], refused: list[Json]) -> Json:
    """200 with everything in it."""
    return {"code": 0, "data": {"accepted": taken, "rejected": refused}}


def _event(scan: Scan) -> Json:
    sub, stage = scan.kind.track17
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


UNAUTHORIZED = _fault(-18010002, "Invalid security key.")
TOO_MANY = _fault(-18010014, "Requests exceed the limit.")
BROKEN_INSIDE = _fault(-18010003, "Internal service error, please retry later.")
