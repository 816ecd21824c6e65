"""A shelter's pages, and three that put the database and the web process to work."""

import time
from pathlib import Path

from django.db import connection
from django.http import HttpResponse
from django.urls import path

from config.urls import handler400, handler403, handler404, handler500, urlpatterns
from shelters.events.models import Event
from shelters.staff.permissions import rule

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

KILOBYTE = "x" * 1000


@rule(public=True)
def slow(request, name: str) -> HttpResponse:
    """Says in a file that it runs, and takes two seconds."""
    Path(request.GET["mark"]).touch()
    time.sleep(2)
    note(name)
    return HttpResponse("done")


@rule(public=True)
def quick(request, name: str) -> HttpResponse:
    note(name)
    return HttpResponse("done")


@rule(public=True)
def heavy(request, name: str) -> HttpResponse:
    """Four megabytes."""
    note(name)
    many = [Event(type="test.heavy", subject_id=name, facts={"x": KILOBYTE}) for _ in range(4000)]
    Event.objects.bulk_create(many, batch_size=500)
    return HttpResponse("done")


@rule(public=True)
def full(request, name: str) -> HttpResponse:
    """As PostgreSQL speaks when its disk is full."""
    note(name)
    with connection.cursor() as cursor:
        cursor.execute("DO $$BEGIN RAISE 'could not extend' USING ERRCODE = 'disk_full'; END$$")
    return HttpResponse("done")


def note(name: str) -> None:
    Event.objects.create(type="test.noted", subject_type="test", subject_id=name)


urlpatterns = [
    *urlpatterns,
    path("test/slow/<str:name>/", slow, name="test-slow"),
    path("test/quick/<str:name>/", quick, name="test-quick"),
    path("test/heavy/<str:name>/", heavy, name="test-heavy"),
    path("test/full/<str:name>/", full, name="test-full"),
]
