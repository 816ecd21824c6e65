"""`record()`: the audit row and the outbox, in the transaction of the change itself."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Protocol
from uuid import UUID

from celery import current_app
from django.db import models, transaction
from kombu.exceptions import KombuError

from shelters.events.models import Delivery, Event
from shelters.events.subscribing import CENTRAL_HOST, Subscriber, subscribers_of
from shelters.models import Shelter
from shelters.tenancy import CENTRAL, current_unit
from shelters.tenancy.names import TASK_HEADER

logger = logging.getLogger(__name__)

DELIVER = "shelters.events.tasks.deliver"
CONFIRMED_WITHIN = 2.0  # seconds: a broker whose disk is full accepts a message and says nothing


class Actor(Protocol):
    """Who did it: a user, or anything with an id and a name."""

    id: Any
    name: Any


def record(
    event_type: str,
    *,
    subject: models.Model,
    by: Actor | None,
    case_id: UUID | None = None,
    **facts: Any,
) -> Event:
    """Write the event in the running transaction and, after commit, tell its subscribers.

    `facts` go to JSON and must hold no personal data. `by=None` means Pana itself.
    If this fails, the change it describes fails.
    """
    event = Event.objects.create(
        type=event_type,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        case_id=case_id,
        by_id=by.id if by else None,
        by_name=by.name if by else "",
        facts={name: _plain(fact) for name, fact in facts.items()},
    )
    for subscriber in subscribers_of(event_type):
        if subscriber.same_transaction:
            subscriber.handler(event.as_record())
    _post(event)
    return event


def _post(event: Event) -> None:
    later = [s for s in subscribers_of(event.type) if not s.same_transaction]
    if not later:
        return
    deliveries = Delivery.objects.bulk_create(
        Delivery(event=event, subscriber=s.name, target=_target(event, s)) for s in later
    )
    ids = [delivery.id for delivery in deliveries]
    transaction.on_commit(partial(queue, current_unit().schema, ids), robust=True)


def queue(schema: str, delivery_ids: list[UUID]) -> None:
    """Hand deliveries to the workers. A broker that is away costs nothing: the sweep comes by."""
    try:
        with line_to_the_broker() as line:
            for delivery_id in delivery_ids:
                current_app.send_task(
                    DELIVER,
                    args=[schema, str(delivery_id)],
                    headers={TASK_HEADER: schema},
                    producer=line,
                    retry=False,
                    confirm_timeout=CONFIRMED_WITHIN,
                )
    except (KombuError, OSError) as error:
        logger.warning(
            "The broker cannot be reached (%s): deliveries of %s wait for the sweep.",
            type(error).__name__,
            schema,
        )


@contextmanager
def line_to_the_broker() -> Iterator[Any]:
    """One that failed is cut off without a word: a broker without room would hear none, and kombu
    waits for its answer for ever.
    """
    with current_app.producer_or_acquire() as line:
        try:
            yield line
        except (KombuError, OSError):
            line.connection.collect()
            raise


def _target(event: Event, subscriber: Subscriber) -> str:
    if subscriber.at == CENTRAL_HOST:
        return CENTRAL.schema
    if not subscriber.at:
        return current_unit().schema
    return Shelter.objects.get(pk=event.facts[subscriber.at]).schema


def _plain(fact: Any) -> Any:
    return fact if isinstance(fact, bool | int | float | list | dict | None) else str(fact)
