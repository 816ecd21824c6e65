"""The days that a statement speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included."""

    first: date
    last: date

    @classmethod
    def year(cls, year: int) -> Period:
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def this_year(cls) -> Period:
        return cls.year(timezone.localdate().year)

    @classmethod
    def quarter_of(cls, day: date) -> Period:
        first = date(day.year, day.month - (day.month - 1) % 3, 1)
        in_the_next = date(day.year, first.month + 2, 28) + timedelta(days=4)
        return cls(first, in_the_next.replace(day=1) - timedelta(days=1))

    @classmethod
    def usual(cls) -> list[tuple[str, Period]]:
        """Those that one click asks for."""
        today = timezone.localdate()
        quarter = cls.quarter_of(today)
        return [
            (_("This year"), cls.year(today.year)),
            (_("Last year"), cls.year(today.year - 1)),
            (_("This quarter"), quarter),
            (_("Last quarter"), cls.quarter_of(quarter.first - timedelta(days=1))),
        ]
