"""What came in each month of a period, or in each year of a long one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from babel.dates import format_date
from django.db.models.functions import TruncMonth, TruncYear
from django.utils import timezone
from django.utils.translation import get_language

from funding.models import Receipt
from funding.statement.period import Period
from funding.statement.sums import Sums

MOST_MONTHS = 24


@dataclass(frozen=True)
class TimeLine:
    """One month or one year."""

    first: date
    is_year: bool
    sums: Sums

    @property
    def label(self) -> str:
        return self._in_words("LLLL y")

    @property
    def short_label(self) -> str:
        return self._in_words("LLL y")

    def _in_words(self, pattern: str) -> str:
        if self.is_year:
            return str(self.first.year)
        return format_date(self.first, pattern, locale=get_language() or "en")


def time_lines(shelter_id: UUID, period: Period) -> list[TimeLine]:
    """Each month up to today: one without gifts counts too. Nothing where nothing came at all.

    Of a long period the years before the first gift are left out.
    """
    by_year = _months(period.first, period.last) > MOST_MONTHS
    unit = TruncYear("received_on") if by_year else TruncMonth("received_on")
    entries = Receipt.objects.filter(shelter=shelter_id).received_in(period.first, period.last)
    rows = entries.annotate(unit=unit).sums_by("unit")
    sums = {row["unit"]: Sums.of(row) for row in rows}
    came = [first for first, given in sums.items() if given]
    if not came:
        return []
    end = min(period.last, timezone.localdate())
    if by_year:
        starts = [date(year, 1, 1) for year in range(min(came).year, end.year + 1)]
    else:
        starts = _starts_of_months(period.first, end)
    return [TimeLine(start, by_year, sums.get(start, Sums())) for start in starts]


def _months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _starts_of_months(first: date, last: date) -> list[date]:
    months = [first.month - 1 + ahead for ahead in range(_months(first, last))]
    return [date(first.year + month // 12, month % 12 + 1, 1) for month in months]
