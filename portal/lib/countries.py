"""Countries by their two letters (ISO 3166-1), with their names in the reader's language."""

from babel import Locale, UnknownLocaleError

NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})  # unions, tests and "unknown" in the same list


def countries(language: str) -> dict[str, str]:
    """Return names by code, in the order of the names. language: such as "en-gb"; English for one that is unknown."""
    try:
        names = Locale.parse(language, sep="-").territories
    except (UnknownLocaleError, ValueError):
        names = Locale("en").territories
    found = {
        code: name for code, name in names.items() if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES
    }
    return dict(sorted(found.items(), key=lambda each: each[1]))
