"""Carrying an event to a subscriber: claim it, do the work where it belongs, mark it delivered."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import DatabaseError
from django.utils import timezone

from shelters.events.models import Delivery, EventRecord, Handled
from shelters.events.recording import queue
from shelters.events.reporting import Outstanding, outstanding, report
from shelters.events.subscribing import find_subscriber
from shelters.measures import OLDEST_SECONDS, OUTSTANDING
from shelters.registry import UnknownShelter, in_schema, schemas_in_use
from shelters.tenancy import CENTRAL

logger = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
MOST_DOUBLINGS = 7  # more give no longer wait, and one day a number that is no time at all
SWEEP_AT_MOST = 500


@dataclass(frozen=True)
class Claim:
    delivery_id: UUID
    subscriber: str
    target: str
    event: EventRecord


def carry(schema: str, delivery_id: UUID) -> bool:
    """Tell one subscriber. False when there was nothing to do; an error leaves it to the sweep."""
    claim = _claim(schema, delivery_id)
    if claim is None:
        return False
    try:
        _handle(claim)
    except Exception as error:
        _note_failure(schema, delivery_id, error)
        raise
    _mark_delivered(schema, delivery_id)
    return True


def sweep() -> int:
    """Queue what is due in every shelter and on the central host; returns how many there were.

    A shelter that cannot be asked now, being migrated or archived, keeps no other waiting.
    """
    found = 0
    for schema in [CENTRAL.schema, *schemas_in_use()]:
        try:
            due = _look_into(schema)
        except (DatabaseError, UnknownShelter) as error:
            logger.warning("The sweep passed over %s: %s.", schema, type(error).__name__)
            continue
        queue(schema, due)
        found += len(due)
    return found


def _look_into(schema: str) -> list[UUID]:
    """What is due in one outbox; notes how much is outstanding, for whoever runs Pana."""
    with in_schema(schema) as unit:
        found = outstanding()
        _note_for_the_figures(schema, found)
        if not unit.is_central:
            report(found)
        return list(Delivery.objects.due().values_list("id", flat=True)[:SWEEP_AT_MOST])


def _note_for_the_figures(schema: str, found: Outstanding) -> None:
    age = (timezone.now() - found.oldest_at).total_seconds() if found.oldest_at else 0
    OUTSTANDING.labels(schema).set(found.number)
    OLDEST_SECONDS.labels(schema).set(age)


def _claim(schema: str, delivery_id: UUID) -> Claim | None:
    """Take the delivery for a while: a second carrier finds it not due."""
    with in_schema(schema):
        delivery = (
            Delivery.objects.due()
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("event")
            .filter(pk=delivery_id)
            .first()
        )
        if delivery is None:
            return None
        delivery.attempts += 1
        delivery.next_attempt_at = timezone.now() + _wait_after(delivery.attempts)
        delivery.save(update_fields=["attempts", "next_attempt_at"])
        return Claim(
            delivery.id,
            delivery.subscriber,
            delivery.target,
            delivery.event.as_record(),
        )


def _handle(claim: Claim) -> None:
    subscriber = find_subscriber(claim.event.type, claim.subscriber)
    with in_schema(claim.target, sealed=True):
        if not Handled.objects.filter(pk=claim.delivery_id).exists():
            Handled.objects.create(pk=claim.delivery_id)
            subscriber.handler(claim.event)


def _mark_delivered(schema: str, delivery_id: UUID) -> None:
    with in_schema(schema):
        Delivery.objects.filter(pk=delivery_id).update(delivered_at=timezone.now(), last_error="")


def _note_failure(schema: str, delivery_id: UUID, error: Exception) -> None:
    """Keep the kind of error only: its message may hold personal data."""
    with in_schema(schema):
        Delivery.objects.filter(pk=delivery_id).update(last_error=type(error).__name__)


def _wait_after(attempts: int) -> timedelta:
    return min(FIRST_WAIT * int(2 ** min(attempts - 1, MOST_DOUBLINGS)), LONGEST_WAIT)
