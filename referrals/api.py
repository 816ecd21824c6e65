"""Referrals for programs: the same operations and the same rules as the pages."""

from __future__ import annotations

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

from cases.models import Case, How, Language, Sex
from cases.operations import read_case
from cases.summary import TEXT_LENGTH
from referrals import operations
from referrals.kept.models import Received, Sent
from referrals.models import DeclineReason, Need, Reason, Referral, Status, Urgency
from referrals.operations import CHOOSABLE
from shelters.api.scopes import Area
from shelters.api.serializers import (
    ChosenField,
    ListOf,
    MadeSerializer,
    MomentField,
    NewRowSerializer,
    ShelterSerializer,
    one_of,
)
from shelters.api.viewsets import ApiViewSet
from shelters.models import Shelter
from shelters.registry import other_shelters
from shelters.staff.permissions import P, rule
from shelters.tenancy import current_unit

OPEN, EVERY = "open", "every"
STATES = [OPEN, *Status.values, EVERY]


# --- what is told --------------------------------------------------------------------------------


class ReferralSerializer(serializers.ModelSerializer[Referral]):
    """What both shelters see before a summary is opened: needs and clocks, no name."""

    sender = ShelterSerializer(read_only=True)
    recipient = ShelterSerializer(read_only=True)
    needs = serializers.ListField(child=serializers.ChoiceField(Need.choices), read_only=True)
    languages = serializers.ListField(
        child=serializers.ChoiceField(Language.choices), read_only=True
    )
    clock = serializers.DateTimeField(allow_null=True, read_only=True)
    responsible = serializers.UUIDField(source="responsible_id", read_only=True)
    sex = ChosenField(Sex.choices)
    decline_reason = ChosenField(DeclineReason.choices)

    class Meta:
        model = Referral
        fields = [
            "id",
            "code",
            "sender",
            "recipient",
            "urgency",
            "reason",
            "needs",
            "age_group",
            "sex",
            "languages",
            "status",
            "clock",
            "responsible",
            "sent_at",
            "answer_by",
            "answered_at",
            "decline_reason",
            "arrive_by",
            "arrived_at",
            "ended_at",
        ]
        read_only_fields = fields


class NetworkReferralSerializer(ReferralSerializer):
    """What the network sees: nothing that describes a person."""

    languages = None  # type: ignore[assignment] # how REST framework leaves out what it inherits
    sex = None  # type: ignore[assignment]

    class Meta(ReferralSerializer.Meta):
        fields = [
            field
            for field in ReferralSerializer.Meta.fields
            if field not in {"age_group", "sex", "languages", "reason"}
        ]
        read_only_fields = fields


class ReferralWithSummarySerializer(ReferralSerializer):
    """With the case here, and the summary: as it was sent, or from acceptance on as it came."""

    case = serializers.SerializerMethodField()
    summary = serializers.SerializerMethodField()

    class Meta(ReferralSerializer.Meta):
        fields = [*ReferralSerializer.Meta.fields, "case", "summary"]
        read_only_fields = fields

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_case(self, referral: Referral) -> str | None:
        kept = self.context["kept"]
        return str(kept.case_id) if kept else None

    @extend_schema_field(serializers.DictField(allow_null=True))
    def get_summary(self, referral: Referral) -> dict[str, Any] | None:
        kept = self.context["kept"]
        return kept.summary if kept else None


class PreviewSerializer(serializers.Serializer[Any]):
    """Exactly what the other shelter would get, and the mark to send it by."""

    summary = serializers.DictField()
    seen = serializers.CharField()
    until = serializers.DateTimeField()


class CaseMadeSerializer(MadeSerializer):
    """The case that this step has to do with."""


# --- what is asked and sent ----------------------------------------------------------------------


class NetworkReferralFilter(serializers.Serializer[Any]):
    """Open referrals, unless told otherwise."""

    status = serializers.ChoiceField(STATES, default=OPEN)
    urgency = serializers.ChoiceField(Urgency.choices, required=False)


class ReferralFilter(NetworkReferralFilter):
    direction = serializers.ChoiceField(["incoming", "outgoing"], required=False)


