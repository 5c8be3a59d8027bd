"""Nova Poshta v2 as it answers: only where each document stands now, in Kyiv's time; refusals within a success."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.sandbox.parcels.life import Standing, city
from bot.sandbox.parcels.wire import Break, Json, Known, Question, Reply, says, words
from carriers.kit.model import Status

slug = "novaposhta"
routes = (("POST", "/v2.0/json/"),)
most = 100
closed = False
unsaid = frozenset({"history", "place"})
codes = {
    "label": ("1", "Відправник самостійно створив цю накладну, але ще не надав до відправки"),
    "picked_up": ("4", "Відправлення у місті відправника"),
    "departed": ("5", "Відправлення прямує до міста одержувача"),
    "arrived": ("6", "Відправлення у місті одержувача"),
    "out": ("101", "На шляху до одержувача"),
    "attempt": ("111", "Невдала спроба доставки через відсутність одержувача"),
    "pickup": ("7", "Прибув на відділення"),
    "delivered": ("9", "Відправлення отримано"),
    "refused": ("103", "Відмова одержувача"),
    "returning": ("102", "Відмова, відправником створено замовлення на повернення"),
    "cancelled": ("2", "Видалено"),
}
otherwise = {"refused": Status.RETURNING}
KYIV = ZoneInfo("Europe/Kyiv")


def key(question: Question) -> str | None:
    """No key is needed; one that is given must be right."""
    return (question.json or {}).get("apiKey") or "open"


def numbers(question: Question) -> Sequence[str]:
    asked = (question.json or {}).get("methodProperties", {}).get("Documents", [])
    return [one["DocumentNumber"] for one in asked]


def answer(question: Question, known: Known) -> Reply:
    return _told(True, [_document(number, standing) for number, standing in known.items()])


def _told(success: bool, documents: Sequence[Json], **more: Sequence[str]) -> Reply:
    lists = dict.fromkeys(("errors", "warnings", "info", "messageCodes", "errorCodes", "warningCodes", "infoCodes"), ())
    return says({"success": success, "data": documents, **lists, **more})


def _document(number: str, standing: Standing | None) -> Json:
    newest = standing.newest if standing else None
    if standing is None or newest is None:
        return {"Number": number, "StatusCode": "3", "Status": "Номер не знайдено"}
    code, own = codes[newest.kind.name]
    told: Json = {
        "Number": number,
        "StatusCode": code,
        "Status": words(newest, own),
        "DateCreated": f"{standing.life.born_at.astimezone(KYIV):%d-%m-%Y %H:%M:%S}",
        "DateScan": "0001-01-01 00:00:00",
        "ScheduledDeliveryDate": f"{standing.eta_at:%d-%m-%Y %H:%M:%S}" if standing.eta_at else "",
        "RecipientDateTime": _kyiv(newest.at) if newest.kind.name == "delivered" else "",
        "ActualDeliveryDate": "0000-00-00 00:00:00",
        "TrackingUpdateDate": _kyiv(newest.at),
        "CitySender": city(standing.life.origin),
        "CityRecipient": city(standing.life.destination),
        "WarehouseRecipient": standing.pickup.place if standing.pickup else "",
        "UndeliveryReasons": "",
    }
    if standing.pickup and standing.pickup.until:
        told["DateReturnCargo"] = f"{standing.pickup.until} 00:00:00"
    return told


def _kyiv(at: datetime) -> str:
    return f"{at.astimezone(KYIV):%Y-%m-%d %H:%M:%S}"


refusals = {
    Break.AUTH: _told(False, [], errors=["API key expired"], errorCodes=["20000200068"]),
    Break.NOT_FOUND: _told(True, []),
    Break.THROTTLED: _told(False, [], errors=["To many requests"]),
    Break.UNAVAILABLE: says({"message": "down"}, 503),
    Break.ERROR_INSIDE: _told(False, [], errors=["Service unavailable"], errorCodes=["20000100016"]),
}
