"""Correios: the token, one number and several."""

import pytest

from carriers import correios
from carriers.kit.drive import Session
from carriers.kit.errors import AuthFailed, NotFound
from carriers.kit.model import Status
from tests.carriers.test_drive import NOW, kinds
from tests.fakes.wire import Wire, credentials, reply

TOKEN = reply({"token": "T", "emissao": "2026-01-05T08:00:00", "expiraEm": "2026-01-06T08:00:00"}, status=201)
POSTED = [{"codigo": "PO", "tipo": "01", "descricao": "Objeto postado", "dtHrCriado": "2026-01-05T09:00:00"}]


def account() -> dict[str, str]:
    return {name: value for name, value in credentials().items() if name != "environment"}


async def test_a_token_is_asked_with_the_posting_card_and_kept() -> None:
    wire = Wire(TOKEN, reply({"objetos": [{"codObjeto": "A1", "eventos": POSTED}]}))
    session = Session(correios, account(), wire, lambda: NOW)
    assert kinds(await session.track(["A1"])) == {"A1": Status.IN_TRANSIT}
    await session.track(["A1"])
    assert wire.paths == [
        "/token/v1/autentica/cartaopostagem",
        "/srorastro/v1/objetos/A1",
        "/srorastro/v1/objetos/A1",
    ]
    assert wire.body(0) == {"numero": "X"}
    assert wire.asked[0].headers["Authorization"].startswith("Basic ")
    assert wire.asked[1].headers["Authorization"] == "Bearer T"


async def test_without_a_card_the_user_alone_is_asked_for() -> None:
    wire = Wire(TOKEN, reply({"objetos": []}))
    fields = {name: value for name, value in account().items() if name != "posting_card"}
    await Session(correios, fields, wire, lambda: NOW).track(["A1"])
    assert wire.paths[0] == "/token/v1/autentica"


async def test_several_numbers_go_as_a_list() -> None:
    missing = {"codObjeto": "B2", "mensagem": "SRO-020: Objeto não encontrado"}
    wire = Wire(TOKEN, reply({"objetos": [{"codObjeto": "A1", "eventos": POSTED}, missing]}))
    answers = await Session(correios, account(), wire, lambda: NOW).track(["A1", "B2"])
    assert kinds(answers) == {"A1": Status.IN_TRANSIT, "B2": NotFound}
    assert wire.asked[1].query == {"codigosObjetos": "A1,B2", "resultado": "T"}


async def test_a_refused_card_stops_the_account() -> None:
    wire = Wire(reply({"msgs": ["GTW-003"]}, status=400))
    with pytest.raises(AuthFailed):
        await Session(correios, account(), wire, lambda: NOW).track(["A1"])
    assert len(wire.asked) == 1
