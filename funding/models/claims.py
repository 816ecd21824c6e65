"""What somebody says about who funds the shelter."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from funding.models.rows import NOT_INVENTED, OWN, may_see_money
from shelters.models import Shelter
from shelters.staff.models import User
from shelters.tenancy import current_unit
from shelters.tenancy.access import Allow, Shared


class ClaimQuerySet(models.QuerySet["Claim"]):
    def visible_to(self, user: User) -> ClaimQuerySet:
        if not may_see_money(user):
            return self.none()
        return self if current_unit().is_central else self.filter(shelter=current_unit().id)

    def standing(self) -> ClaimQuerySet:
        return self.filter(withdrawn_at=None)

    def standing_first(self) -> ClaimQuerySet:
        return self.order_by(F("withdrawn_at").desc(nulls_first=True), "-as_of", "-entered_at")


class Claim(models.Model):
    """What somebody says about who funds the shelter. It stands beside the money, never in it."""

    shared = Shared(
        shelters=[
            Allow("select", OWN),
            Allow("insert", check=f"{OWN} AND withdrawn_at IS NULL"),
            Allow("update", f"{OWN} AND withdrawn_at IS NULL", check=OWN),
        ],
        central=[Allow("select", NOT_INVENTED)],
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    shelter = models.ForeignKey(Shelter, on_delete=models.PROTECT, related_name="claims")
    statement = models.CharField(_("what is said"), max_length=300)
    said_by = models.CharField(_("who says it"), max_length=120)
    as_of = models.DateField(_("as of"))
    source = models.CharField(_("where it was said"), max_length=200)
    entered_by_id = models.UUIDField()
    entered_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by_id = models.UUIDField(null=True, blank=True)
    withdrawal_reason = models.CharField(_("why it is withdrawn"), max_length=200, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["-as_of", "-entered_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by_id=None, withdrawal_reason="")
                | Q(
                    ~Q(withdrawal_reason=""),
                    withdrawn_at__isnull=False,
                    withdrawn_by_id__isnull=False,
                ),
                name="a_withdrawn_claim_says_who_and_why",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="only_withdrawn",
                exclude=["withdrawn_at", "withdrawn_by_id", "withdrawal_reason"],
            ),
        ]

    def __str__(self) -> str:
        return self.statement

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None
