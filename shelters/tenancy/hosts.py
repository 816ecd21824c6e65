"""From a host name to a unit: which shelter does this address belong to?"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

SECONDS = 15.0
STRANGER = 1.0


@dataclass(frozen=True)
class Address:
    """The shelter that a host name stands for."""

    schema: str
    id: UUID
    name: str
    is_practice: bool = False


NOTHING: tuple[Mapping[str, Address], float] = ({}, float("-inf"))
_told = NOTHING  # and when; one thing, for other threads may tell anew between two lines


def is_central(host: str) -> bool:
    return host == settings.CENTRAL_HOST


def remembered(host: str) -> tuple[bool, Address | None]:
    """Whether what is known is fresh enough for `host`, and its address.

    All addresses are asked for at once, so that a thousand shelters cost no more than one. A host
    that is not among them may have been given just now: it counts for a second only.
    """
    known, told_at = _told
    address = known.get(host)
    return time.monotonic() - told_at < (SECONDS if address else STRANGER), address


def remember(addresses: Mapping[str, Address]) -> None:
    """Keep every address there is for a few seconds."""
    global _told
    _told = addresses, time.monotonic()


def forget() -> None:
    """Drop what is remembered, after a domain changed in this process."""
    global _told
    _told = NOTHING
