"""Addresses for letters and terminals, where no request tells them."""

from __future__ import annotations

from django.conf import settings


def origin_of(host: str) -> str:
    scheme = "https" if settings.SECURE else "http"
    port = f":{settings.PORT}" if settings.PORT else ""
    return f"{scheme}://{host}{port}"
