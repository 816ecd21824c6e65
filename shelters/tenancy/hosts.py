"""From a host name to a unit: which shelter does this address belong to?"""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

SECONDS = 15.0


@dataclass(frozen=True)
class Address:
    """The shelter that a host name stands for."""

    schema: str
    id: UUID
    name: str
    is_practice: bool = False


_known: dict[str, tuple[float, Address | None]] = {}


def is_central(host: str) -> bool:
    return host == settings.CENTRAL_HOST


def remembered(host: str) -> tuple[bool, Address | None]:
    """Whether the answer for `host` is still fresh, and the answer."""
    until, address = _known.get(host, (0.0, None))
    return until > time.monotonic(), address


def remember(host: str, address: Address | None) -> None:
    """Keep the answer for a few seconds; the table stays small whatever hosts are asked for."""
    if len(_known) > 10_000:
        _known.clear()
    _known[host] = (time.monotonic() + SECONDS, address)


def forget() -> None:
    """Drop every remembered answer, after a domain changed in this process."""
    _known.clear()
