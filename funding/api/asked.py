"""What programs ask for, and what they send."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from funding.models import (
    IN_KIND,
    NOTHING_GIVEN,
    Agreement,
    Currency,
    Donor,
    DonorKind,
    Evidence,
    GiftKind,
    Mistake,
    RateSource,
    RenewalState,
    Restriction,
    StaffRole,
    Valuation,
)
from funding.statement import Period
from shelters.api.serializers import AmountField, DayField, NewRowSerializer, one_of

SALARY_ONLY = ("staff_role", "month_from", "month_to")
IN_KIND_ONLY = ("description", "valuation")
RATE_ONLY = ("rate", "rate_source")


class PeriodFilter(serializers.Serializer[Any]):
    """This year, unless told otherwise; a missing end is filled from the year of the other."""

    since = DayField(required=False)
    until = DayField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        since, until = attrs.get("since"), attrs.get("until")
        if since and until and until < since:
            raise serializers.ValidationError({"until": _("The end lies before the start.")})
        return attrs


class GiftFilter(PeriodFilter):
    """All gifts, unless told otherwise."""

    donor = serializers.UUIDField(required=False)
    kind = serializers.ChoiceField(GiftKind.choices, required=False)
    evidence = serializers.ChoiceField(Evidence.choices, required=False)


class NetworkDonorFilter(PeriodFilter):
    """All donors, unless told otherwise; the period only says which gifts are added up."""

    name = serializers.CharField(max_length=120, required=False)
    kind = serializers.ChoiceField(DonorKind.choices, required=False)
    given = serializers.ChoiceField([*GiftKind.choices, NOTHING_GIVEN], required=False)


class NewDonorSerializer(NewRowSerializer):
    name = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(DonorKind.choices)


class NewAgreementSerializer(NewRowSerializer):
    donor = serializers.UUIDField()
    title = serializers.CharField(max_length=120)
    amount = AmountField(default=None)
    currency = serializers.ChoiceField(Currency.choices, default=Currency.KZT)
    starts_on = DayField()
    ends_on = DayField(default=None)
    restriction = serializers.ChoiceField(Restriction.choices, default=Restriction.UNKNOWN)
    renewal = serializers.ChoiceField(RenewalState.choices, default=RenewalState.UNKNOWN)
    renewal_as_of = DayField(default=None)

    def validate_donor(self, asked: UUID) -> Donor:
        return _known_donor(self, asked)


class RenewalSerializer(NewRowSerializer):
    state = serializers.ChoiceField(RenewalState.choices)
    as_of = DayField(default=timezone.localdate)


class NewGiftSerializer(NewRowSerializer):
    """Another currency needs the rate of the day: how many tenge for one unit, and who says so.

    Goods and services need what was given and how it was valued. A salary that somebody else paid
    needs the role, never the name, and the months.
    """

    kind = serializers.ChoiceField(GiftKind.choices)
    donor = serializers.UUIDField()
    agreement = serializers.UUIDField(default=None)
    amount = AmountField()
    currency = serializers.ChoiceField(Currency.choices, default=Currency.KZT)
    rate = serializers.DecimalField(max_digits=12, decimal_places=6, default=None)
    rate_source = serializers.ChoiceField(RateSource.choices, default="")
    received_on = DayField()
    description = serializers.CharField(max_length=200, default="")
    valuation = serializers.ChoiceField(Valuation.choices, default="")
    evidence = serializers.ChoiceField(Evidence.choices)
    staff_role = serializers.ChoiceField(StaffRole.choices, default="")
    month_from = DayField(default=None)
    month_to = DayField(default=None)
    note = serializers.CharField(max_length=200, default="", allow_blank=True)

    def validate_donor(self, asked: UUID) -> Donor:
        return _known_donor(self, asked)

    def validate_agreement(self, asked: UUID | None) -> Agreement | None:
        if asked is None:
            return None
        found: Agreement = one_of(Agreement.objects.visible_to(self.context["request"].user), asked)
        return found

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        kind, currency = attrs["kind"], attrs["currency"]
        if kind != GiftKind.SALARY and any(attrs[name] for name in SALARY_ONLY):
            sentence = _(
                "Role and months belong to a salary. Choose the salary, or leave them empty."
            )
            raise serializers.ValidationError({"kind": sentence})
        if kind not in IN_KIND and any(attrs[name] for name in IN_KIND_ONLY):
            sentence = _(
                "“What exactly?” belongs to goods and services. Choose one, or leave it empty."
            )
            raise serializers.ValidationError({"kind": sentence})
        if currency == Currency.KZT and any(attrs[name] for name in RATE_ONLY):
            sentence = _("A rate belongs to another currency. Choose it, or leave the rate empty.")
            raise serializers.ValidationError({"currency": sentence})
        return attrs | {"month_to": attrs["month_to"] or attrs["month_from"]}


class ReverseSerializer(NewRowSerializer):
    mistake = serializers.ChoiceField(Mistake.choices)
    note = serializers.CharField(max_length=200, default="", allow_blank=True)


class NewClaimSerializer(NewRowSerializer):
    statement = serializers.CharField(max_length=300)
    said_by = serializers.CharField(max_length=120)
    as_of = DayField()
    source = serializers.CharField(max_length=200)  # type: ignore[assignment]


class WithdrawClaimSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)


def period_of(asked: dict[str, Any]) -> Period:
    since, until = asked.get("since"), asked.get("until")
    year = (since or until or timezone.localdate()).year
    return Period(since or date(year, 1, 1), until or date(year, 12, 31))


def _known_donor(serializer: Any, asked: UUID) -> Donor:
    found: Donor = one_of(Donor.objects.visible_to(serializer.context["request"].user), asked)
    return found
