"""Correios SRO as it answers: objects with pairs of codes, wall clocks without a zone, a token with its own dates."""

from collections.abc import Sequence

from bot.sandbox.parcels.life import Scan, Standing
from bot.sandbox.parcels.wire import Break, Json, Known, Question, Reply, Token, basic, bearer, local, says, words
from carriers.kit.model import Status

slug = "correios"
routes = (("GET", "/srorastro/v1/objetos"), ("GET", "/srorastro/v1/objetos/{number}"))
key = bearer
most = 50
# Group, kind, words.
codes = {
    "label": ("CO", "02", "Aguardando postagem"),
    "picked_up": ("PO", "01", "Objeto postado"),
    "departed": ("DO", "01", "Objeto encaminhado"),
    "arrived": ("RO", "01", "Objeto em trânsito - por favor aguarde"),
    "customs": ("PAR", "21", "Encaminhado para fiscalização aduaneira"),
    "cleared": ("PAR", "16", "Objeto recebido pelos Correios do Brasil"),
    "out": ("OEC", "01", "Objeto saiu para entrega ao destinatário"),
    "attempt": ("BDE", "20", "Carteiro não atendido - Entrega não realizada"),
    "pickup": ("LDI", "01", "Objeto aguardando retirada no endereço indicado"),
    "delivered": ("BDE", "01", "Objeto entregue ao destinatário"),
    "delay": ("BDE", "09", "Objeto ainda não chegou à unidade"),
    "weather": ("BDE", "66", "Área com distribuição sujeita a prazo diferenciado"),
    "damaged": ("BDE", "28", "Objeto e/ou conteúdo avariado"),
    "refused": ("BDE", "04", "Cliente recusou-se a receber o objeto"),
    "returning": ("BDE", "05", "Objeto será devolvido ao remetente"),
    "returned": ("BDE", "23", "Objeto entregue ao remetente"),
    "lost": ("BDE", "80", "Objeto não localizado no fluxo postal"),
    "cancelled": ("BDE", "14", "Desistência de postagem pelo remetente"),
}
otherwise = {"refused": Status.RETURNING}


def _granted(token: str, seconds: int) -> Reply:
    """Only how long it holds is read of the two dates."""
    told = {
        "ambiente": "PRODUCAO",
        "emissao": "2026-01-05T00:00:00",
        "expiraEm": f"2026-01-05T{seconds // 3600:02}:00:00",
    }
    return says({**told, "token": token}, 201)


token = Token("/token/v1/autentica", basic, _granted, 12 * 3600)


def numbers(question: Question) -> Sequence[str]:
    one = question.parts.get("number")
    return [one] if one else question.query.get("codigosObjetos", "").split(",")


def answer(question: Question, known: Known) -> Reply:
    told = [_object(number, standing) for number, standing in known.items()]
    return says({"versao": "1.8.7", "quantidade": len(told), "resultado": "Todos os Eventos", "objetos": told})


def _object(number: str, standing: Standing | None) -> Json:
    if standing is None:
        return {"codObjeto": number, "mensagem": NOT_FOUND}
    told: Json = {
        "codObjeto": number,
        "tipoPostal": {
            "sigla": number[:2],
            "descricao": "ENCOMENDA SEDEX",
            "categoria": standing.life.service or "SEDEX",
        },
        "eventos": [_event(scan, standing) for scan in standing.scans],
    }
    return {**told, "dtPrevista": local(standing.eta_at)} if standing.eta_at else told


def _event(scan: Scan, standing: Standing) -> Json:
    group, kind, own = codes[scan.kind.name]
    told: Json = {
        "codigo": group,
        "tipo": kind,
        "descricao": words(scan, own),
        "dtHrCriado": local(scan.at),
        "unidade": {"endereco": {"cidade": scan.city.upper(), "uf": ""}, "tipo": "Unidade de Distribuição"},
    }
    if standing.pickup and scan is standing.newest:
        told["unidade"]["nome"] = standing.pickup.place
        told["dtLimiteRetirada"] = standing.pickup.until.isoformat() if standing.pickup.until else None
    return told


def _messages(text: str, status: int = 200) -> Reply:
    return says({"msgs": [text], "method": "GET", "path": "/srorastro/v1/objetos"}, status)


NOT_FOUND = "SRO-020: Objeto não encontrado na base de dados dos Correios."
refusals = {
    Break.AUTH: _messages("GTW-006: Token inválido ou expirado", 401),
    Break.NOT_FOUND: _messages(NOT_FOUND, 404),
    Break.THROTTLED: _messages("GTW-009: Limite de requisições", 429),
    Break.UNAVAILABLE: _messages("ERR-001: Erro interno", 500),
    Break.ERROR_INSIDE: _messages("GTW-006: Token inválido ou expirado"),
}
