"""What was really given. Nothing here is ever changed; a mistake is reversed by a linked entry."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Round
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from funding.models.agreements import Agreement
from funding.models.choices import (
    IN_KIND,
    Currency,
    Evidence,
    GiftKind,
    Mistake,
    RateSource,
    StaffRole,
    Valuation,
)
from funding.models.donors import Donor
from funding.models.rows import (
    NOT_INVENTED,
    OWN,
    OWN_AGREEMENT_OF_THE_DONOR,
    OWN_RECEIPT,
    OWN_WITH_KNOWN_DONOR,
    may_see_money,
)
from funding.models.sums import by_kind, net
from shelters.models import Shelter
from shelters.staff.models import User
from shelters.tenancy import current_unit
from shelters.tenancy.access import Allow, Shared


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    def visible_to(self, user: User) -> ReceiptQuerySet:
        if not may_see_money(user):
            return self.none()
        return self if current_unit().is_central else self.filter(shelter=current_unit().id)

    def gifts(self) -> ReceiptQuerySet:
        """Without the entries that only reverse another."""
        return self.filter(reverses=None)

    def standing(self) -> ReceiptQuerySet:
        """Gifts that no entry has reversed."""
        return self.gifts().filter(reversal=None)

    def from_the_unnamed(self) -> ReceiptQuerySet:
        """From private persons whom the reader may not know: row security leaves their rows out."""
        return self.filter(~Exists(Donor.objects.filter(pk=OuterRef("donor_id"))))

    def received_in(self, first: date, last: date) -> ReceiptQuerySet:
        return self.filter(received_on__gte=first, received_on__lte=last)

    def sums_by(self, *fields: str) -> list[dict[str, Any]]:
        """The four kinds apart, for each value of `fields`; reversed gifts cancel out."""
        return list(self.order_by().values(*fields).annotate(**by_kind()))

    def sums(self) -> dict[str, Any]:
        return self.order_by().aggregate(**by_kind())

    def as_they_came_by(self, *fields: str) -> list[dict[str, Any]]:
        """For each value of `fields` and each kind: what came in other currencies than tenge."""
        foreign = self.exclude(currency=Currency.KZT).order_by()
        rows = foreign.values(*fields, "kind", "currency").annotate(came=net("amount"))
        return list(rows.order_by("kind", "currency"))


class Receipt(models.Model):
    """A gift received, or the entry that reverses one. Neither is ever changed or deleted."""

    append_only = True
    shared = Shared(
        shelters=[
            Allow("select", OWN),
            Allow(
                "insert",
                check=f"{OWN_WITH_KNOWN_DONOR} AND {OWN_AGREEMENT_OF_THE_DONOR}",
            ),
        ],
        central=[Allow("select", NOT_INVENTED)],
    )
    MIRRORED = (
        "donor_id",
        "agreement_id",
        "kind",
        "amount",
        "currency",
        "rate",
        "rate_source",
        "received_on",
        "evidence",
        "staff_role",
        "month_from",
        "month_to",
        "description",
        "valuation",
    )
    TOO_MUCH = Decimal(10) ** 12  # tenge

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    shelter = models.ForeignKey(Shelter, on_delete=models.PROTECT, related_name="receipts")
    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="receipts")
    agreement = models.ForeignKey(
        Agreement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="receipts",
    )
    kind = models.CharField(_("what was given"), max_length=30, choices=GiftKind)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency, default=Currency.KZT)
    rate = models.DecimalField(
        _("tenge for one unit"), max_digits=12, decimal_places=6, default=Decimal(1)
    )
    rate_source = models.CharField(
        _("where the rate comes from"), max_length=20, choices=RateSource, blank=True
    )
    amount_in_tenge = models.GeneratedField(
        expression=Round(F("amount") * F("rate"), precision=2),
        output_field=models.DecimalField(max_digits=20, decimal_places=2),
        db_persist=True,
    )
    received_on = models.DateField(_("received on"))
    staff_role = models.CharField(_("whose salary"), max_length=20, choices=StaffRole, blank=True)
    month_from = models.DateField(_("first month"), null=True, blank=True)
    month_to = models.DateField(_("last month"), null=True, blank=True)
    description = models.CharField(_("what exactly"), max_length=200, blank=True)
    valuation = models.CharField(
        _("how it was valued"), max_length=20, choices=Valuation, blank=True
    )
    evidence = models.CharField(_("evidence"), max_length=20, choices=Evidence)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversal"
    )
    mistake = models.CharField(_("why"), max_length=20, choices=Mistake, blank=True)
    entered_by_id = models.UUIDField()
    entered_at = models.DateTimeField(default=timezone.now)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        ordering = ["-received_on", "-entered_at"]
        indexes = [
            models.Index(
                fields=["shelter", "-received_on", "-entered_at"], name="receipts_of_shelter"
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="received_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(currency="KZT", rate=1, rate_source="")
                | Q(
                    ~Q(rate=1),
                    currency__in=[code for code in Currency.values if code != "KZT"],
                    rate__gt=0,
                    rate_source__in=RateSource.values,
                ),
                name="another_currency_has_its_rate",
            ),
            models.CheckConstraint(
                condition=Q(amount_in_tenge__gt=0, amount_in_tenge__lt=10**12),
                name="worth_in_tenge_is_believable",
            ),
            models.CheckConstraint(
                condition=Q(evidence__in=Evidence.values),
                name="evidence_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["cash", "goods", "services"],
                    staff_role="",
                    month_from__isnull=True,
                    month_to__isnull=True,
                )
                | Q(
                    ~Q(staff_role=""),
                    kind="salary_paid_by_third_party",
                    month_from__isnull=False,
                    month_to__gte=F("month_from"),
                    month_from__day=1,
                    month_to__day=1,
                ),
                name="a_salary_names_role_and_months",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["cash", "salary_paid_by_third_party"], description="", valuation=""
                )
                | Q(
                    ~Q(description=""),
                    kind__in=["goods", "services"],
                    valuation__in=Valuation.values,
                ),
                name="goods_and_services_say_what_and_how_valued",
            ),
            models.CheckConstraint(
                condition=Q(reverses=None, mistake="") | Q(~Q(mistake=""), reverses__isnull=False),
                name="a_reversal_says_why",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="reversal_mirrors_its_gift",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__reverses__isnull=False),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM public.funding_receipt gift
                        WHERE gift.id = NEW.reverses_id AND gift.reverses_id IS NULL
                        AND (gift.shelter_id, gift.donor_id, gift.agreement_id, gift.kind,
                             gift.amount, gift.currency, gift.rate, gift.rate_source,
                             gift.received_on, gift.evidence, gift.staff_role,
                             gift.month_from, gift.month_to, gift.description,
                             gift.valuation)
                        IS NOT DISTINCT FROM
                            (NEW.shelter_id, NEW.donor_id, NEW.agreement_id, NEW.kind,
                             NEW.amount, NEW.currency, NEW.rate, NEW.rate_source,
                             NEW.received_on, NEW.evidence, NEW.staff_role,
                             NEW.month_from, NEW.month_to, NEW.description,
                             NEW.valuation)
                    ) THEN
                        RAISE EXCEPTION 'A reversal repeats the gift it reverses.'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.currency}"

    @property
    def is_in_kind(self) -> bool:
        """Goods or services: a thing said in words, and a figure somebody put on it."""
        return self.kind in IN_KIND

    @property
    def is_foreign(self) -> bool:
        return self.currency != Currency.KZT

    @property
    def is_salary(self) -> bool:
        return self.kind == GiftKind.SALARY

    @property
    def is_reversed(self) -> bool:
        return hasattr(self, "reversal")

    @property
    def months(self) -> int:
        """How many months of salary the amount covers; 0 for cash."""
        if self.month_from is None or self.month_to is None:
            return 0
        years = self.month_to.year - self.month_from.year
        return years * 12 + self.month_to.month - self.month_from.month + 1


class ReceiptNote(models.Model):
    """Words on a gift or a reversal. They stay in the shelter: no one else has a row rule."""

    append_only = True
    shared = Shared(
        shelters=[
            Allow("select", OWN),
            Allow("insert", check=f"{OWN} AND {OWN_RECEIPT}"),
        ]
    )

    receipt = models.OneToOneField(
        Receipt, on_delete=models.PROTECT, primary_key=True, related_name="note"
    )
    shelter = models.ForeignKey(Shelter, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("note"), max_length=200)

    class Meta:
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"note on {self.receipt_id}"
