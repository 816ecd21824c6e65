"""Money for programs: the same operations and the same rules as the pages."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from funding import operations
from funding.models import (
    IN_KIND,
    Agreement,
    Claim,
    Currency,
    Donor,
    DonorKind,
    Evidence,
    GiftKind,
    Mistake,
    RateSource,
    Receipt,
    RenewalState,
    Restriction,
    StaffRole,
    Valuation,
)
from funding.statement import Period, Sums, network_lines, statement_of
from shelters.api.scopes import Area
from shelters.api.serializers import (
    AmountField,
    ChosenField,
    DayField,
    MadeSerializer,
    NewRowSerializer,
    ShelterSerializer,
    SumField,
    one_of,
)
from shelters.api.viewsets import ApiViewSet
from shelters.models import Shelter
from shelters.staff.permissions import P, rule
from shelters.tenancy import current_unit

SALARY_ONLY = ("staff_role", "month_from", "month_to")
IN_KIND_ONLY = ("description", "valuation")
RATE_ONLY = ("rate", "rate_source")


# --- what is told --------------------------------------------------------------------------------


class DonorSerializer(serializers.ModelSerializer[Donor]):
    is_of_the_network = serializers.BooleanField(read_only=True)

    class Meta:
        model = Donor
        fields = ["id", "name", "kind", "is_of_the_network", "added_at"]
        read_only_fields = fields


class SumsSerializer(serializers.Serializer[Any]):
    """In tenge, at the rates fixed at receipt; four kinds that are never added together.

    `salary` is what somebody else paid to people who work in the shelter.
    """

    cash = SumField()
    goods = SumField()
    services = SumField()
    salary = SumField()


class ForeignSerializer(serializers.Serializer[Any]):
    """What came in another currency than tenge, as it came; its tenge are in the sums."""

    kind = serializers.ChoiceField(GiftKind.choices)
    currency = serializers.ChoiceField(Currency.choices)
    amount = SumField()


class AgreementSerializer(serializers.ModelSerializer[Agreement]):
    renewal = serializers.ChoiceField(
        RenewalState.choices, source="renewal_state", allow_null=True, read_only=True
    )
    renewal_as_of = serializers.DateField(allow_null=True, read_only=True)
    received = serializers.SerializerMethodField()

    class Meta:
        model = Agreement
        fields = [
            "id",
            "donor",
            "title",
            "amount",
            "currency",
            "starts_on",
            "ends_on",
            "restriction",
            "renewal",
            "renewal_as_of",
            "received",
            "entered_at",
        ]
        read_only_fields = fields

    @extend_schema_field(SumsSerializer)
    def get_received(self, agreement: Any) -> dict[str, Any]:
        sums = Sums(agreement.cash, agreement.goods, agreement.services, agreement.salary)
        return SumsSerializer(sums).data


class GiftSerializer(serializers.ModelSerializer[Receipt]):
    amount_in_tenge = SumField()
    rate_source = ChosenField(RateSource.choices)
    valuation = ChosenField(Valuation.choices)
    staff_role = ChosenField(StaffRole.choices)
    is_reversed = serializers.BooleanField(read_only=True)

    class Meta:
        model = Receipt
        fields = [
            "id",
            "kind",
            "donor",
            "agreement",
            "amount",
            "currency",
            "rate",
            "rate_source",
            "amount_in_tenge",
            "received_on",
            "evidence",
            "description",
            "valuation",
            "staff_role",
            "month_from",
            "month_to",
            "is_reversed",
            "entered_at",
        ]
        read_only_fields = fields


class GiftWithNoteSerializer(GiftSerializer):
    note = serializers.SerializerMethodField()
    reversal = serializers.SerializerMethodField()

    class Meta(GiftSerializer.Meta):
        fields = [*GiftSerializer.Meta.fields, "note", "reversal"]
        read_only_fields = fields

    def get_note(self, gift: Receipt) -> str:
        return gift.note.text if hasattr(gift, "note") else ""

    @extend_schema_field(serializers.ChoiceField(Mistake.choices, allow_null=True))
    def get_reversal(self, gift: Receipt) -> str | None:
        """Why it counts in no total; null for a gift that stands."""
        return gift.reversal.mistake if gift.is_reversed else None


class ClaimSerializer(serializers.ModelSerializer[Claim]):
    is_withdrawn = serializers.BooleanField(read_only=True)

    class Meta:
        model = Claim
        fields = [
            "id",
            "statement",
            "said_by",
            "as_of",
            "source",
            "entered_at",
            "is_withdrawn",
            "withdrawal_reason",
        ]
        read_only_fields = fields


class EvidenceLineSerializer(serializers.Serializer[Any]):
    evidence = serializers.ChoiceField(Evidence.choices)
    sums = SumsSerializer()


class DonorNamedSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class DonorLineSerializer(serializers.Serializer[Any]):
    """`donor` is null where the reader may not know a private person's name."""

    donor = DonorNamedSerializer(allow_null=True)
    sums = SumsSerializer()
    foreign = ForeignSerializer(many=True)


