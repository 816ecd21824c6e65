"""Donors, agreements, gifts and claims of one shelter."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from funding import operations
from funding.api.asked import (
    GiftFilter,
    NewAgreementSerializer,
    NewClaimSerializer,
    NewDonorSerializer,
    NewGiftSerializer,
    RenewalSerializer,
    ReverseSerializer,
    WithdrawClaimSerializer,
)
from funding.api.told import (
    AgreementSerializer,
    ClaimSerializer,
    DonorSerializer,
    GiftSerializer,
    GiftWithNoteSerializer,
)
from funding.models import Agreement, Claim, Donor, Receipt
from shelters.api.scopes import Area
from shelters.api.serializers import MadeSerializer
from shelters.api.viewsets import ApiViewSet
from shelters.staff.permissions import P, rule


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
