"""What a picture shows, in the words of its reader: panels that are never added together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MOST_BARS = 10
NONE = "–"
HEAVY = frozenset("mwжмфшщыюәқ")
LIGHT = frozenset("fijlrt1іїг .,:;'’|!()-–")
ROOM_FOR_LABEL = 41


@dataclass(frozen=True)
class Bar:
    label: str
    amount: Decimal

    @property
    def said(self) -> str:
        """As the table says it, without decimals where there are none."""
        if not self.amount:
            return NONE
        whole = self.amount == self.amount.to_integral_value()
        return localize(self.amount.quantize(Decimal(1) if whole else Decimal("0.01")))


@dataclass(frozen=True)
class Panel:
    """`name` is what a reader of the page aloud hears; `heading` stands above the bars."""

    heading: str
    name: str
    bars: tuple[Bar, ...]

    @property
    def about(self) -> str:
        longest = max(self.bars, key=lambda bar: bar.amount)
        return _("Longest bar: %(label)s, %(amount)s. The table below holds all figures.") % {
            "label": longest.label,
            "amount": longest.said,
        }


@dataclass(frozen=True)
class Chart:
    """One measure for all panels: bars of the same length are the same sum.

    `name` is the id of its place in the page. With `in_order` the bars are a course of time: none
    is left out, and their short labels stand before them.
    """

    name: str
    panels: tuple[Panel, ...]
    in_order: bool = False

    @property
    def full(self) -> Decimal:
        return max((bar.amount for panel in self.panels for bar in panel.bars), default=Decimal(0))


def panel_of(heading: str, name: str, bars: Iterable[Bar], *, in_order: bool = False) -> Panel:
    """Largest first, those that gave nothing left out, and the smallest of many added up."""
    kept = list(bars)
    if not in_order:
        kept = _largest(bar for bar in kept if bar.amount)
    return Panel(heading, name, tuple(kept))


def _largest(bars: Iterable[Bar]) -> list[Bar]:
    ranked = sorted(bars, key=lambda bar: -bar.amount)
    if len(ranked) <= MOST_BARS:
        return ranked
    shown, rest = ranked[: MOST_BARS - 1], ranked[MOST_BARS - 1 :]
    label = ngettext("%(number)s other", "%(number)s others", len(rest)) % {"number": len(rest)}
    return [*shown, Bar(label, sum((bar.amount for bar in rest), Decimal(0)))]


def shortened(label: str) -> str:
    """What fits above a bar in any usual font: a server need not have the reader's letters."""
    room = ROOM_FOR_LABEL - 1.0
    for place, letter in enumerate(label):
        room -= _breadth(letter)
        if room < 0:
            return f"{label[:place].rstrip(' ,.:;–-')}…"
    return label


def _breadth(letter: str) -> float:
    if letter.lower() in HEAVY or letter.isupper():
        return 1.35
    return 0.6 if letter in LIGHT else 1.0
