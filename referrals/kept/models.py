"""What a shelter keeps, in its own schema, of the referrals it sent and received."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Consent
from cases.models import Status as CaseStatus
from referrals.models import OPEN, DeclineReason, Referral, Status
from shelters.staff.models import User
from shelters.staff.permissions import P
from shelters.vault.fields import EncryptedTextField

CAME_TO_NOTHING = (Status.DECLINED, Status.NOT_ARRIVED)


class KeptQuerySet[Kept: models.Model](models.QuerySet[Kept]):
    def visible_to(self, user: User) -> KeptQuerySet[Kept]:
        """They hold a client's summary, so whoever may read cases and referrals."""
        may = user.may(P.REFERRAL_READ) and user.may(P.CASE_READ)
        return self if may else self.none()


class Kept(models.Model):
    """A summary beside the id of its referral. The text is empty once nobody may have it."""

    referral_id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    text = EncryptedTextField()

    class Meta:
        abstract = True

    @property
    def summary(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.text) if self.text else {}
        return found


class SentQuerySet(KeptQuerySet["Sent"]):
    def open(self) -> SentQuerySet:
        return self.filter(status__in=OPEN)

    def without_a_place(self) -> SentQuerySet:
        """Declined or not arrived, and nothing was sent since: the client still needs a place."""
        later = Sent.objects.filter(case=OuterRef("case"), sent_at__gt=OuterRef("sent_at"))
        return self.filter(
            ~Exists(later), status__in=CAME_TO_NOTHING, case__status=CaseStatus.ACTIVE
        )


class Sent(Kept):
    """The sender's copy: the summary as sent, and where the referral stands, as known here."""

    MIRRORED = (
        "status",
        "answered_at",
        "decline_reason",
        "arrive_by",
        "arrived_at",
        "ended_at",
    )

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="sent_referrals")
    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(_("code"), max_length=8)
    recipient_id = models.UUIDField()
    by_name = models.CharField(max_length=120)
    sent_at = models.DateTimeField(_("sent"))
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.SENT)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    decline_reason = models.CharField(_("reason"), max_length=20, choices=DeclineReason, blank=True)
    arrive_by = models.DateTimeField(_("expected by"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = SentQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(status__in=OPEN), name="one_open_referral_a_case"
            )
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    def mirror(self, referral: Referral) -> None:
        """Set what both shelters know, without saving."""
        for name in self.MIRRORED:
            setattr(self, name, getattr(referral, name))


class Received(Kept):
    """The recipient's copy, from the moment of acceptance."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="received_referral")
    code = models.CharField(_("code"), max_length=8)
    sender_id = models.UUIDField()

    objects: KeptQuerySet[Received] = KeptQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.code
