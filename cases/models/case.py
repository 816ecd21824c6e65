"""All work with one person, from the day they are expected to the day they leave."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.answers import AnswerField, given_if_answered
from cases.models.choices import AgeGroup, ClosureReason, ExploitationForm, ReferralSource
from cases.models.client import Client
from cases.models.exploitation_time import LONGEST, ExploitationTime, TimeUnit
from shelters.refusals import Refusal
from shelters.staff.models import User
from shelters.staff.permissions import P
from shelters.vault.fields import EncryptedTextField


class Status(models.TextChoices):
    EXPECTED = "expected", _("Expected")
    ACTIVE = "active", _("In the shelter")
    CLOSED = "closed", _("Closed")
    CLOSED_REFERRED = "closed_referred", _("Moved to another shelter")


TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.EXPECTED: frozenset({Status.ACTIVE, Status.CLOSED}),
    Status.ACTIVE: frozenset({Status.CLOSED, Status.CLOSED_REFERRED}),
    Status.CLOSED: frozenset(),
    Status.CLOSED_REFERRED: frozenset(),
}
OPEN = (Status.EXPECTED, Status.ACTIVE)
ENDED = (Status.CLOSED, Status.CLOSED_REFERRED)


class WrongState(Refusal):
    message = _("This step does not fit the case as it stands now. Open the case again.")


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: User) -> CaseQuerySet:
        """Whoever may read cases reads all of their shelter."""
        return self if user.may(P.CASE_READ) else self.none()

    def active(self) -> CaseQuerySet:
        return self.filter(status=Status.ACTIVE)

    def expected(self) -> CaseQuerySet:
        return self.filter(status=Status.EXPECTED)

    def of_age(self, age_group: AgeGroup | str) -> CaseQuerySet:
        return self.filter(client__age_group=age_group)

    def kept_by(self, user: User) -> CaseQuerySet:
        return self.filter(keyworker=user)

    def called(self, code: str) -> CaseQuerySet:
        """Whose client's code name begins like this."""
        return self.filter(client__code__istartswith=code.strip())

    def due_before(self, day: date) -> CaseQuerySet:
        return self.active().filter(next_step_due__lt=day)

    def due_on(self, day: date) -> CaseQuerySet:
        return self.active().filter(next_step_due=day)

    def without_next_step(self) -> CaseQuerySet:
        return self.active().filter(next_step__isnull=True)


def _possible_time() -> Q:
    """No time at all, or an amount within the bounds of its unit."""
    allowed = Q(exploitation_amount=None, exploitation_unit="", exploitation_about=False)
    for unit, longest in LONGEST.items():
        allowed |= Q(exploitation_unit=unit, exploitation_amount__range=(1, longest))
    return allowed


class Case(models.Model):
    """Closed means read-only: operations refuse, and nothing opens it again."""

    QUESTIONS = ("referral_source", "exploitation_forms", "exploitation_time")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="cases")
    status = models.CharField(_("status"), max_length=20, choices=Status)
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    opened_by_id = models.UUIDField(null=True)
    keyworker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
    )
    by_referral_id = models.UUIDField(null=True, blank=True, unique=True)
    is_emergency = models.BooleanField(_("emergency"), default=False)
    referral_source = models.CharField(
        _("who referred"), max_length=40, choices=ReferralSource, blank=True
    )
    referral_source_answer = AnswerField()
    exploitation_forms = models.JSONField(_("forms of exploitation"), default=list, blank=True)
    exploitation_forms_answer = AnswerField()
    exploitation_amount = models.PositiveIntegerField(null=True, blank=True)
    exploitation_unit = models.CharField(max_length=6, choices=TimeUnit, blank=True)
    exploitation_about = models.BooleanField(default=False)
    exploitation_time_answer = AnswerField()
    next_step = EncryptedTextField(_("next step"), max_length=200, null=True, blank=True)
    next_step_due = models.DateField(_("due"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closure_reason = models.CharField(_("reason"), max_length=40, choices=ClosureReason, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "id"]
        indexes = [
            models.Index(fields=["status", "-opened_at", "id"], name="cases_by_status"),
            models.Index(
                fields=["next_step_due"],
                name="cases_by_next_step",
                condition=Q(status="active"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(status__in=OPEN),
                name="one_open_case_a_client",
            ),
            models.CheckConstraint(
                condition=Q(status__in=OPEN, closed_at=None, closure_reason="")
                | (
                    Q(status__in=ENDED, closed_at__isnull=False)
                    & Q(closure_reason__in=ClosureReason.values)
                ),
                name="closed_with_day_and_reason",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.CLOSED_REFERRED, closure_reason=ClosureReason.TRANSFERRED)
                | ~Q(status=Status.CLOSED_REFERRED),
                name="referred_means_transferred",
            ),
            models.CheckConstraint(
                condition=Q(next_step_due=None) | Q(next_step__isnull=False),
                name="due_only_with_a_step",
            ),
            models.CheckConstraint(
                condition=Q(referral_source__in=["", *ReferralSource.values]),
                name="referral_source_is_known",
            ),
            models.CheckConstraint(
                condition=Q(exploitation_forms__contained_by=ExploitationForm.values),
                name="exploitation_forms_are_known",
            ),
            models.CheckConstraint(
                condition=_possible_time(), name="exploitation_time_is_possible"
            ),
            given_if_answered("referral_source", ~Q(referral_source="")),
            given_if_answered("exploitation_forms", ~Q(exploitation_forms=[])),
            given_if_answered("exploitation_time", Q(exploitation_amount__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.client)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_active(self) -> bool:
        return self.status == Status.ACTIVE

    @property
    def is_overdue(self) -> bool:
        due = self.next_step_due
        return self.is_active and due is not None and due < timezone.localdate()

    @property
    def is_due_today(self) -> bool:
        return self.next_step_due == timezone.localdate()

    @property
    def exploitation_time(self) -> ExploitationTime | None:
        """None unless the person said how long it was."""
        if self.exploitation_amount is None:
            return None
        unit = TimeUnit(self.exploitation_unit)
        return ExploitationTime(self.exploitation_amount, unit, self.exploitation_about)

    @exploitation_time.setter
    def exploitation_time(self, time: ExploitationTime | None) -> None:
        self.exploitation_amount = time.amount if time else None
        self.exploitation_unit = time.unit if time else ""
        self.exploitation_about = time.about if time else False

    def advance(self, to: Status) -> None:
        """Take the next step of the case's life; raises `WrongState`."""
        if to not in TRANSITIONS[Status(self.status)]:
            raise WrongState
        self.status = to
