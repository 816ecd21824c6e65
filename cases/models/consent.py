"""What the person agreed to, for which purpose and towards whom. Refusing is an answer too."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.choices import Language


class Scope(models.TextChoices):
    STAY = "stay", _("To stay in the shelter")
    REFERRAL = "referral", _("To this referral")


class ConsentState(models.TextChoices):
    GIVEN = "given", _("Given")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class How(models.TextChoices):
    SIGNED = "signed", _("Signed")
    THUMBPRINT = "thumbprint", _("By thumbprint")
    ORAL_WITH_WITNESS = "oral_with_witness", _("By word, before a witness")
    GUARDIAN_AND_CHILD = "guardian_and_child_assent", _("Guardian consents, child agrees")


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self) -> ConsentQuerySet:
        """Given, not withdrawn, and not past its end."""
        lasts = Q(until=None) | Q(until__gt=timezone.now())
        return self.filter(lasts, state=ConsentState.GIVEN)


class Consent(models.Model):
    """One answer to one question. A later answer is a later row; withdrawing closes this one.

    A guardian's consent stands beside the child's own, a signature beside the word given at night.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="consents")
    scope = models.CharField(_("consent"), max_length=10, choices=Scope)
    state = models.CharField(_("state"), max_length=10, choices=ConsentState)
    how = models.CharField(_("how it was given"), max_length=30, choices=How, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=Language, blank=True)
    given_at = models.DateTimeField(_("when"), default=timezone.now)
    by_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=120, blank=True)
    recipient_id = models.UUIDField(null=True, blank=True)
    sections = models.JSONField(default=list, blank=True)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by_id = models.UUIDField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["-given_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scope=Scope.STAY, recipient_id=None, sections=[])
                | Q(scope=Scope.REFERRAL, recipient_id__isnull=False),
                name="a_referral_names_its_recipient",
            ),
            models.CheckConstraint(
                condition=Q(state=ConsentState.REFUSED, how="", withdrawn_at=None)
                | Q(state=ConsentState.GIVEN, how__in=How.values, withdrawn_at=None)
                | Q(state=ConsentState.WITHDRAWN, how__in=How.values, withdrawn_at__isnull=False),
                name="consent_state_fits_its_dates",
            ),
            models.UniqueConstraint(
                fields=["case", "how"],
                condition=Q(scope=Scope.STAY, state=ConsentState.GIVEN),
                name="one_standing_consent_to_stay",
                violation_error_message=_("This consent is recorded already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.state}"

    @property
    def has_ended(self) -> bool:
        return self.until is not None and self.until <= timezone.now()

    @property
    def stands(self) -> bool:
        return self.state == ConsentState.GIVEN and not self.has_ended
