"""The days that a statement speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included."""

    first: date
    last: date

    @classmethod
    def this_year(cls) -> Period:
        year = timezone.localdate().year
        return cls(date(year, 1, 1), date(year, 12, 31))
