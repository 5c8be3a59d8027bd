"""Credentials into requests: API keys, HTTP Basic, OAuth tokens."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from carriers.kit.contract import Auth, BasicLogin, ClientCredentials, HeaderKey
from carriers.kit.errors import AuthFailed, Unreadable
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
            return _with_header(request, header, prefix + _given(credentials, field))
        case BasicLogin(user, password):
            return _with_header(request, "Authorization", _basic(credentials, user, password))
        case ClientCredentials() if token is not None:
            return _with_header(request, "Authorization", f"Bearer {token.value}")
        case _:
            return request


def token_request(auth: ClientCredentials, credentials: Mapping[str, str]) -> Request:
    """The question for a token."""
    form = {"grant_type": "client_credentials"}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if auth.scope is not None:
        form["scope"] = auth.scope
    if auth.in_body:
        form["client_id"] = _given(credentials, auth.id_field)
        form["client_secret"] = _given(credentials, auth.secret_field)
    else:
        headers["Authorization"] = _basic(credentials, auth.id_field, auth.secret_field)
    return Request("POST", auth.url, headers=headers, body=urlencode(form).encode())


def read_token(response: Response, now: datetime) -> Token:
    """The token granted; one without a life span is good for this question only."""
    if response.status in (400, 403):
        raise AuthFailed
    check(response)
    try:
        body = entry(msgspec.json.decode(response.body))
        value, seconds = text(body["access_token"]), float(text(body.get("expires_in")) or 0)
        return Token(value, now + timedelta(seconds=seconds))
    except (msgspec.DecodeError, KeyError, ValueError, OverflowError, RecursionError) as error:
        raise Unreadable("the token answer cannot be read") from error


def _given(credentials: Mapping[str, str], field: str) -> str:
    try:
        return credentials[field]
    except KeyError:
        raise AuthFailed(f"the account has no {field}") from None


def _basic(credentials: Mapping[str, str], user: str, password: str) -> str:
    pair = f"{_given(credentials, user)}:{_given(credentials, password)}"
    return "Basic " + b64encode(pair.encode()).decode()


def _with_header(request: Request, name: str, value: str) -> Request:
    return Request(request.method, request.url, {**request.headers, name: value}, request.query, request.body)
