"""Drawing lots so that even a few draws keep the given shares."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from math import exp, log
from random import Random


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
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return lot.choices(days, weights=[weights[day.month - 1] for day in days])[0]
