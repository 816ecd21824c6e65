"""Code names: a neutral word and a number that mean nothing and count nothing."""

from __future__ import annotations

import random
from collections.abc import Callable

from django.utils.translation import gettext_lazy

from cases.models import Client

# Plants, birds and stones that are nobody's first name. A translator gives a list of their own.
WORDS = gettext_lazy(
    "Acacia Alder Apple Ash Aspen Bamboo Basalt Birch Cedar Cherry Clover Cotton Crane Cypress "
    "Dove Elm Falcon Fern Finch Fir Flint Granite Grouse Heron Juniper Larch Lemon Linden Lotus "
    "Maple Marble Mint Nettle Oak Oriole Osprey Palm Peach Pear Pine Plover Plum Poplar Quartz "
    "Quince Rush Saxaul Slate Sparrow Spruce Stork Swallow Swan Thistle Thrush Thyme Topaz Tulip "
    "Walnut Wheat Willow Yarrow"
)
TRIES = 24
Pick = Callable[[int], int]
BY_LOT = random.SystemRandom().randrange


def suggest(pick: Pick = BY_LOT) -> str:
    """A free code name of this shelter, in the language of whoever asks.

    Drawn by lot, so that it tells no order and no number.
    """
    for digits in (2, 3, 4):
        drawn = [_draw(digits, pick) for _ in range(TRIES)]
        taken = set(Client.objects.filter(code__in=drawn).values_list("code", flat=True))
        if free := [code for code in drawn if code not in taken]:
            return free[0]
    raise LookupError("No free code name was found.")


def _draw(digits: int, pick: Pick) -> str:
    words, lowest = str(WORDS).split(), 10 ** (digits - 1)
    return f"{words[pick(len(words))]} {lowest + pick(9 * lowest)}"
