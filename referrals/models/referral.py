"""What two shelters and the central host see of a referral: needs and times, never a person."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pgtrigger
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import AgeGroup, Language, Sex
from referrals.models.choices import DeclineReason, Need, Reason, Status, Urgency
from referrals.models.steps import (
    DECLARED,
    ENDED,
    OPEN,
    STEPS,
    WrongState,
    check_step,
    fits_its_status,
)
from shelters.models import Shelter
from shelters.staff.models import User
from shelters.staff.permissions import P
from shelters.tenancy import current_unit
from shelters.tenancy.access import Allow, Shared
from shelters.tenancy.triggers import AsOwner

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
IS_OPEN = (  # not archived, and none for practice
    "EXISTS (SELECT 1 FROM public.shelters_shelter s WHERE s.id = {} AND s.state = 'open')"
)
CODE_PATTERN = rf"^R-[{CODE_LETTERS}]{{4}}$"


class ReferralQuerySet(models.QuerySet["Referral"]):
    def visible_to(self, user: User) -> ReferralQuerySet:
        """A shelter's own, both ways; on the central host all of them, for coordinators."""
        if current_unit().is_central:
            return self if user.may(P.NETWORK_REFERRALS_READ) else self.none()
        if not user.may(P.REFERRAL_READ):
            return self.none()
        return self.filter(Q(sender=current_unit().id) | Q(recipient=current_unit().id))

    def incoming(self) -> ReferralQuerySet:
        return self.filter(recipient=current_unit().id)

    def outgoing(self) -> ReferralQuerySet:
        return self.filter(sender=current_unit().id)

    def waiting(self) -> ReferralQuerySet:
        return self.filter(status=Status.SENT)

    def on_the_way(self) -> ReferralQuerySet:
        return self.filter(status=Status.ACCEPTED)

    def open(self) -> ReferralQuerySet:
        return self.filter(status__in=OPEN)

    def overdue(self) -> ReferralQuerySet:
        return self.filter(is_overdue())

    def ended(self) -> ReferralQuerySet:
        return self.filter(status__in=ENDED)

    def called(self, letters: str) -> ReferralQuerySet:
        """Those whose code begins with these letters, `R-` left out."""
        return self.filter(code__startswith=f"R-{letters}")

    def past(self) -> ReferralQuerySet:
        return self.ended().order_by("-ended_at", "id")

    def by_clock(self) -> ReferralQuerySet:
        """The longest overdue first; those that have ended last, the newest of them first."""
        clock = Case(
            When(status=Status.SENT, then=F("answer_by")),
            When(status=Status.ACCEPTED, then=F("arrive_by")),
        )
        return self.order_by(clock.asc(nulls_last=True), "-ended_at", "id")

    def with_shelters(self) -> ReferralQuerySet:
        return self.select_related("sender", "recipient")


def is_overdue() -> Q:
    """The answer is, or the arrival."""
    now = timezone.now()
    return Q(status=Status.SENT, answer_by__lt=now) | Q(status=Status.ACCEPTED, arrive_by__lt=now)


def _answered_in_time() -> Q:
    """The time to answer is what the urgency says, counted from the sending."""
    fits = Q()
    for urgency in Urgency:
        fits |= Q(urgency=urgency) & Q(
            Exact(F("answer_by") - F("sent_at"), Value(urgency.time_to_answer))
        )
    return fits