class SummarySerializer(serializers.Serializer[Any]):
    """Of which client, and what the other shelter may know beside the code name."""

    case = serializers.UUIDField()
    sections = ListOf([(section.value, section.label) for section in CHOOSABLE], default=list)
    message = serializers.CharField(max_length=TEXT_LENGTH, default="", allow_blank=True)

    def validate_case(self, asked: UUID) -> Case:
        cases = Case.objects.visible_to(self.context["request"].user).select_related("client")
        found: Case = one_of(cases, asked)
        return found


class SendSerializer(NewRowSerializer, SummarySerializer):
    """`seen` is the mark of the preview that was read to the client, who agreed to it."""

    recipient = serializers.UUIDField()
    urgency = serializers.ChoiceField(Urgency.choices)
    reason = serializers.ChoiceField(Reason.choices)
    needs = ListOf(Need.choices, min_length=1)
    consent_how = serializers.ChoiceField(How.choices)
    consent_language = serializers.ChoiceField(Language.choices, default="")
    agreed = serializers.BooleanField()
    seen = serializers.CharField(max_length=64)

    def validate_recipient(self, asked: UUID) -> UUID:
        found: Shelter = one_of(other_shelters(), asked)
        return found.pk

    def validate_agreed(self, agreed: bool) -> bool:
        if not agreed:
            raise serializers.ValidationError(_("Without the client's consent nothing is sent."))
        return agreed

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        del attrs["agreed"]
        return attrs | {"recipient_id": attrs.pop("recipient")}


class AcceptSerializer(serializers.Serializer[Any]):
    arrive_by = MomentField()


class DeclineSerializer(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(DeclineReason.choices)


class ArriveSerializer(serializers.Serializer[Any]):
    at = MomentField()


class WithdrawReferralSerializer(serializers.Serializer[Any]):
    """`seen` is the state in which the person saw it: the other shelter may have been faster."""

    seen = serializers.ChoiceField(Status.choices)


# --- verbs ---------------------------------------------------------------------------------------


class ReferralViewSet(ApiViewSet):
    """A shelter's own, both ways."""

    area = Area.REFERRALS
    queryset = Referral.objects.none()
    serializer_class = ReferralSerializer
    lookup_url_kwarg = "referral_id"
    pointers = {"day": "arrive_by", "arrived_on": "at"}
    never_kept = frozenset({"preview"})

    def get_queryset(self) -> QuerySet[Referral]:
        return Referral.objects.visible_to(self.user).with_shelters()

    @extend_schema(parameters=[ReferralFilter], responses=ReferralSerializer(many=True))
    @rule(P.REFERRAL_READ)
    def list(self, request: Request) -> Response:
        """Referrals that are open, the last sent first."""
        asked = self.asked(ReferralFilter)
        found = narrowed(Referral.objects.visible_to(self.user).with_shelters(), asked)
        if direction := asked.get("direction"):
            found = found.incoming() if direction == "incoming" else found.outgoing()
        return self.page(found.order_by("-sent_at", "id"), ReferralSerializer)

    @extend_schema(responses=ReferralWithSummarySerializer)
    @rule(P.REFERRAL_READ)
    def retrieve(self, request: Request, referral_id: UUID) -> Response:
        """One referral. Where it shows a client, who reads it stands in the case's timeline."""
        referral = self.get_object()
        kept = self._kept(referral)
        if kept is not None:
            read_case(case=kept.case, by=self.user)
        return Response(ReferralWithSummarySerializer(referral, context={"kept": kept}).data)

    @extend_schema(responses=ShelterSerializer(many=True), filters=False)
    @rule(P.REFERRAL_SEND)
    @action(detail=False, methods=["get"], pagination_class=None)
    def recipients(self, request: Request) -> Response:
        """The shelters to which a client can be sent."""
        return Response(ShelterSerializer(other_shelters(), many=True).data)

    @extend_schema(request=SummarySerializer, responses={200: PreviewSerializer})
    @rule(P.REFERRAL_SEND)
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        """What the other shelter would get. Nothing is stored, but that it was read."""
        given = self.sent(SummarySerializer)
        case = read_case(case=given["case"], by=self.user)
        summary = operations.summary_for(case, given["sections"], given["message"])
        until = timezone.now() + operations.CONSENT_LASTS
        shown = {"summary": summary, "seen": operations.mark_of(summary), "until": until}
        return Response(PreviewSerializer(shown).data)

    @extend_schema(request=SendSerializer, responses={201: MadeSerializer})
    @rule(P.REFERRAL_SEND)
    def create(self, request: Request) -> Response:
        """Send a client's referral with the summary to which the client has agreed."""
        return self.made(operations.send_referral(**self.sent(SendSerializer), by=self.user))

    @extend_schema(request=AcceptSerializer, responses={200: CaseMadeSerializer})
    @rule(P.REFERRAL_ANSWER)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, referral_id: UUID) -> Response:
        """Take the client in; answers with the case that opens here."""
        referral, given = self._incoming(), self.sent(AcceptSerializer)
        return self.made(operations.accept_referral(referral=referral, **given, by=self.user), 200)

    @extend_schema(request=DeclineSerializer, responses={200: MadeSerializer})
    @rule(P.REFERRAL_ANSWER)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, referral_id: UUID) -> Response:
        """Say no, and why. The summary is destroyed unopened."""
        referral, given = self._incoming(), self.sent(DeclineSerializer)
        return self.made(operations.decline_referral(referral=referral, **given, by=self.user), 200)

    @extend_schema(request=ArriveSerializer, responses={200: CaseMadeSerializer})
    @rule(P.REFERRAL_ARRIVE)
    @action(detail=True, methods=["post"])
    def arrive(self, request: Request, referral_id: UUID) -> Response:
        """The client is here, and this shelter is responsible from now on."""
        referral, given = self._incoming(), self.sent(ArriveSerializer)
        return self.made(operations.confirm_arrival(referral=referral, **given, by=self.user), 200)

    @extend_schema(request=None, responses={200: CaseMadeSerializer})
    @rule(P.REFERRAL_ARRIVE)
    @action(detail=True, methods=["post"], url_path="not-arrived")
    def not_arrived(self, request: Request, referral_id: UUID) -> Response:
        """The client did not come. The other shelter stays responsible and hears of it."""
        case = operations.report_not_arrived(referral=self._incoming(), by=self.user)
        return self.made(case, 200)

    @extend_schema(request=WithdrawReferralSerializer, responses={200: MadeSerializer})
    @rule(P.REFERRAL_SEND)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, referral_id: UUID) -> Response:
        """Take a referral back. Nobody can open the summary any more."""
        own = Sent.objects.visible_to(self.user).select_related("case__client")
        sent, given = get_object_or_404(own, pk=referral_id), self.sent(WithdrawReferralSerializer)
        return self.made(operations.withdraw_referral(sent=sent, **given, by=self.user), 200)

    def _incoming(self) -> Referral:
        own = Referral.objects.visible_to(self.user).with_shelters().incoming()
        return get_object_or_404(own, pk=self.kwargs["referral_id"])

    def _kept(self, referral: Referral) -> Sent | Received | None:
        """This shelter's copy of the summary, if there is one and the person may see it."""
        kept = Sent if referral.sender_id == current_unit().id else Received
        found: Sent | Received | None = (
            kept.objects.visible_to(self.user)
            .select_related("case__client")
            .filter(pk=referral.pk)
            .first()
        )
        return found


