"""Celery's side of the outbox."""

from uuid import UUID

from celery import shared_task

from shelters.events import carrying
from shelters.tasks import ShelterTask


@shared_task(base=ShelterTask, opens_own_units=True, ignore_result=True)
def deliver(schema: str, delivery_id: str) -> None:
    """Tell one subscriber of one event. Safe to run twice."""
    carrying.carry(schema, UUID(delivery_id))


@shared_task(base=ShelterTask, opens_own_units=True, ignore_result=True)
def sweep() -> None:
    """Once a minute: queue again what a broken broker or a failing subscriber left behind."""
    carrying.sweep()
