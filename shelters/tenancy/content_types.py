"""The cache of content types, which Django keeps for each database, kept for each schema.

The same model may have another number in another schema, and a right on an object names it.
"""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType

from shelters.tenancy.unit import unit_or_none


class BySchema(dict[tuple[str, str], dict[Any, Any]]):
    """Takes the names of databases for keys, and finds what the running unit knows of them."""

    def __getitem__(self, using: Any) -> dict[Any, Any]:
        return super().__getitem__(_place(using))

    def setdefault(self, using: Any, default: Any = None) -> Any:
        return super().setdefault(_place(using), default)


def keep_apart() -> None:
    """Whoever held the manager before this is called goes on with Django's own cache."""
    for manager in ContentType._meta.local_managers:
        manager._cache = BySchema()  # type: ignore[attr-defined]
    ContentType._meta._expire_cache()  # type: ignore[attr-defined]


def _place(using: str) -> tuple[str, str]:
    unit = unit_or_none()
    return using, unit.schema if unit else ""
