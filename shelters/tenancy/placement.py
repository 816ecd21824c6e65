"""Which apps have their tables in the public schema, in each shelter's schema, or in both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model


class Place(Enum):
    PUBLIC = "public"
    SHELTER = "shelter"


_migrating: ContextVar[Place | None] = ContextVar("migrating", default=None)


@contextmanager
def migrating(place: Place) -> Iterator[None]:
    """Let migrations of the apps of `place` run; outside this block none may."""
    token = _migrating.set(place)
    try:
        yield
    finally:
        _migrating.reset(token)


def apps_in(place: Place) -> frozenset[str]:
    """Labels of the apps whose tables belong in `place`."""
    names = settings.PUBLIC_APPS if place is Place.PUBLIC else settings.SHELTER_APPS
    return frozenset(config.label for config in apps.get_app_configs() if config.name in names)


def models_in(place: Place) -> list[type[Model]]:
    """Every concrete model, many-to-many tables included, whose table belongs in `place`."""
    labels = apps_in(place)
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in labels and model._meta.managed and not model._meta.proxy
    ]


class Router:
    """Tables are made by the owner only, and only where their app belongs."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        place = _migrating.get()
        return db == "owner" and place is not None and app_label in apps_in(place)
