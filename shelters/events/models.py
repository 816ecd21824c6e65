"""What happened, and who still has to hear of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class EventRecord:
    """An event as a subscriber gets it: facts without a database behind them."""

    id: uuid.UUID
    type: str
    subject_type: str
    subject_id: str
    case_id: uuid.UUID | None
    by_id: uuid.UUID | None
    by_name: str
    at: datetime
    facts: dict[str, Any]


class Event(models.Model):
    """One thing that was done, by whom. Facts are ids, codes and numbers, never personal data."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    type = models.CharField(max_length=60, db_index=True)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    case_id = models.UUIDField(null=True, blank=True)
    by_id = models.UUIDField(null=True, blank=True)
    by_name = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["case_id", "-at"], name="event_of_case")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.subject_type} {self.subject_id}"

    def as_record(self) -> EventRecord:
        return EventRecord(
            id=self.id,
            type=self.type,
            subject_type=self.subject_type,
            subject_id=self.subject_id,
            case_id=self.case_id,
            by_id=self.by_id,
            by_name=self.by_name,
            at=self.at,
            facts=self.facts,
        )


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self) -> DeliveryQuerySet:
        return self.filter(delivered_at=None, next_attempt_at__lte=timezone.now())


class Delivery(models.Model):
    """The outbox: one row for each subscriber of an event, until it has been told."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries")
    subscriber = models.CharField(max_length=120)
    target = models.CharField(max_length=30, help_text=_("Schema in which the subscriber runs."))
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=120, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "subscriber"], name="told_once_a_subscriber")
        ]
        indexes = [
            models.Index(
                "next_attempt_at",
                name="delivery_outstanding",
                condition=models.Q(delivered_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.subscriber} of {self.event_id}"


class Handled(models.Model):
    """The inbox: deliveries whose work is done here, so that a second carrying changes nothing."""

    append_only = True

    delivery_id = models.UUIDField(primary_key=True)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.delivery_id)