class Referral(models.Model):
    """From sending to arrival the sender is responsible for the person, from arrival the recipient.

    Only the status changes, step by step, with the times that belong to the step.
    """

    shared = Shared(
        shelters=[
            Allow("select", "sender_id = {me} OR recipient_id = {me}"),
            Allow(
                "insert",
                check="sender_id = {me} AND recipient_id <> {me} AND status = 'sent'"
                f" AND {IS_OPEN.format('sender_id')} AND {IS_OPEN.format('recipient_id')}",
            ),
            Allow("update", "sender_id = {me} OR recipient_id = {me}"),
        ],
        central=[Allow("select")],
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(_("code"), max_length=8, unique=True)
    sender = models.ForeignKey(Shelter, on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Shelter, on_delete=models.PROTECT, related_name="+")
    urgency = models.CharField(_("urgency"), max_length=20, choices=Urgency)
    reason = models.CharField(_("reason"), max_length=30, choices=Reason)
    needs = models.JSONField(_("needs"), default=list)
    age_group = models.CharField(_("adult or child"), max_length=5, choices=AgeGroup)
    sex = models.CharField(_("sex"), max_length=10, choices=Sex, blank=True)
    languages = models.JSONField(_("languages"), default=list)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.SENT)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)
    answer_by = models.DateTimeField(_("answer by"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    decline_reason = models.CharField(_("reason"), max_length=20, choices=DeclineReason, blank=True)
    arrive_by = models.DateTimeField(_("expected by"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "id"]
        indexes = [
            models.Index(fields=["recipient", "status", "answer_by"], name="referrals_received"),
            models.Index(fields=["sender", "status", "answer_by"], name="referrals_sent"),
            models.Index(fields=["status", "answer_by"], name="referrals_by_status"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=CODE_PATTERN), name="referral_code_is_plain"
            ),
            models.CheckConstraint(
                condition=~Q(sender=F("recipient")), name="nobody_refers_to_oneself"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=Reason.values), name="referral_reason_is_known"
            ),
            models.CheckConstraint(
                condition=Q(needs__contained_by=Need.values) & ~Q(needs=[]),
                name="referral_needs_are_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    age_group__in=AgeGroup.values,
                    sex__in=["", *Sex.values],
                    languages__contained_by=Language.values,
                ),
                name="referral_tells_no_more_of_the_person",
            ),
            models.CheckConstraint(condition=_answered_in_time(), name="urgency_sets_the_clock"),
            models.CheckConstraint(condition=fits_its_status(), name="times_fit_the_status"),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(answered_at__gte=F("sent_at")),
                name="answered_after_it_was_sent",
            ),
            models.CheckConstraint(
                condition=Q(arrived_at=None)
                | Q(arrived_at__gte=F("sent_at"), arrived_at__lte=F("ended_at")),
                name="arrived_after_it_was_sent",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="one_step_at_a_time",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                declare=DECLARED,
                func=check_step(),
            ),
            AsOwner(
                name="end_destroys_the_envelope",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__ended_at__isnull=False),
                func="""
                    DELETE FROM public.referrals_envelope WHERE referral_id = NEW.id;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_waiting(self) -> bool:
        return self.status == Status.SENT

    @property
    def is_on_the_way(self) -> bool:
        return self.status == Status.ACCEPTED

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def responsible_id(self) -> uuid.UUID:
        """Which shelter answers for the person now: exactly one at every moment."""
        return self.recipient_id if self.status == Status.ARRIVED else self.sender_id

    @property
    def clock(self) -> datetime | None:
        """Until when the next step is due; None once the referral has ended."""
        if self.is_waiting:
            return self.answer_by
        return self.arrive_by if self.is_on_the_way else None

    @property
    def since(self) -> datetime | None:
        """From when on it stands where it stands."""
        if self.is_waiting:
            return self.sent_at
        return self.answered_at if self.is_on_the_way else self.ended_at

    @property
    def time_to_answer(self) -> timedelta | None:
        return self.answered_at - self.sent_at if self.answered_at else None

    @property
    def short_urgency(self) -> str:
        return str(Urgency(self.urgency).short)

    @property
    def needs_in_words(self) -> list[str]:
        return [str(need.label) for need in Need if need in self.needs]

    @property
    def languages_in_words(self) -> list[str]:
        return [str(language.label) for language in Language if language in self.languages]

    def advance(self, to: Status) -> None:
        """Take the next step; raises `WrongState`."""
        if to not in STEPS.get(Status(self.status), {}):
            raise WrongState
        self.status = to
