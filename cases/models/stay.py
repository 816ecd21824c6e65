"""One residence, from arrival to leaving, and the three dates that must never be confused."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.choices import StayType
from cases.models.exploitation_time import ExploitationTime


class Stay(models.Model):
    """One open stay a case; coming back later is a new stay."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="stays")
    stay_type = models.CharField(
        _("kind of stay"), max_length=20, choices=StayType, default=StayType.REHABILITATION
    )
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    planned_until = models.DateField(_("plan"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at=None), name="one_open_stay_a_case"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="stay_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(stay_type__in=StayType.values), name="stay_type_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"stay of {self.case_id}"

    @property
    def started_on(self) -> date:
        return timezone.localdate(self.started_at)

    def dates(
        self, *, exploited_for: ExploitationTime | None, state_pays_for: timedelta | None
    ) -> StayDates:
        return StayDates(
            start=self.started_on,
            guideline=exploited_for.guideline_from(self.started_on) if exploited_for else None,
            state_paid_until=self.started_on + state_pays_for if state_pays_for else None,
            plan=self.planned_until,
        )


@dataclass(frozen=True)
class StayDates:
    """Side by side: what experience suggests, what the state pays, what was agreed.

    None of them ends a stay by itself.
    """

    start: date
    guideline: date | None
    state_paid_until: date | None
    plan: date | None
