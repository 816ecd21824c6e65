"""Adding up gifts inside the database."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Case, DecimalField, F, Q, Sum, When
from django.db.models.functions import Coalesce

from funding.models.choices import GiftKind

NOTHING = Decimal("0.00")
COLUMNS = {
    "cash": GiftKind.CASH,
    "goods": GiftKind.GOODS,
    "services": GiftKind.SERVICES,
    "salary": GiftKind.SALARY,
}


def net(amount: str, *, path: str = "", only: Q | None = None) -> Coalesce:
    """The sum of a column of gifts; an entry that reverses another counts against it."""
    signed = Case(
        When(**{f"{path}reverses": None}, then=F(f"{path}{amount}")),
        default=-F(f"{path}{amount}"),
    )
    exact = DecimalField(max_digits=18, decimal_places=2)
    return Coalesce(Sum(signed, filter=only), NOTHING, output_field=exact)


def by_kind(*, path: str = "", only: Q | None = None) -> dict[str, Coalesce]:
    """Four sums in tenge, one for each kind of gift."""
    return {
        name: net("amount_in_tenge", path=path, only=Q(only or Q(), **{f"{path}kind": kind}))
        for name, kind in COLUMNS.items()
    }
