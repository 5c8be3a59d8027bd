"""DATABASE_URL of PostgreSQL as both drivers take it: libpq knows it all, asyncpg a part and would send on the rest."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from bot.store.faults import StoreUnavailable

_ASYNCPG = re.compile(
    "host|port|user|password|passfile|dbname|database|target_session_attrs|krbsrvname|gsslib|options"
    "|sslmode|sslcert|sslkey|sslrootcert|sslcrl|sslpassword|ssl_min_protocol_version|ssl_max_protocol_version"
)


def read(url: str) -> str:
    """What asyncpg is given. Raises StoreUnavailable where it cannot be read, without a word of it."""
    before, _, query = url.partition("?")
    try:
        ports = str(conninfo_to_dict(url).get("port", "")).split(",")
        is_whole = before.count("@") <= 1 and not urlsplit(url).fragment
    except (ProgrammingError, ValueError):
        raise StoreUnavailable("address") from None
    if not is_whole or not all(one.isdigit() or not one for one in ports):
        raise StoreUnavailable("address")
    known = [(name, value) for name, value in parse_qsl(query) if _ASYNCPG.fullmatch(name)]
    return f"{before}?{urlencode(known)}" if known else before
