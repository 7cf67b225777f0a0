"""Money is an integer in the currency's smallest unit, and becomes text only here."""

from decimal import Decimal
from functools import lru_cache

from babel.core import Locale
from babel.numbers import format_currency, get_currency_precision
from django.utils.translation import get_language, to_locale


def format_money(minor: int, currency: str) -> str:
    """Write an amount of minor units as people of the active language write it.

    >>> format_money(4950, "GBP"), format_money(4900, "JPY")
    ('£49.50', 'JP¥4,900')
    """
    return _format(minor, currency, to_locale(get_language() or "en-gb"))


def format_whole(minor: int, currency: str) -> str:
    """Write an amount without its fraction, for round numbers: “£25”.

    >>> format_whole(2500, "GBP")
    '£25'
    """
    locale = Locale.parse(to_locale(get_language() or "en-gb"))
    pattern = locale.currency_formats["standard"].pattern.replace(".00", "")
    amount = Decimal(decimal_text(minor, currency))
    return format_currency(amount, currency, pattern, locale=locale, currency_digits=False)


def decimal_text(minor: int, currency: str) -> str:
    """Write an amount for machines: a point, no grouping, no symbol.

    >>> decimal_text(4950, "GBP"), decimal_text(4900, "JPY")
    ('49.50', '4900')
    """
    return str(Decimal(minor).scaleb(-get_currency_precision(currency)))


@lru_cache(maxsize=4096)
def _format(minor: int, currency: str, locale: str) -> str:
    # Parsing the locale and its pattern costs 60 µs; a shop has few distinct prices.
    amount = Decimal(decimal_text(minor, currency))
    return format_currency(amount, currency, locale=Locale.parse(locale))