class AgreementLineSerializer(serializers.Serializer[Any]):
    """`agreed`, `counted` and `missing` are in the agreement's currency.

    `counted` is null where part came in another one: nobody fixed a rate for the comparison.
    """

    id = serializers.UUIDField(source="agreement.id")
    title = serializers.CharField()
    donor = DonorNamedSerializer(allow_null=True)
    currency = serializers.ChoiceField(Currency.choices)
    agreed = SumField(allow_null=True)
    received = SumsSerializer()
    counted = SumField(allow_null=True)
    missing = SumField(allow_null=True)
    renewal = serializers.ChoiceField(RenewalState.choices)
    renewal_as_of = serializers.DateField(allow_null=True)


class PeriodSerializer(serializers.Serializer[Any]):
    first = serializers.DateField()
    last = serializers.DateField()


class StatementSerializer(serializers.Serializer[Any]):
    """What was given, what was agreed, and what is only said: a claim is in no sum."""

    period = PeriodSerializer()
    total = SumsSerializer()
    donors = DonorLineSerializer(many=True)
    evidence = EvidenceLineSerializer(many=True)
    agreements = AgreementLineSerializer(many=True)
    claims = ClaimSerializer(many=True)


class AgreedSerializer(serializers.Serializer[Any]):
    """What was agreed in one currency; there is no rate for money that has not come."""

    currency = serializers.ChoiceField(Currency.choices)
    amount = SumField()


class ShelterLineSerializer(serializers.Serializer[Any]):
    """One shelter among all."""

    shelter = ShelterSerializer()
    received = SumsSerializer()
    foreign = ForeignSerializer(many=True)
    agreed = AgreedSerializer(many=True)
    agreements = serializers.IntegerField()
    without_amount = serializers.IntegerField()
    claims = serializers.IntegerField()


# --- what is asked and sent ----------------------------------------------------------------------


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


# --- verbs ---------------------------------------------------------------------------------------


class DonorViewSet(ApiViewSet):
    area = Area.FUNDING
    queryset = Donor.objects.none()
    serializer_class = DonorSerializer
    lookup_url_kwarg = "donor_id"

    def get_queryset(self) -> QuerySet[Donor]:
        return Donor.objects.visible_to(self.user)

    @extend_schema(responses=DonorSerializer(many=True))
    @rule(P.FUNDING_READ)
    def list(self, request: Request) -> Response:
        """The shelter's own donors and the network's, the last added first."""
        return self.page(self.get_queryset().order_by("-added_at", "id"), DonorSerializer)

    @extend_schema(responses=DonorSerializer)
    @rule(P.FUNDING_READ)
    def retrieve(self, request: Request, donor_id: UUID) -> Response:
        """One donor."""
        return Response(DonorSerializer(self.get_object()).data)

    @extend_schema(request=NewDonorSerializer, responses={201: MadeSerializer})
    @rule(P.FUNDING_WRITE)
    def create(self, request: Request) -> Response:
        """Add a donor of this shelter."""
        return self.made(operations.add_donor(**self.sent(NewDonorSerializer), by=self.user))


class AgreementViewSet(ApiViewSet):
    area = Area.FUNDING
    queryset = Agreement.objects.none()
    serializer_class = AgreementSerializer
    lookup_url_kwarg = "agreement_id"

    def get_queryset(self) -> QuerySet[Agreement]:
        return Agreement.objects.visible_to(self.user).with_renewal().with_received()

    @extend_schema(responses=AgreementSerializer(many=True))
    @rule(P.FUNDING_READ)
    def list(self, request: Request) -> Response:
        """What was agreed in writing, the latest start first."""
        return self.page(self.get_queryset(), AgreementSerializer)

    @extend_schema(responses=AgreementSerializer)
    @rule(P.FUNDING_READ)
    def retrieve(self, request: Request, agreement_id: UUID) -> Response:
        """One agreement, and what came under it."""
        return Response(AgreementSerializer(self.get_object()).data)

    @extend_schema(request=NewAgreementSerializer, responses={201: MadeSerializer})
    @rule(P.FUNDING_WRITE)
    def create(self, request: Request) -> Response:
        """Record a written agreement; without an amount when it states none."""
        given = self.sent(NewAgreementSerializer)
        return self.made(operations.record_agreement(**given, by=self.user))

    @extend_schema(request=RenewalSerializer, responses={201: MadeSerializer})
    @rule(P.FUNDING_WRITE)
    @action(detail=True, methods=["post"])
    def renewal(self, request: Request, agreement_id: UUID) -> Response:
        """A newer answer beside the older ones; nothing is overwritten."""
        agreement, given = self.get_object(), self.sent(RenewalSerializer)
        return self.made(operations.update_renewal(agreement=agreement, **given, by=self.user))


