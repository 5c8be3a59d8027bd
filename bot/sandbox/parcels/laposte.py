"""La Poste Suivi v2 as it answers: one object or a list of them, codes of three letters, no places."""

from collections.abc import Sequence

from bot.sandbox.parcels.life import Scan, Standing, country
from bot.sandbox.parcels.wire import Break, Json, Known, Question, Reply, header, offset, says, words

slug = "laposte"
routes = (("GET", "/suivi/v2/idships/{numbers}"),)
key = header("X-Okapi-Key")
most = 10
unsaid = frozenset({"place"})
codes = {
    "label": ("DR1", "Votre colis va bientôt nous être confié."),
    "picked_up": ("PC1", "Votre colis est pris en charge."),
    "departed": ("ET2", "Votre colis est en transit."),
    "arrived": ("ET1", "Votre colis est en cours d'acheminement."),
    "customs": ("DO1", "Votre colis est entré en douane."),
    "cleared": ("PB2", "Votre colis poursuit son acheminement."),
    "out": ("MD2", "Votre colis est en cours de livraison."),
    "attempt": ("ND1", "Votre colis n'a pas pu être livré."),
    "pickup": ("AG1", "Votre colis est disponible dans votre point de retrait."),
    "delivered": ("DI1", "Votre colis est livré."),
    "delay": ("DI3", "Votre colis est retardé."),
    "weather": ("DI3", "Votre colis est retardé."),
    "damaged": ("PB1", "Un problème est en cours."),
    "returning": ("RE1", "Votre colis est retourné à l'expéditeur."),
    "returned": ("DI2", "Votre colis est livré à l'expéditeur."),
}


def numbers(question: Question) -> Sequence[str]:
    return question.parts["numbers"].split(",")


def answer(question: Question, known: Known) -> Reply:
    found = [_one(number, standing) for number, standing in known.items()]
    return says(found, 207) if len(found) > 1 else says(found[0], int(found[0]["returnCode"]))


def _one(number: str, standing: Standing | None) -> Json:
    frame = {"lang": "en_GB", "scope": "open", "idShip": number}
    if standing is None:
        return {**frame, "returnCode": 404, "returnMessage": "Aucune information"}
    return {**frame, "returnCode": 200, "shipment": _shipment(standing)}


def _shipment(standing: Standing) -> Json:
    life, newest = standing.life, standing.newest
    around: Json = {"originCountry": country(life.origin), "arrivalCountry": country(life.destination)}
    if standing.pickup:
        around["removalPoint"] = {"name": standing.pickup.place, "type": "BP"}
    told: Json = {
        "idShip": life.number,
        "holder": 4,
        "product": life.service or "colissimo",
        "isFinal": bool(newest and newest.kind.status.is_final),
        "event": [_event(order, scan) for order, scan in enumerate(standing.scans)],
        "contextData": around,
    }
    return {**told, "estimDate": offset(standing.eta_at)} if standing.eta_at else told


def _event(order: int, scan: Scan) -> Json:
    code, own = codes[scan.kind.name]
    return {"code": code, "label": words(scan, own), "date": offset(scan.at), "order": order}


refusals = {
    Break.AUTH: says({"code": "UNAUTHORIZED", "message": "Unauthorized"}, 401),
    Break.NOT_FOUND: says({"returnCode": 404, "returnMessage": "Aucune information"}, 404),
    Break.THROTTLED: says({"code": "TOO_MANY_REQUESTS", "message": "Quota"}, 429),
    Break.UNAVAILABLE: says({"code": "SERVICE_UNAVAILABLE", "message": "oops"}, 503),
    Break.ERROR_INSIDE: says({"code": "UNAUTHORIZED", "message": "Unauthorized"}),
}