class NetworkReferralViewSet(ApiViewSet):
    """Referrals of all shelters, as coordinators see them: needs and clocks, never a person."""

    area = Area.REFERRALS
    queryset = Referral.objects.none()
    serializer_class = NetworkReferralSerializer
    lookup_url_kwarg = "referral_id"

    def get_queryset(self) -> QuerySet[Referral]:
        return Referral.objects.visible_to(self.user).with_shelters()

    @extend_schema(
        parameters=[NetworkReferralFilter], responses=NetworkReferralSerializer(many=True)
    )
    @rule(P.NETWORK_REFERRALS_READ)
    def list(self, request: Request) -> Response:
        """Referrals that are open, the last sent first."""
        found = narrowed(self.get_queryset(), self.asked(NetworkReferralFilter))
        return self.page(found.order_by("-sent_at", "id"), NetworkReferralSerializer)

    @extend_schema(responses=NetworkReferralSerializer)
    @rule(P.NETWORK_REFERRALS_READ)
    def retrieve(self, request: Request, referral_id: UUID) -> Response:
        """One referral."""
        return Response(NetworkReferralSerializer(self.get_object()).data)


def narrowed(found: Any, asked: dict[str, Any]) -> Any:
    if asked["status"] == OPEN:
        found = found.open()
    elif asked["status"] != EVERY:
        found = found.filter(status=asked["status"])
    return found.filter(urgency=asked["urgency"]) if "urgency" in asked else found
