"""Credentials into requests: API keys, HTTP Basic, OAuth tokens."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from carriers.kit.contract import Auth, BasicLogin, ClientCredentials, Granted, HeaderKey, Login, TokenAuth
from carriers.kit.errors import AuthFailed, CarrierError, Unreadable
from carriers.kit.model import Request, Response
from carriers.kit.reading import check, entry, text

EARLY = timedelta(seconds=60)


class Token(Struct, frozen=True):
    """An OAuth token; not to be shown."""

    value: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"Token(expires_at={self.expires_at:%Y-%m-%dT%H:%M:%S})"

    def holds(self, now: datetime) -> bool:
        """True while it is safe to use."""
        return now + EARLY < self.expires_at


def sign(auth: Auth, request: Request, credentials: Mapping[str, str], token: Token | None = None) -> Request:
    """The request with its credentials in the headers."""
    match auth:
        case HeaderKey(header, field, prefix):
            return with_header(request, header, prefix + given(credentials, field))
        case BasicLogin(user, password):
            return with_header(request, "Authorization", basic(credentials, user, password))
        case ClientCredentials() if token is not None:
            return with_header(request, "Authorization", f"Bearer {token.value}")
        case Login(place=place) if token is not None:
            return place(request, token.value)
        case _:
            return request


def token_request(auth: TokenAuth, credentials: Mapping[str, str]) -> Request:
    """The question for a token."""
    if isinstance(auth, Login):
        return auth.ask(credentials)
    form = {"grant_type": "client_credentials"}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if auth.scope is not None:
        form["scope"] = auth.scope
    if auth.in_body:
        form["client_id"] = given(credentials, auth.id_field)
        form["client_secret"] = given(credentials, auth.secret_field)
    else:
        headers["Authorization"] = basic(credentials, auth.id_field, auth.secret_field)
    return Request("POST", auth.url, headers=headers, body=urlencode(form).encode())


def read_token(auth: TokenAuth, response: Response, now: datetime) -> Token:
    """The token granted; one without a life span is good for this question only."""
    try:
        granted = auth.read(response) if isinstance(auth, Login) else _granted(response)
        return Token(granted.token, now + timedelta(seconds=granted.seconds))
    except CarrierError:
        raise
    except Exception as error:  # the same net as in a conversation: what the reading trips over is the answer
        raise Unreadable("the token answer cannot be read") from error


def _granted(response: Response) -> Granted:
    if response.status in (400, 403):
        raise AuthFailed
    check(response)
    body = entry(msgspec.json.decode(response.body))
    return Granted(text(body["access_token"]), float(text(body.get("expires_in")) or 0))


def given(credentials: Mapping[str, str], field: str) -> str:
    """A credential of the account. Raises AuthFailed where it has none."""
    try:
        return credentials[field]
    except KeyError:
        raise AuthFailed(f"the account has no {field}") from None


def basic(credentials: Mapping[str, str], user: str, password: str | None) -> str:
    """The value of an HTTP Basic header, from one or two fields of the account."""
    pair = f"{given(credentials, user)}:{given(credentials, password) if password else ''}"
    return "Basic " + b64encode(pair.encode()).decode()


def with_header(request: Request, name: str, value: str) -> Request:
    """The request with one header more."""
    return Request(request.method, request.url, {**request.headers, name: value}, request.query, request.body)
