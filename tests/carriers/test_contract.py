"""What every carrier module keeps to, whichever it is."""

import ast
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from carriers.kit.auth import token_request
from carriers.kit.codes import FOLDER, NO_MOVEMENT, rows
from carriers.kit.contract import ENVIRONMENT, BasicLogin, Carrier, ClientCredentials, HeaderKey, Login, Sandboxed
from carriers.kit.conversation import open_with
from carriers.kit.discovery import UnknownCarrier, declared, everyone, find, slugs
from carriers.kit.faults import KINDS
from carriers.kit.formats import of
from carriers.kit.hosts import rebase, to_environment
from carriers.kit.model import Reason, Request, Status
from tests.fakes.wire import credentials

KEPT_SECRET = frozenset({"api_key", "client_secret", "password", "pin", "secret", "webhook_secret", "token"})
ALL = pytest.mark.parametrize("carrier", everyone(), ids=lambda one: one.slug)


def wanted_by(carrier: Carrier) -> set[str]:
    match carrier.auth:
        case HeaderKey(field=name):
            return {name}
        case BasicLogin(user_field=user, password_field=password):
            return {user, password} if password else {user}
        case ClientCredentials(id_field=user, secret_field=password):
            return {user, password}
        case Login() | None:
            return set()


def test_carriers_are_found_by_their_files() -> None:
    assert {"ups", "dhl_unified", "17track"} <= set(slugs())
    assert declared()["17track"] == "seventeentrack"
    assert list(slugs()) == sorted(slugs())


def test_an_unknown_slug_says_which_there_are() -> None:
    for slug in ("pigeon", "kit", "__main__", "../ups", ""):
        with pytest.raises(UnknownCarrier, match="dhl_unified"):
            find(slug)


@ALL
def test_a_module_is_a_carrier(carrier: Carrier) -> None:
    assert isinstance(carrier, Carrier)
    assert find(carrier.slug) is carrier
    assert re.fullmatch(r"[a-z0-9_]{2,24}", carrier.slug)
    assert carrier.name
    assert carrier.batch_size >= 1


@ALL
def test_its_credentials_are_fields_and_its_secrets_are_masked(carrier: Carrier) -> None:
    names = [field.name for field in carrier.fields]
    assert len(names) == len(set(names))
    assert wanted_by(carrier) <= set(names)
    assert all(re.fullmatch(r"[a-z_]+", name) for name in names)
    assert all(field.secret for field in carrier.fields if field.name in KEPT_SECRET)
    assert all(re.compile(field.pattern) for field in carrier.fields)


@ALL
def test_it_asks_only_its_own_hosts_by_https(carrier: Carrier) -> None:
    request = open_with(carrier.track(["A1"], credentials()))
    assert isinstance(request, Request)
    requests = [request]
    if isinstance(carrier.auth, ClientCredentials | Login):
        requests.append(token_request(carrier.auth, credentials()))
    urls = [request.url for request in requests]
    assert {urlsplit(url).scheme for url in urls} == {"https"}
    assert {urlsplit(url).hostname for url in urls} <= set(carrier.hosts)


@ALL
def test_its_sandbox_is_asked_where_the_account_says_so(carrier: Carrier) -> None:
    request = open_with(carrier.track(["A1"], credentials()))
    assert isinstance(request, Request)
    moved = to_environment(carrier, {"environment": "sandbox"}, request)
    assert to_environment(carrier, {"environment": "live"}, request) is request
    if isinstance(carrier, Sandboxed):
        assert ENVIRONMENT in carrier.fields
        assert moved.url != request.url
        assert urlsplit(moved.url).hostname in carrier.hosts
        assert "{" not in moved.url
    else:
        assert moved is request
        assert ENVIRONMENT not in carrier.fields


@ALL
def test_its_number_formats_exist(carrier: Carrier) -> None:
    assert carrier.numbers.formats or carrier.numbers.patterns
    assert all(re.compile(link).groups == 1 for link in carrier.numbers.links)
    assert all(of(reference) for reference in carrier.numbers.formats)
    assert all(re.compile(pattern) for pattern in carrier.numbers.patterns)


def test_every_code_table_uses_known_words_only() -> None:
    tables = sorted(path.stem for path in FOLDER.glob("*.csv") if path.stem not in ("errors", "names"))
    assert len(tables) >= 5
    for name in tables:
        lines = list(rows(name))
        assert lines, name
        assert {line["status"] for line in lines} <= {*Status, NO_MOVEMENT}, name
        assert {line["reason"] for line in lines} <= {*Reason, ""}, name
        assert {line["delay"] for line in lines} <= {"delay", ""}, name


def test_every_error_code_belongs_to_a_carrier_and_says_what_to_do() -> None:
    lines = list(rows("errors"))
    assert len(lines) > 30
    assert {line["carrier"] for line in lines} <= set(slugs())
    assert {line["error"] for line in lines} <= set(KINDS)
    assert len({(line["carrier"], line["code"]) for line in lines}) == len(lines)


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_no_carrier_imports_another_or_opens_a_connection_or_reads_a_clock() -> None:
    modules = [FOLDER.parent / f"{module}.py" for module in declared().values()]
    outside = {"asyncio", "socket", "ssl", "http", "time", "random", "secrets", "os", "urllib.request", "bot"}
    assert len(modules) >= 3
    for path in modules:
        used = imports_of(path)
        ours = {name for name in used if name.startswith("carriers")}
        assert all(name == "carriers.kit" or name.startswith("carriers.kit.") for name in ours), path
        assert not {name for name in used if name in outside or name.split(".")[0] in outside}, path


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("http://127.0.0.1:8099", "http://127.0.0.1:8099/a/b"),
        ("http://127.0.0.1:8099/", "http://127.0.0.1:8099/a/b"),
        ("https://mirror.example/ignored", "https://mirror.example/a/b"),
    ],
)
def test_another_base_replaces_scheme_host_and_port_only(base: str, url: str) -> None:
    request = Request("GET", "https://c.example/a/b", {"X": "1"}, {"q": "2"})
    moved = rebase(request, base)
    assert moved.url == url
    assert (moved.headers, moved.query) == (request.headers, request.query)


@pytest.mark.parametrize("base", ["", "c.example", "ftp://c.example", "http://"])
def test_what_is_no_base_address_is_refused(base: str) -> None:
    with pytest.raises(ValueError, match="base address"):
        rebase(Request("GET", "https://c.example/"), base)
