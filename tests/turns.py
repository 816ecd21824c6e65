"""What is long takes turns: a part of it today, another part tomorrow."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date

FULL = bool(os.environ.get("PANA_FULL"))


def in_turn[Item](items: Iterable[Item], *, every: int = 3) -> list[Item]:
    """All in the long form; else each `every`th, and others tomorrow."""
    every = 1 if FULL else every
    return list(items)[date.today().toordinal() % every :: every]
