"""A clock that can be turned back, so that three years are written down as if day by day.

Every operation asks `timezone.now()` for the time, as do the models' defaults. While the clock
stands at a moment, that is the answer: a note of two years ago was also entered two years ago, and
the audit trail tells one story. The database's own clock cannot be turned.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from typing import Any

from django.utils import timezone


class _IsADatetime(type):
    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, datetime)


class _Standing(metaclass=_IsADatetime):
    """What `django.utils.timezone` takes for `datetime` while the clock is turned back."""

    at: datetime

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return cls.at.astimezone(tz)


@contextmanager
def turned_back() -> Iterator[Clock]:
    """Within the block the clock stands where it is set; for a process that does nothing else."""
    clock = Clock(timezone.now())
    _replace(_Standing)
    try:
        yield clock
    finally:
        _replace(datetime)


class Clock:
    """Never set to a moment that has not come: the present is the latest."""

    def __init__(self, present: datetime) -> None:
        self.present = present
        self.set(present)

    def set(self, at: datetime) -> datetime:
        _Standing.at = min(at, self.present)
        return _Standing.at


def _replace(kind: type) -> None:
    setattr(timezone, "datetime", kind)  # noqa: B010 a name of that module which it keeps to itself
