"""Aramex Tracking v1 as it answers in JSON: many waybills, those that do not exist apart, times in WCF's way."""

from collections.abc import Sequence

from bot.sandbox.parcels.life import Scan
from bot.sandbox.parcels.wire import Break, Json, Known, Question, Reply, country_name, says, words

slug = "aramex"
routes = (("POST", "/ShippingAPI.V2/Tracking/Service_1_0.svc/json/TrackShipments"),)
most = 20
unsaid = frozenset({"eta"})
codes = {
    "label": ("SH014", "Record created."),
    "picked_up": ("SH012", "Picked Up From Shipper"),
    "departed": ("SH022", "Departed Operations facility - In Transit"),
    "arrived": ("SH001", "Under processing at operations facility"),
    "customs": ("", "Shipment under customs clearance"),
    "out": ("SH003", "Out for Delivery"),
    "attempt": ("SH033", "Attempted Delivery"),
    "pickup": ("", "Ready for pickup"),
    "delivered": ("SH005", "Delivered"),
    "delay": ("", "Shipment delayed"),
    "weather": ("", "Shipment delayed"),
    "returning": ("SH498", "Pending Return to Shipper"),
    "returned": ("SH069", "Returned to Shipper"),
    "lost": ("", "Shipment lost"),
    "cancelled": ("", "Shipment cancelled"),
}


def key(question: Question) -> str | None:
    client = (question.json or {}).get("ClientInfo") or {}
    return f"{client['UserName']}:{client.get('Password', '')}" if client.get("UserName") else None


def numbers(question: Question) -> Sequence[str]:
    return list(question.json["Shipments"])


def answer(question: Question, known: Known) -> Reply:
    found = [
        {"Key": number, "Value": [_row(number, scan) for scan in standing.scans]}
        for number, standing in known.items()
        if standing and standing.scans
    ]
    strange = [number for number, standing in known.items() if not (standing and standing.scans)]
    return says(_envelope(TrackingResults=found, NonExistingWaybills=strange))


def _row(number: str, scan: Scan) -> Json:
    code, own = codes[scan.kind.name]
    return {
        "WaybillNumber": number,
        "UpdateCode": code,
        "UpdateDescription": words(scan, own),
        "UpdateDateTime": f"/Date({int(scan.at.timestamp()) * 1000}{scan.at:%z})/",
        "UpdateLocation": f"{scan.city}, {country_name(scan.country)}" if scan.country else scan.city,
        "Comments": "",
        "ProblemCode": "",
        "GrossWeight": "1",
        "ChargeableWeight": "1",
        "WeightUnit": "KG",
    }


def _envelope(**more: object) -> Json:
    usual = {"Notifications": [], "HasErrors": False, "TrackingResults": [], "NonExistingWaybills": []}
    return {"Transaction": None, **usual, **more}


def _error(code: str, message: str) -> Json:
    return _envelope(Notifications=[{"Code": code, "Message": message}], HasErrors=True)


refusals = {
    Break.AUTH: says(_error("ERR75", "Failed to login")),
    Break.NOT_FOUND: says(_envelope()),
    Break.THROTTLED: says({"message": "Too many requests"}, 429),
    Break.UNAVAILABLE: says({"message": "down"}, 503),
    Break.ERROR_INSIDE: says(_error("ERR01", "Internal error")),
}
