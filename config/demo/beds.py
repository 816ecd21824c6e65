"""Which nights the beds of one shelter are taken, so that no more people stay than it has."""

from __future__ import annotations

from collections import Counter
from datetime import date


class Beds:
    def __init__(self, number: int) -> None:
        self.number = number
        self._taken: Counter[int] = Counter()  # by the night that follows that day

    def are_free(self, first: date, last: date, *, people: int = 1, spare: int = 0) -> bool:
        """From the first night to the one before the last day, `spare` more staying free."""
        most = self.number - people - spare
        return all(self._taken[night] <= most for night in _nights(first, last))

    def take(self, first: date, last: date, *, people: int = 1) -> None:
        for night in _nights(first, last):
            self._taken[night] += people

    @property
    def fullest(self) -> int:
        return max(self._taken.values(), default=0)


def _nights(first: date, last: date) -> range:
    return range(first.toordinal(), last.toordinal())
