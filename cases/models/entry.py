"""What staff wrote about a case. The day it happened is not the moment it was typed."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.choices import EntryKind
from shelters.vault.fields import EncryptedTextField

ENTRY_LENGTH = 4000


class Entry(models.Model):
    """Never changed afterwards: who was wrong writes another one. No time means none is known."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(_("kind"), max_length=20, choices=EntryKind, default=EntryKind.NOTE)
    text = EncryptedTextField(_("note"), max_length=ENTRY_LENGTH)
    happened_on = models.DateField(_("day"))
    happened_at_time = models.TimeField(_("time"), null=True, blank=True)
    entered_at = models.DateTimeField(default=timezone.now)
    by_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-happened_on", "-entered_at"]
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["case", "-happened_on", "-entered_at"], name="entries_of_case")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=EntryKind.values), name="entry_kind_is_known"
            )
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.case_id}"
