"""A date of birth as far as it is known: a day, a month, a year, or an age band."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
BAND = re.compile(r"(\d{1,3})-(\d{1,3})@(\d{4}-\d{2}-\d{2})", re.ASCII)
OLDEST = 120
MAJORITY = 18


class NotABirth(ValueError):
    """This is no date, month, year or age band that a person alive today could have."""


@dataclass(frozen=True)
class PartialBirth:
    """Nothing here is made up: a year stays a year, and an age band remembers when it was said."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    band: tuple[int, int] | None = None
    as_of: date | None = None

    def __post_init__(self) -> None:
        if self.band is None:
            self._check_date()
        else:
            self._check_band(*self.band)

    @classmethod
    def parse(cls, text: str) -> PartialBirth:
        """Read what `str()` wrote; raises `NotABirth`."""
        if found := BAND.fullmatch(text):
            return cls.aged(int(found[1]), int(found[2]), as_of=_day(found[3]))
        if found := DATE.fullmatch(text):
            year, month, day = (int(part) if part else None for part in found.groups())
            return cls(year, month, day)
        raise NotABirth(text)

    @classmethod
    def aged(cls, youngest: int, oldest: int, *, as_of: date) -> PartialBirth:
        """Between two ages, both included, as it seemed on that day."""
        return cls(band=(youngest, oldest), as_of=as_of)

    def __str__(self) -> str:
        if self.band:
            return f"{self.band[0]}-{self.band[1]}@{self.as_of}"
        parts = [f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part)]
        return "-".join(parts)

    @property
    def earliest(self) -> date:
        """The first day on which the person may have been born."""
        if self.band and self.as_of:
            return _years_before(self.as_of, self.band[1] + 1)
        return date(self.year or 1, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """The last day on which the person may have been born."""
        if self.band and self.as_of:
            return _years_before(self.as_of, self.band[0])
        year, month = self.year or 1, self.month or 12
        return date(year, month, self.day or monthrange(year, month)[1])

    def ages(self, on: date) -> tuple[int, int]:
        """The youngest and the oldest age that the person may have on a day."""
        return max(_age(self.latest, on), 0), max(_age(self.earliest, on), 0)

    def is_surely_child(self, on: date) -> bool:
        return self.ages(on)[1] < MAJORITY

    def is_surely_adult(self, on: date) -> bool:
        return self.ages(on)[0] >= MAJORITY

    def _check_date(self) -> None:
        if self.year is None or not 1900 <= self.year <= 2200 or (self.day and not self.month):
            raise NotABirth("a year is needed")
        try:
            date(self.year, self.month or 1, self.day or 1)
        except ValueError as error:
            raise NotABirth("no such day") from error

    def _check_band(self, youngest: int, oldest: int) -> None:
        if self.as_of is None or not 0 <= youngest <= oldest <= OLDEST:
            raise NotABirth("no such age band")
        if not 1900 + OLDEST <= self.as_of.year <= 2200:
            raise NotABirth("no such day for an age band")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotABirth("no such day") from error


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _years_before(day: date, years: int) -> date:
    """The 29 February becomes the 28th in a year without one."""
    last = monthrange(day.year - years, day.month)[1]
    return day.replace(year=day.year - years, day=min(day.day, last))
