"""What carriers say of a refused question where HTTP calls it a success."""

import pytest

from carriers.kit.conversation import parse
from carriers.kit.discovery import find
from carriers.kit.errors import AuthFailed, CarrierError, NotFound, Rejected

CHRONOPOST = "<return><errorCode>2</errorCode><errorMessage>{}</errorMessage></return>"
BPOST = "<businessException><code>X1</code><message>{}</message></businessException>"


@pytest.mark.parametrize(
    ("slug", "body", "kind"),
    [
        ("bpost", BPOST.format("No such item"), NotFound),
        ("bpost", BPOST.format("User is not authorized"), AuthFailed),
        ("bpost", BPOST.format("Invalid item code"), Rejected),
        ("chronopost", CHRONOPOST.format("The parcel number is invalid"), Rejected),
        ("correios", '{"objetos": [{"codObjeto": "A", "mensagem": "Objeto não encontrado"}]}', NotFound),
        ("correios", '{"objetos": [{"codObjeto": "A", "mensagem": "Objeto inválido"}]}', Rejected),
        ("postnord", '{"title": "Bad Request", "status": 400}', Rejected),
        ("smsa", '{"message": "Invalid API key"}', AuthFailed),
    ],
)
def test_a_refusal_without_a_known_code_is_read_by_its_words(slug: str, body: str, kind: type[CarrierError]) -> None:
    results, errors = parse(find(slug), body.encode(), 200, {}, [])
    assert results == []
    assert [type(error) for error in errors] == [kind]
