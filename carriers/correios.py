"""Correios (Brazil): API Rastro (SRO), a token by user, access code and posting card.

One number stands in the address; several go as a list, of which fifty are said to fit (unverified): one that is refused
as a whole is asked number by number. The gateway's own limit is told in headers only. `codigo` and `tipo` mean
something together; EST takes the scan before it back.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from urllib.parse import quote

import msgspec

from carriers.kit import reading
from carriers.kit.auth import basic, with_header
from carriers.kit.batches import together_or_alone
from carriers.kit.codes import UNMAPPED, Meaning, grouped, table
from carriers.kit.contract import ENVIRONMENT, Answer, Auth, Conversation, Field, Granted, Limits, Login, Numbers
from carriers.kit.errors import AuthFailed, CarrierError, NotFound, Rejected
from carriers.kit.faults import fault
from carriers.kit.model import Pickup, Request, Response, ScanEvent, Status, TrackingResult
from carriers.kit.reading import Entry, entries, entry, joined, text, words

slug = "correios"
name = "Correios"
hosts: tuple[str, ...] = ("api.correios.com.br", "apihom.correios.com.br")
sandbox: Mapping[str, str] = {"https://api.correios.com.br": "https://apihom.correios.com.br"}
batch_size = 50
limits = Limits()
fields: tuple[Field, ...] = (
    Field("user", "User (idCorreios)", secret=False),
    Field("access_code", "Access code of the API"),
    Field("posting_card", "Number of the posting card", secret=False, pattern=r"\d{8,10}", required=False),
    ENVIRONMENT,
)
numbers = Numbers(
    formats=("s10",),
    countries=("BR",),
    links=(r"correios\.com\.br/\S*?(?:objetos?|codigo|tracking)=(\w{13})",),
)

ALIKE = {"BDI": "BDE", "BDR": "BDE"}
"""Ends of the way that are told apart by unit, not by meaning."""
_SAID: Mapping[str, type[CarrierError]] = {
    "não encontrado": NotFound,
    "nao encontrado": NotFound,
    "inválido": Rejected,
    "invalido": Rejected,
}
"""What a message without a code says."""
_CODE = re.compile(r"[A-Z]{2,4}-\d{2,4}")
Moment = datetime | date | None


def _ask(account: Mapping[str, str]) -> Request:
    card = account.get("posting_card")
    url = "https://api.correios.com.br/token/v1/autentica" + ("/cartaopostagem" if card else "")
    headers = {"Authorization": basic(account, "user", "access_code"), "Accept": "application/json"}
    if not card:
        return Request("POST", url, headers=headers)
    headers["Content-Type"] = "application/json"
    return Request("POST", url, headers=headers, body=msgspec.json.encode({"numero": card}))


def _granted(response: Response) -> Granted:
    if response.status in (400, 403):
        raise AuthFailed
    reading.check(response)
    told = reading.decode(response)
    since, until = reading.moment(told.get("emissao")), reading.moment(told.get("expiraEm"))
    seconds = 0.0
    if isinstance(since, datetime) and isinstance(until, datetime):
        seconds = (until - since).total_seconds()
    return Granted(text(told["token"]), seconds)


def _placed(request: Request, token: str) -> Request:
    return with_header(request, "Authorization", f"Bearer {token}")


def _is_refused(response: Response) -> bool:
    return response.status in (401, 403)


auth: Auth = Login(_ask, _granted, _placed, _is_refused)


def track(numbers: Sequence[str], account: Mapping[str, str]) -> Conversation:
    """Ask about all at once, or about each alone where one spoils the question for the others."""
    return (yield from together_or_alone(_get, read, numbers))


def read(response: Response, numbers: Sequence[str]) -> list[Answer]:
    """One answer for each object of the list."""
    reading.check(response)
    body = reading.decode(response)
    asked = numbers[0] if len(numbers) == 1 else None
    if "objetos" in body:
        return _objects(reading.listed(body["objetos"]), asked, response)
    said = body.get("msgs")
    if isinstance(said, list) and said:
        raise _fault(text(said[0]), asked, response)
    reading.refuse(response, asked)
    raise KeyError("objetos")


def _objects(told: list[Entry], asked: str | None, response: Response) -> list[Answer]:
    if not told:
        raise NotFound(number=asked)
    return reading.each(told, lambda one: _answer(one, asked, response), response.body)


def _get(numbers: Sequence[str]) -> Request:
    url, query = "https://api.correios.com.br/srorastro/v1/objetos", {"resultado": "T"}
    headers = {"Accept": "application/json"}
    if len(numbers) == 1:
        return Request("GET", f"{url}/{quote(numbers[0], safe='')}", headers=headers, query=query)
    return Request("GET", url, headers=headers, query={"codigosObjetos": ",".join(numbers), **query})


def _fault(said: str, number: str | None, response: Response) -> CarrierError:
    """By the code that begins the message: `SRO-020: Objeto não encontrado …`."""
    found = _CODE.match(said)
    code = found[0] if found else ""
    if "token" in said.lower():
        return AuthFailed(code=code)
    kind = next((kind for word, kind in _SAID.items() if word in said.lower()), None)
    if kind is not None and not code:
        return kind(number=number)
    try:
        return fault(slug, code, number, response)
    except CarrierError as error:
        return error


def _answer(told: Entry, asked: str | None, response: Response) -> Answer:
    number = text(told.get("codObjeto")) or asked
    rows = entries(told.get("eventos"))
    if rows:
        return _result(told, rows, number)
    said = text(told.get("mensagem"))
    return _fault(said, number, response) if said else NotFound(number=number)


def _result(told: Entry, rows: list[Entry], number: str | None) -> TrackingResult:
    events = reading.newest_first([_event(row) for row in rows])
    last = _standing(events)
    status = (last.status if last is not None else None) or Status.UNKNOWN
    kind = entry(told.get("tipoPostal"))
    return TrackingResult(
        number=number,
        status=status,
        events=events,
        eta=_moment(told.get("dtPrevista")),
        delivered_at=last.at if last is not None and status is Status.DELIVERED else None,
        signed_by=_receiver(rows) if status is Status.DELIVERED else None,
        delay=(last.description or last.code) if last is not None and last.delay else None,
        reason=last.reason if last is not None else None,
        service=words(kind.get("categoria")) or words(kind.get("descricao")),
        pickup=_pickup(rows) if status is Status.AVAILABLE_FOR_PICKUP else None,
    )


def _event(row: Entry) -> ScanEvent:
    get = row.get
    code, said, meaning = _read_words(get("codigo"), get("tipo"), get("descricao"))
    at, where = _moment(get("dtHrCriado")), _where(entry(get("unidade")))
    return ScanEvent(at, code, said, where, meaning.status, meaning.reason, meaning.delay)


@reading.remembered
def _read_words(*said: object) -> tuple[str | None, str, Meaning]:
    """Code, words and meaning; the wording stands in for a pair that no list has."""
    group, kind, told = map(text, said)
    low = told.lower()
    known = grouped("correios_events", "group").get(ALIKE.get(group.upper(), group.upper()), {}).get(f"{kind:0>2}")
    spoken = next((meaning for phrase, meaning in table("correios_texts").items() if phrase in low), UNMAPPED)
    return (f"{group}/{kind:0>2}" if kind else group) or None, told, known or spoken


def _standing(events: tuple[ScanEvent, ...]) -> ScanEvent | None:
    """The newest movement that no later EST takes back."""
    taken_back = 0
    for event in events:
        if (event.code or "").startswith("EST/"):
            taken_back += 1
        elif event.status is not None and not taken_back:
            return event
        elif event.status is not None:
            taken_back -= 1
    return None


def _moment(value: object) -> Moment:
    """`2022-05-10T13:55:02`, with a blank instead of the T, or an object with such a `date`."""
    return reading.moment(entry(value).get("date") if type(value) is dict else value)


def _where(unit: Entry) -> str:
    """Town and state; units abroad have a name only."""
    get = entry(unit.get("endereco")).get
    return joined(text(get("cidade")), text(get("uf"))) or text(unit.get("nome"))


def _receiver(rows: list[Entry]) -> str | None:
    told = (entry(row.get("recebedor")).get("nome") or row.get("recebedor") for row in rows)
    return next((who for one in told if (who := text(one))), None)


def _pickup(rows: list[Entry]) -> Pickup:
    newest = max(rows, key=lambda row: str(_moment(row.get("dtHrCriado")) or ""))
    unit = entry(newest.get("unidade"))
    get = entry(unit.get("endereco")).get
    street = f"{text(get('logradouro'))} {text(get('numero'))}".strip()
    until = reading.day_of(_moment(newest.get("dtLimiteRetirada")))
    return Pickup(joined(text(unit.get("nome")) or text(unit.get("tipo")), street, _where(unit)), until=until)
