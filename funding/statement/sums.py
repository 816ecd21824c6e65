"""Four columns that are never added into one, and what stood in them before it was tenge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from funding.models import COLUMNS, NOTHING, Currency, GiftKind


@dataclass(frozen=True)
class Sums:
    """In tenge. `salary` is what somebody else paid to people who work in the shelter."""

    cash: Decimal = NOTHING
    goods: Decimal = NOTHING
    services: Decimal = NOTHING
    salary: Decimal = NOTHING

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(a + b for a, b in zip(self, other, strict=True)))

    def __iter__(self) -> Any:
        return (getattr(self, field.name) for field in fields(self))

    def __bool__(self) -> bool:
        return any(self)

    @classmethod
    def of(cls, row: dict[str, Any]) -> Sums:
        return cls(*(row[name] for name in COLUMNS))

    @classmethod
    def beside(cls, row: Any) -> Sums:
        """From a row that was read with its four sums."""
        return cls(*(getattr(row, name) for name in COLUMNS))

    @classmethod
    def of_all(cls, sums: Iterable[Sums]) -> Sums:
        return sum(sums, cls())

    @property
    def cells(self) -> list[Cell]:
        return cells_of(self, [])


@dataclass(frozen=True)
class Foreign:
    """What came in another currency than tenge, as it came."""

    kind: GiftKind
    currency: Currency
    amount: Decimal

    @classmethod
    def of(cls, row: dict[str, Any]) -> Foreign:
        return cls(GiftKind(row["kind"]), Currency(row["currency"]), row["came"])


@dataclass(frozen=True)
class Cell:
    """One column of one line: its tenge, and those of them that came in another currency."""

    HEADS: ClassVar = {
        GiftKind.CASH: _("Cash, ₸"),
        GiftKind.GOODS: _("Goods, ₸"),
        GiftKind.SERVICES: _("Services, ₸"),
        GiftKind.SALARY: _("Salaries paid by others, ₸"),
    }

    kind: GiftKind
    tenge: Decimal
    foreign: list[Foreign]

    @property
    def head(self) -> str:
        return str(self.HEADS[self.kind])


def cells_of(sums: Sums, foreign: list[Foreign]) -> list[Cell]:
    return [
        Cell(kind, tenge, [came for came in foreign if came.kind == kind])
        for kind, tenge in zip(COLUMNS.values(), sums, strict=True)
    ]


def foreign_by(field: str, rows: Iterable[dict[str, Any]]) -> dict[Any, list[Foreign]]:
    """Rows of `Receipt.objects.as_they_came_by(field)` by that field, without the cancelled."""
    found: dict[Any, list[Foreign]] = {}
    for row in rows:
        if row["came"]:
            found.setdefault(row[field], []).append(Foreign.of(row))
    return found
