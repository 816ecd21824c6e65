"""What programs are told about money."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from funding.models import (
    Agreement,
    Claim,
    Currency,
    Donor,
    Evidence,
    GiftKind,
    Mistake,
    RateSource,
    Receipt,
    RenewalState,
    StaffRole,
    Valuation,
)
from funding.statement import Sums
from shelters.api.serializers import ChosenField, ShelterSerializer, SumField


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
        return SumsSerializer(Sums.beside(agreement)).data


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


class ReversedLineSerializer(serializers.Serializer[Any]):
    """A gift that counts in no total, and why."""

    received_on = serializers.DateField(source="gift.received_on")
    donor = DonorNamedSerializer(allow_null=True)
    kind = serializers.ChoiceField(GiftKind.choices, source="gift.kind")
    amount = SumField(source="gift.amount")
    currency = serializers.ChoiceField(Currency.choices, source="gift.currency")
    amount_in_tenge = SumField(source="gift.amount_in_tenge")
    mistake = serializers.ChoiceField(Mistake.choices, source="gift.reversal.mistake")


class PeriodSerializer(serializers.Serializer[Any]):
    first = serializers.DateField()
    last = serializers.DateField()


class StatementSerializer(serializers.Serializer[Any]):
    """What was given, what was agreed, and what is only said: a claim is in no sum.

    `prospects` are donors of this shelter from whom nothing had come by the end of the period.
    """

    period = PeriodSerializer()
    total = SumsSerializer()
    donors = DonorLineSerializer(many=True)
    prospects = DonorLineSerializer(many=True)
    evidence = EvidenceLineSerializer(many=True)
    agreements = AgreementLineSerializer(many=True)
    reversed = ReversedLineSerializer(many=True)
    claims = ClaimSerializer(many=True)


class AgreedSerializer(serializers.Serializer[Any]):
    """What was agreed in one currency; there is no rate for money that has not come."""

    currency = serializers.ChoiceField(Currency.choices)
    amount = SumField()


class RenewalsSerializer(serializers.Serializer[Any]):
    """How many agreements have this answer to whether they will go on."""

    state = serializers.ChoiceField(RenewalState.choices)
    number = serializers.IntegerField()


class NetworkLineSerializer(serializers.Serializer[Any]):
    received = SumsSerializer()
    foreign = ForeignSerializer(many=True)
    agreed = AgreedSerializer(many=True)
    agreements = serializers.IntegerField()
    without_amount = serializers.IntegerField()
    renewals = RenewalsSerializer(many=True)


class ShelterLineSerializer(NetworkLineSerializer):
    """One shelter among all."""

    shelter = ShelterSerializer()
    claims = serializers.IntegerField()


class NetworkDonorLineSerializer(NetworkLineSerializer):
    """One donor among all, and the shelters to which it gave in the period.

    `known_to` is the shelter that alone knows it; null for a donor of the network.
    """

    donor = DonorSerializer()
    known_to = ShelterSerializer(allow_null=True)
    shelters = ShelterSerializer(many=True)


class PrivatePersonsSerializer(serializers.Serializer[Any]):
    """All private persons together; who they are stays in their shelter."""

    period = PeriodSerializer()
    received = SumsSerializer(source="sums")
    foreign = ForeignSerializer(many=True)
    shelters = ShelterSerializer(many=True)


class ShelterShareSerializer(serializers.Serializer[Any]):
    """What one shelter received from a donor."""

    shelter = ShelterSerializer()
    sums = SumsSerializer()
    foreign = ForeignSerializer(many=True)


class SharedAgreementSerializer(AgreementLineSerializer):
    shelter = ShelterSerializer(source="agreement.shelter")


class SharedReversalSerializer(ReversedLineSerializer):
    shelter = ShelterSerializer(source="gift.shelter")


class SharedClaimSerializer(ClaimSerializer):
    shelter = ShelterSerializer()

    class Meta(ClaimSerializer.Meta):
        fields = [*ClaimSerializer.Meta.fields, "shelter"]
        read_only_fields = fields


class DonorAccountSerializer(serializers.Serializer[Any]):
    """One donor over all shelters, and what is said about the money of those it supports."""

    donor = DonorSerializer()
    known_to = ShelterSerializer(allow_null=True)
    period = PeriodSerializer()
    total = SumsSerializer()
    shelters = ShelterShareSerializer(many=True, source="shares")
    agreements = SharedAgreementSerializer(many=True)
    reversed = SharedReversalSerializer(many=True)
    claims = SharedClaimSerializer(many=True)
