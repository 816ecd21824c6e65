"""What was agreed, and whether it will go on."""

from __future__ import annotations

import uuid
from datetime import date

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from funding.models.choices import Currency, RenewalState, Restriction
from funding.models.donors import Donor
from funding.models.rows import (
    NOT_INVENTED,
    OWN,
    OWN_AGREEMENT,
    OWN_WITH_KNOWN_DONOR,
    may_see_money,
)
from funding.models.sums import by_kind, net
from shelters.models import Shelter
from shelters.staff.models import User
from shelters.tenancy import current_unit
from shelters.tenancy.access import Allow, Shared


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, user: User) -> AgreementQuerySet:
        if not may_see_money(user):
            return self.none()
        return self if current_unit().is_central else self.filter(shelter=current_unit().id)

    def running_in(self, first: date, last: date) -> AgreementQuerySet:
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=first), starts_on__lte=last)

    def with_renewal(self) -> AgreementQuerySet:
        """Adds `renewal_state` and `renewal_as_of`, the newest that is known."""
        newest = Renewal.objects.filter(agreement=models.OuterRef("pk")).order_by(*Renewal.NEWEST)
        return self.annotate(
            renewal_state=models.Subquery(newest.values("state")[:1]),
            renewal_as_of=models.Subquery(newest.values("as_of")[:1]),
        )

    def with_received(self) -> AgreementQuerySet:
        """Adds what came under the agreement so far, in tenge by kind. Newest first.

        `in_its_currency` is what came in the agreement's own, `in_another` the tenge of the rest.
        """
        is_same = Q(receipts__currency=F("currency"))
        return self.annotate(
            **by_kind(path="receipts__"),
            in_its_currency=net("amount", path="receipts__", only=is_same),
            in_another=net("amount_in_tenge", path="receipts__", only=~is_same),
        ).order_by("-starts_on", "-entered_at", "pk")


class Agreement(models.Model):
    """What a donor agreed in writing to give to one shelter."""

    shared = Shared(
        shelters=[Allow("select", OWN), Allow("insert", check=OWN_WITH_KNOWN_DONOR)],
        central=[Allow("select", NOT_INVENTED)],
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    shelter = models.ForeignKey(Shelter, on_delete=models.PROTECT, related_name="agreements")
    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="agreements")
    title = models.CharField(_("title"), max_length=120)
    amount = models.DecimalField(
        _("amount agreed"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, choices=Currency, default=Currency.KZT)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    restriction = models.CharField(
        _("for what may it be used?"),
        max_length=30,
        choices=Restriction,
        default=Restriction.UNKNOWN,
    )
    entered_by_id = models.UUIDField()
    entered_at = models.DateTimeField(default=timezone.now)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-entered_at"]
        indexes = [models.Index(fields=["shelter", "-starts_on"], name="agreements_of_shelter")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gt=0),
                name="agreed_amount_is_positive",
            ),
            models.CheckConstraint(
                condition=Q(currency__in=Currency.values),
                name="agreed_in_a_known_currency",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="agreement_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(restriction__in=Restriction.values),
                name="restriction_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Renewal(models.Model):
    """Whether an agreement will go on, as known on a day. A newer answer is a new row."""

    append_only = True
    NEWEST = ("-as_of", "-entered_at", "-id")

    shared = Shared(
        shelters=[
            Allow("select", OWN),
            Allow("insert", check=f"{OWN} AND {OWN_AGREEMENT}"),
        ],
        central=[Allow("select", NOT_INVENTED)],
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    shelter = models.ForeignKey(Shelter, on_delete=models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="renewals")
    state = models.CharField(_("renewal"), max_length=12, choices=RenewalState)
    as_of = models.DateField(_("as of"))
    entered_by_id = models.UUIDField()
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-as_of", "-entered_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=RenewalState.values),
                name="renewal_state_is_known",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.state} as of {self.as_of}"
