"""Zones and weekends of countries, as data."""

from types import MappingProxyType

ZONES = MappingProxyType(
    {
        "AE": "Asia/Dubai",
        "AF": "Asia/Kabul",
        "AT": "Europe/Vienna",
        "BE": "Europe/Brussels",
        "BG": "Europe/Sofia",
        "BH": "Asia/Bahrain",
        "CH": "Europe/Zurich",
        "CZ": "Europe/Prague",
        "DE": "Europe/Berlin",
        "DK": "Europe/Copenhagen",
        "DZ": "Africa/Algiers",
        "EG": "Africa/Cairo",
        "FI": "Europe/Helsinki",
        "FR": "Europe/Paris",
        "GB": "Europe/London",
        "GR": "Europe/Athens",
        "HU": "Europe/Budapest",
        "IE": "Europe/Dublin",
        "IN": "Asia/Kolkata",
        "IQ": "Asia/Baghdad",
        "IR": "Asia/Tehran",
        "IT": "Europe/Rome",
        "JO": "Asia/Amman",
        "JP": "Asia/Tokyo",
        "KW": "Asia/Kuwait",
        "LB": "Asia/Beirut",
        "LY": "Africa/Tripoli",
        "MA": "Africa/Casablanca",
        "NL": "Europe/Amsterdam",
        "NO": "Europe/Oslo",
        "OM": "Asia/Muscat",
        "PK": "Asia/Karachi",
        "PL": "Europe/Warsaw",
        "QA": "Asia/Qatar",
        "RO": "Europe/Bucharest",
        "SA": "Asia/Riyadh",
        "SD": "Africa/Khartoum",
        "SE": "Europe/Stockholm",
        "SY": "Asia/Damascus",
        "TN": "Africa/Tunis",
        "TR": "Europe/Istanbul",
        "YE": "Asia/Aden",
    }
)
"""Countries of one zone (islands aside) that our merchants send to. Others: the shipment keeps its zone."""

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
USUAL_WEEKEND = frozenset({SATURDAY, SUNDAY})
_FRIDAY_SATURDAY = frozenset({FRIDAY, SATURDAY})

WEEKENDS = MappingProxyType(
    dict.fromkeys(
        ("BD", "BH", "DZ", "EG", "IL", "IQ", "JO", "KW", "LY", "OM", "PS", "QA", "SA", "SD", "SY", "YE"),
        _FRIDAY_SATURDAY,
    )
    | {
        "AF": frozenset({THURSDAY, FRIDAY}),
        "IR": frozenset({FRIDAY}),
        "DJ": frozenset({FRIDAY}),
        "IN": frozenset({SUNDAY}),
        "NP": frozenset({SATURDAY}),
        "BN": frozenset({FRIDAY, SUNDAY}),
    }
)
"""Weekends other than Saturday and Sunday (CLDR weekData; NP, BN, BD, PS, DJ by their governments' working week)."""


def zone_of(country: str) -> str | None:
    """The zone of a country of one zone."""
    return ZONES.get(country)


def weekend_of(country: str | None) -> frozenset[int]:
    """Weekdays (Monday is 0) on which carriers rest there."""
    return WEEKENDS.get(country or "", USUAL_WEEKEND)
