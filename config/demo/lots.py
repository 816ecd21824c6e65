"""Drawing lots so that even a few draws keep the given shares."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from math import exp, log
from random import Random

from django.utils import timezone


def deck[Card](shares: Mapping[Card, float], size: int, lot: Random) -> list[Card]:
    """`size` cards whose numbers keep the shares as well as whole numbers can, shuffled."""
    whole = sum(shares.values())
    exact = {card: size * share / whole for card, share in shares.items()}
    cards = [card for card, number in exact.items() for _ in range(int(number))]
    by_remainder = sorted(exact, key=lambda card: int(exact[card]) - exact[card])
    cards += by_remainder[: size - len(cards)]
    lot.shuffle(cards)
    return cards


def around(median: float, spread: float, lot: Random) -> float:
    """Lognormal: half the draws below the median, and a long tail above it."""
    return exp(lot.gauss(log(median), spread))


def within(value: float, lowest: float, highest: float) -> float:
    return max(lowest, min(highest, value))


def day_in_season(weights: tuple[float, ...], *, first: date, last: date, lot: Random) -> date:
    """A day between the two; `weights` of the twelve months say when more people come."""
    days, sums = _season(weights, first, last)
    return lot.choices(days, cum_weights=sums)[0]


def moment(day: date, lot: Random, *, hours: tuple[int, int] = (9, 18)) -> datetime:
    """A time of that day, in whole five minutes."""
    at = time(lot.randrange(*hours), lot.randrange(0, 60, 5))
    return timezone.make_aware(datetime.combine(day, at))


@cache
def _season(weights: tuple[float, ...], first: date, last: date) -> tuple[list[date], list[float]]:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return days, list(accumulate(weights[day.month - 1] for day in days))
