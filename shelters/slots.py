"""Named places on the pages of a lower app that upper apps fill in `AppConfig.ready`.

    fill("today", incoming_referrals)

A page shows a slot with `{% slot "today" %}`, or `{% slot "case.sections" case %}` where the pieces
are about something. A provider gets the request and that something, asks the person's permission
itself, and returns its pieces, or none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True)
class Piece:
    """A partial of the upper app and what it needs; `order` sorts the pieces of one slot."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    order: int = 0


Provider = Callable[[HttpRequest, Any], Iterable[Piece]]

_providers: dict[str, list[Provider]] = defaultdict(list)


def fill(slot: str, provider: Provider) -> None:
    """Let `provider` put its pieces into `slot`; doing so twice changes nothing."""
    if provider not in _providers[slot]:
        _providers[slot].append(provider)


def pieces_of(slot: str, request: HttpRequest, about: Any = None) -> list[Piece]:
    """What the slot shows this person, in order."""
    found = [piece for provider in _providers[slot] for piece in provider(request, about)]
    return sorted(found, key=lambda piece: piece.order)