class GiftViewSet(ApiViewSet):
    """Gifts, not the entries that reverse them."""

    area = Area.FUNDING
    queryset = Receipt.objects.none()
    serializer_class = GiftSerializer
    lookup_url_kwarg = "gift_id"

    def get_queryset(self) -> QuerySet[Receipt]:
        return Receipt.objects.visible_to(self.user).gifts().select_related("note", "reversal")

    @extend_schema(parameters=[GiftFilter], responses=GiftSerializer(many=True))
    @rule(P.FUNDING_READ)
    def list(self, request: Request) -> Response:
        """What was received, the last first; a reversed gift says so and counts in no total."""
        asked = self.asked(GiftFilter)
        names = {"since": "received_on__gte", "until": "received_on__lte"}
        found = self.get_queryset().filter(
            **{names.get(name, name): value for name, value in asked.items()}
        )
        return self.page(found.order_by("-received_on", "-entered_at", "id"), GiftSerializer)

    @extend_schema(responses=GiftWithNoteSerializer)
    @rule(P.FUNDING_READ)
    def retrieve(self, request: Request, gift_id: UUID) -> Response:
        """One gift, with the shelter's own note."""
        return Response(GiftWithNoteSerializer(self.get_object()).data)

    @extend_schema(request=NewGiftSerializer, responses={201: MadeSerializer})
    @rule(P.FUNDING_WRITE)
    def create(self, request: Request) -> Response:
        """Record cash that came in, or a salary that somebody else paid. It is never changed."""
        return self.made(operations.receive_gift(**self.sent(NewGiftSerializer), by=self.user))

    @extend_schema(request=ReverseSerializer, responses={201: MadeSerializer})
    @rule(P.FUNDING_WRITE)
    @action(detail=True, methods=["post"])
    def reverse(self, request: Request, gift_id: UUID) -> Response:
        """Take a gift out of every total by a linked entry. The gift itself stays as it was."""
        gift, given = self.get_object(), self.sent(ReverseSerializer)
        return self.made(operations.reverse_gift(receipt=gift, **given, by=self.user))


class ClaimViewSet(ApiViewSet):
    """What somebody says about who funds the shelter. It enters no total."""

    area = Area.FUNDING
    queryset = Claim.objects.none()
    serializer_class = ClaimSerializer
    lookup_url_kwarg = "claim_id"

    def get_queryset(self) -> QuerySet[Claim]:
        return Claim.objects.visible_to(self.user)

    @extend_schema(responses=ClaimSerializer(many=True))
    @rule(P.FUNDING_READ)
    def list(self, request: Request) -> Response:
        """Claims, those that were withdrawn too, the last said first."""
        found = self.get_queryset().order_by("-as_of", "-entered_at", "id")
        return self.page(found, ClaimSerializer)

    @extend_schema(request=NewClaimSerializer, responses={201: MadeSerializer})
    @rule(P.FUNDING_WRITE)
    def create(self, request: Request) -> Response:
        """Record what somebody says."""
        return self.made(operations.record_claim(**self.sent(NewClaimSerializer), by=self.user))

    @extend_schema(request=WithdrawClaimSerializer, responses={200: MadeSerializer})
    @rule(P.FUNDING_WRITE)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, claim_id: UUID) -> Response:
        """The claim stays readable, with the reason why it no longer stands."""
        claim, given = self.get_object(), self.sent(WithdrawClaimSerializer)
        return self.made(operations.withdraw_claim(claim=claim, **given, by=self.user), 200)


class StatementViewSet(ApiViewSet):
    area = Area.FUNDING
    pagination_class = None

    @extend_schema(parameters=[PeriodFilter], responses=StatementSerializer)
    @rule(P.FUNDING_READ)
    def show(self, request: Request) -> Response:
        """This shelter's money in a period."""
        period = _period(self.asked(PeriodFilter))
        return Response(StatementSerializer(statement_of(current_unit().id, period)).data)


class NetworkMoneyViewSet(ApiViewSet):
    """Money of all shelters, as funding officers see it: no person, no note."""

    area = Area.FUNDING
    queryset = Shelter.objects.none()
    pagination_class = None
    lookup_url_kwarg = "shelter_id"

    @extend_schema(parameters=[PeriodFilter], responses=ShelterLineSerializer(many=True))
    @rule(P.NETWORK_FUNDING_READ)
    def list(self, request: Request) -> Response:
        """Each shelter with its own sums; nothing is added across kinds."""
        lines = network_lines(_period(self.asked(PeriodFilter)))
        return Response(ShelterLineSerializer(lines, many=True).data)

    @extend_schema(parameters=[PeriodFilter], responses=StatementSerializer)
    @rule(P.NETWORK_FUNDING_READ)
    def retrieve(self, request: Request, shelter_id: UUID) -> Response:
        """One shelter's money in a period."""
        shelter = get_object_or_404(Shelter.objects.real(), pk=shelter_id)
        period = _period(self.asked(PeriodFilter))
        return Response(StatementSerializer(statement_of(shelter.id, period)).data)


def _period(asked: dict[str, Any]) -> Period:
    since, until = asked.get("since"), asked.get("until")
    year = (since or until or timezone.localdate()).year
    return Period(since or date(year, 1, 1), until or date(year, 12, 31))


def _known_donor(serializer: Any, asked: UUID) -> Donor:
    found: Donor = one_of(Donor.objects.visible_to(serializer.context["request"].user), asked)
    return found
