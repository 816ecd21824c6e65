"""Carrying what the demo's events set going, so that it is whole without a worker."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from shelters.events.carrying import carry
from shelters.events.models import Delivery
from shelters.registry import in_schema
from shelters.tenancy import CENTRAL


def carry_everything(schemas: Iterable[str]) -> None:
    """Until nothing is due. A worker that takes the same deliveries meanwhile does no harm."""
    places = [CENTRAL.schema, *schemas]
    while due := [found for schema in places for found in _due(schema)]:
        for schema, delivery_id in due:
            carry(schema, delivery_id)


def _due(schema: str) -> list[tuple[str, UUID]]:
    with in_schema(schema):
        return [(schema, pk) for pk in Delivery.objects.due().values_list("id", flat=True)]
