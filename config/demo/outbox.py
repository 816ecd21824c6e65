"""Carrying what the demo's events set going, so that it is whole without a worker."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from operator import itemgetter
from uuid import UUID

from config.demo.clock import Clock
from shelters.events.carrying import carry
from shelters.events.models import Delivery
from shelters.registry import in_schema
from shelters.tenancy import CENTRAL

SOON = timedelta(minutes=1)
Due = tuple[datetime, str, UUID]


def carry_everything(schemas: Iterable[str], clock: Clock) -> None:
    """Until nothing is due, each as soon after its event as a worker would."""
    places = [CENTRAL.schema, *schemas]
    while due := _due(places, clock):
        for at, schema, delivery_id in due:
            clock.set(at + SOON)
            carry(schema, delivery_id)


def _due(places: Iterable[str], clock: Clock) -> list[Due]:
    clock.set(clock.present)
    found = []
    for schema in places:
        with in_schema(schema):
            rows = Delivery.objects.due().values_list("event__at", "id")
            found += [(at, schema, delivery_id) for at, delivery_id in rows]
    return sorted(found, key=itemgetter(0))
