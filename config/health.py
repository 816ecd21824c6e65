"""Two addresses for the machines that watch Pana, on every host and for nobody in particular.

`/health/` says that the process answers; `/ready/` whether it can do its work. Neither opens a
session or a shelter's unit for the asker, and what they say is always one of the sentences below.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from celery import current_app
from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from kombu.exceptions import KombuError

from config.faults import NO_CACHE, NOT_HELD
from shelters.registry import UnknownShelter, in_schema, schemas_in_use
from shelters.tenancy import CENTRAL
from shelters.tenancy.caches import CacheAway
from shelters.tenancy.held import NotHeld, learn
from shelters.tenancy.migrate import is_current
from shelters.tenancy.placement import Place

HEALTHY = "Pana answers."
READY = "Pana is ready."
STARTING = "Pana is only starting."
NO_DATABASE = "The database cannot be reached."
OLD_TABLES = "The tables are not those of this version; run migrate."
NOT_READY = "Pana is not ready."
NO_BROKER = "The broker cannot be reached; deliveries wait for the sweep."
ASK_EVERY = 2.0  # seconds: many who ask cost no more than one
BROKER_WITHIN = 2  # seconds
LOOPBACK = {"127.0.0.1", "::1"}


class HealthMiddleware:
    """Above everything that looks for a host, a session or a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        name = request.path_info.strip("/")
        if request.path_info not in {"/health/", "/ready/"}:
            return self.get_response(request)
        answer = _answer(request, name)
        answer.route = name  # type: ignore[attr-defined]
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _answer(request: HttpRequest, name: str) -> HttpResponse:
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    if name == "health":
        return _sentences([HEALTHY], 200)
    found = latest.troubles()
    if found and not _is_from_beside(request):
        found = [NOT_READY]
    return _sentences(found or [READY], 503 if found else 200)


def _is_from_beside(request: HttpRequest) -> bool:
    """From this machine, and not through its proxy; a stranger need not know what is broken."""
    return (
        request.META.get("REMOTE_ADDR") in LOOPBACK and "HTTP_X_FORWARDED_FOR" not in request.META
    )


def _sentences(sentences: list[str], status: int) -> HttpResponse:
    text = "".join(f"{sentence}\n" for sentence in sentences)
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


@dataclass
class Latest:
    """What was found last; asked anew by one thread at a time, while the others hear the old."""

    found: list[str] = field(default_factory=lambda: [STARTING])
    until: float = 0.0
    asking: threading.Lock = field(default_factory=threading.Lock)

    def troubles(self) -> list[str]:
        if time.monotonic() >= self.until and self.asking.acquire(blocking=False):
            try:
                self.found = troubles()
                self.until = time.monotonic() + ASK_EVERY
            finally:
                self.asking.release()
        return self.found


latest = Latest()


def troubles() -> list[str]:
    """A sentence for each thing that keeps Pana from its work."""
    found = (_of_the_database(), _of_the_broker(), _of_the_cache())
    return [sentence for sentence in found if sentence]


def _of_the_database() -> str:
    try:
        return "" if _all_tables_are_current() else OLD_TABLES
    except NotHeld:
        return NOT_HELD
    except (OperationalError, InterfaceError):
        return NO_DATABASE
    except DatabaseError:  # not even the table that says which migrations ran, or no right to it
        return OLD_TABLES


_current: set[str] = set()  # schemas found so; they never fall behind the code of this process


def _all_tables_are_current() -> bool:
    """Asking which shelters there are also shows that the database is there."""
    if CENTRAL.schema not in _current and not _is_current(CENTRAL.schema, Place.PUBLIC):
        return False
    unseen = [schema for schema in schemas_in_use() if schema not in _current]
    if unseen:
        learn(unseen)
    return all(_is_current(schema, Place.SHELTER) for schema in unseen)


def _is_current(schema: str, place: Place) -> bool:
    try:
        with in_schema(schema):
            found = is_current(place)
    except UnknownShelter:  # archived a moment ago
        return True
    if found:
        _current.add(schema)
    return found


def _of_the_broker() -> str:
    try:
        with current_app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_WITHIN)
    except (KombuError, OSError):
        return NO_BROKER
    return ""


def _of_the_cache() -> str:
    try:
        cache.get("health")
    except CacheAway:
        return NO_CACHE
    return ""
