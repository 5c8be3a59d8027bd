"""Payloads for the operator's eyes: short, without people's names, contacts and credentials."""

import re
from collections.abc import Iterable

KEPT = 65_536
"""Bytes of a payload: enough to see what it is."""
MASK = "***"

# What fields that hold people's or accounts' secrets are called, in the languages of the carriers' answers
_PRIVATE = (
    r"name|phone|mobile|cell|fax|mail|street|address|addr|line[12345]|signed|signature|sign|signatory|receiv|recipient"
    r"|recebedor|destinat|consign|shipper|sender|remetente|expediteur|person|contact|zip|postal|postcode|cep"
    r"|comment|token|secret|password|passwd|pwd|pin|api_?key|key|authorization|user|account|login|credential"
)
# bounded behind and begun only where a word begins: a payload of one endless word is read in linear time
_WORD = rf"[\w.:-]*(?:{_PRIVATE})[\w.:-]{{0,64}}"
_JSON = re.compile(rf'("{_WORD}"\s*:\s*)(?:"(?:[^"\\]|\\.)*"?|-?\d[\d.eE+-]*)', re.IGNORECASE)
_LISTED = re.compile(r'("[\w.:-]*(?:phones|mails|mobiles|contacts)"\s*:\s*\[)[^]]*', re.IGNORECASE)
_ATTRIBUTE = re.compile(rf'((?<![\w.:-]){_WORD}\s*=\s*)(?:"[^"<]*"?|\'[^\'<]*\'?)', re.IGNORECASE)
_ELEMENT = re.compile(rf"(<(?:[\w.-]+:)?{_WORD}(?:\s[^<>]*)?>)[^<]+", re.IGNORECASE)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+")


def masked(payload: bytes, secrets: Iterable[str] = ()) -> bytes:
    """The beginning of a payload; private fields, e-mail addresses and the account's `secrets` are masked."""
    shown = payload[:KEPT].decode("utf-8", "replace")
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        shown = shown.replace(secret, MASK)
    shown = _LISTED.sub(rf'\1"{MASK}"', shown)
    shown = _JSON.sub(rf'\1"{MASK}"', shown)
    shown = _ATTRIBUTE.sub(rf'\1"{MASK}"', shown)
    shown = _ELEMENT.sub(rf"\1{MASK}", shown)
    return _MAIL.sub(MASK, shown).encode()
