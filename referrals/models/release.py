"""The sealed summary, and the permission by which the database lets its recipient read it."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.summary import Section
from referrals.models.referral import Referral
from shelters.models import Shelter
from shelters.tenancy.access import Allow, Shared

# Foreign keys are checked without row security, so each policy looks at the referral itself.
SENT_BY_ME = (
    "EXISTS (SELECT 1 FROM public.referrals_referral r WHERE r.id = {table}.referral_id"
    " AND r.sender_id = {{me}}{more})"
)


def _sent_by_me(table: str, more: str = "") -> str:
    return SENT_BY_ME.format(table=table, more=more)


class Release(models.Model):
    """What the person consented to: which sections, to whom, until when. It names no person."""

    shared = Shared(
        shelters=[
            Allow("select", f"recipient_id = {{me}} OR {_sent_by_me('referrals_release')}"),
            Allow(
                "insert",
                check="withdrawn_at IS NULL AND "
                + _sent_by_me(
                    "referrals_release",
                    " AND r.status = 'sent' AND r.recipient_id = referrals_release.recipient_id",
                ),
            ),
            Allow(
                "update",
                f"withdrawn_at IS NULL AND {_sent_by_me('referrals_release')}",
                check=_sent_by_me("referrals_release"),
            ),
        ]
    )

    referral = models.OneToOneField(
        Referral, on_delete=models.PROTECT, primary_key=True, related_name="release"
    )
    recipient = models.ForeignKey(Shelter, on_delete=models.PROTECT, related_name="+")
    sections = models.JSONField(default=list)
    until = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sections__contained_by=Section.values),
                name="released_sections_are_known",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="only_withdrawn", exclude=["withdrawn_at"]),
        ]

    def __str__(self) -> str:
        return f"release of {self.referral_id}"

    @property
    def stands(self) -> bool:
        return self.withdrawn_at is None and self.until > timezone.now()


class Envelope(models.Model):
    """The summary, sealed for the recipient's key. Its sender cannot read it, central never.

    The recipient reads it from acceptance on, not before, and only while the release stands. It is
    destroyed with the step that ends its referral, by a trigger of the referral.
    """

    append_only = True
    shared = Shared(
        shelters=[
            Allow(
                "select",
                "EXISTS (SELECT 1 FROM public.referrals_referral r"
                " JOIN public.referrals_release l ON l.referral_id = r.id"
                " WHERE r.id = referrals_envelope.referral_id AND r.recipient_id = {me}"
                " AND r.status = 'accepted' AND l.withdrawn_at IS NULL"
                " AND l.until > statement_timestamp())",
            ),
            Allow("insert", check=_sent_by_me("referrals_envelope", " AND r.status = 'sent'")),
        ]
    )

    referral = models.OneToOneField(
        Referral, on_delete=models.PROTECT, primary_key=True, related_name="envelope"
    )
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return f"envelope of {self.referral_id}"
