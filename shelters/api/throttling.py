"""How often one person's programs may ask."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle

from shelters.tenancy.caches import CacheAway


class Limit(UserRateThrottle):
    """It shares the server out fairly and locks no door: while nobody can count, work goes on."""

    def allow_request(self, request: Request, view: Any) -> bool:
        try:
            allowed: bool = super().allow_request(request, view)
        except CacheAway:
            return True
        return allowed
