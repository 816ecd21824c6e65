"""Money of all shelters, as funding officers see it: no person, no note."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from funding.api.asked import NetworkDonorFilter, PeriodFilter, period_of
from funding.api.told import (
    DonorAccountSerializer,
    NetworkDonorLineSerializer,
    PrivatePersonsSerializer,
    ShelterLineSerializer,
    StatementSerializer,
)
from funding.models import Donor
from funding.statement import (
    account_of,
    donor_lines,
    network_lines,
    private_persons,
    statement_of,
)
from shelters.api.scopes import Area
from shelters.api.viewsets import ApiViewSet
from shelters.models import Shelter
from shelters.staff.permissions import P, rule


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
        lines = network_lines(period_of(self.asked(PeriodFilter)))
        return Response(ShelterLineSerializer(lines, many=True).data)

    @extend_schema(parameters=[PeriodFilter], responses=StatementSerializer)
    @rule(P.NETWORK_FUNDING_READ)
    def retrieve(self, request: Request, shelter_id: UUID) -> Response:
        """One shelter's money in a period."""
        shelter = get_object_or_404(Shelter.objects.real(), pk=shelter_id)
        period = period_of(self.asked(PeriodFilter))
        return Response(StatementSerializer(statement_of(shelter.id, period)).data)


class NetworkDonorViewSet(ApiViewSet):
    """Donors of all shelters, with what each gave in a period; private persons have no name."""

    area = Area.FUNDING
    queryset = Donor.objects.none()
    serializer_class = NetworkDonorLineSerializer
    lookup_url_kwarg = "donor_id"

    def get_queryset(self) -> QuerySet[Donor]:
        return Donor.objects.visible_to(self.user)

    @extend_schema(parameters=[NetworkDonorFilter], responses=NetworkDonorLineSerializer(many=True))
    @rule(P.NETWORK_FUNDING_READ)
    def list(self, request: Request) -> Response:
        """Organisations that give or may give, the last added first; those without a gift too."""
        asked = self.asked(NetworkDonorFilter)
        period = period_of(asked)
        known = Donor.objects.visible_to(self.user).with_received(period.first, period.last)
        wanted = {name: asked[name] for name in ("name", "kind", "given") if name in asked}
        rows = self.paginate_queryset(known.narrowed(**wanted).order_by("-added_at", "id"))
        lines = donor_lines(rows or [], period)
        return self.get_paginated_response(NetworkDonorLineSerializer(lines, many=True).data)

    @extend_schema(parameters=[PeriodFilter], responses=DonorAccountSerializer)
    @rule(P.NETWORK_FUNDING_READ)
    def retrieve(self, request: Request, donor_id: UUID) -> Response:
        """One donor over all shelters in a period."""
        period = period_of(self.asked(PeriodFilter))
        return Response(DonorAccountSerializer(account_of(self.get_object(), period)).data)

    @extend_schema(parameters=[PeriodFilter], responses=PrivatePersonsSerializer)
    @rule(P.NETWORK_FUNDING_READ)
    @action(detail=False, url_path="private-persons", pagination_class=None)
    def private_persons(self, request: Request) -> Response:
        """All private persons together in a period: on this host nobody knows who they are."""
        period = period_of(self.asked(PeriodFilter))
        return Response(PrivatePersonsSerializer(private_persons(period)).data)
