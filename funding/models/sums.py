"""Adding up gifts inside the database."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Case, DecimalField, F, Q, Sum, When
from django.db.models.functions import Coalesce

NOTHING = Decimal("0.00")


def net_of_kind(kind: str, *, path: str = "") -> Coalesce:
    """The sum of one kind of gift; an entry that reverses another counts against it."""
    signed = Case(
        When(**{f"{path}reverses": None}, then=F(f"{path}amount")),
        default=-F(f"{path}amount"),
    )
    exact = DecimalField(max_digits=18, decimal_places=2)
    return Coalesce(Sum(signed, filter=Q(**{f"{path}kind": kind})), NOTHING, output_field=exact)
