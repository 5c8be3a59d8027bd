"""What matters, as the service itself measures it: read from its /metrics, never counted here."""

from collections.abc import Mapping

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

PATIENCE = aiohttp.ClientTimeout(total=5)
READ = {
    "herald_told_first": "told_first",
    "herald_troubles": "troubles",
    "herald_warning_lead_hours": "hours_ahead",
    "herald_warnings_right": "right",
    "herald_words_due": "words",
    "herald_words_in_time": "kept",
}


async def figures(http: aiohttp.ClientSession, port: int) -> Mapping[str, float] | None:
    """Its figures by our names, those that it has; None while it does not answer."""
    try:
        async with http.get(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE) as answer:
            if answer.status != 200:
                return None
            return read(await answer.text())
    except (aiohttp.ClientError, TimeoutError):
        return None


def read(text: str) -> Mapping[str, float]:
    """Prometheus' text."""
    families = text_string_to_metric_families(text)
    return {READ[one.name]: one.value for family in families for one in family.samples if one.name in READ}
