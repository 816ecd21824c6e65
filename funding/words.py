"""Amounts and rates as they are written on a page, in the reader's language."""

from __future__ import annotations

from decimal import Decimal

from django.template.defaultfilters import floatformat
from django.utils.formats import number_format

from funding.models import Currency

SIGNS = {Currency.KZT: "₸"}


def money(amount: Decimal, currency: str) -> str:
    """`3 000.00 USD`: the code after the number, so that no sign can be read in two ways."""
    sign = SIGNS.get(Currency(currency), currency)
    return f"{floatformat(amount, '2g')}\N{NO-BREAK SPACE}{sign}"


def rate(tenge: Decimal) -> str:
    """`520.25`: without the zeros that the database keeps."""
    return number_format(f"{tenge.normalize():f}", use_l10n=True, force_grouping=True)
