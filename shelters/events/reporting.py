"""How much is outstanding in an outbox, and the row by which a shelter says so to the network."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Count, Min, Q
from django.utils import timezone

from shelters.events.models import Delivery
from shelters.models import SweepReport
from shelters.tenancy import current_unit
from shelters.tenancy.migrate import missing_in
from shelters.tenancy.placement import Place

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outstanding:
    """Deliveries not made yet; `failed` are those of them that were tried in vain."""

    number: int
    failed: int
    oldest_at: datetime | None


def outstanding() -> Outstanding:
    """In the outbox of the running unit."""
    waiting = Delivery.objects.filter(delivered_at=None)
    return Outstanding(
        **waiting.aggregate(
            number=Count("pk"),
            failed=Count("pk", filter=~Q(last_error="")),
            oldest_at=Min("event__at"),
        )
    )


def report(found: Outstanding) -> None:
    """Say it to the operator. That this cannot be done now stops no delivery."""
    try:
        with transaction.atomic():
            _write(found)
    except DatabaseError as error:
        logger.warning("No report of %s: %s.", current_unit().schema, type(error).__name__)


def _write(found: Outstanding) -> None:
    facts = {
        "at": timezone.now(),
        "outstanding": found.number,
        "failed": found.failed,
        "oldest_at": found.oldest_at,
        "missing_migrations": len(missing_in(Place.SHELTER)),
        "version": settings.VERSION,
    }
    SweepReport.objects.bulk_create(
        [SweepReport(shelter_id=current_unit().id, **facts)],
        update_conflicts=True,
        unique_fields=["shelter"],
        update_fields=list(facts),
    )
