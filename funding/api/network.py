"""Money of all shelters, as funding officers see it: no person, no note."""

from __future__ import annotations

from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from funding.api.asked import PeriodFilter, period_of
from funding.api.told import ShelterLineSerializer, StatementSerializer
from funding.statement import network_lines, statement_of
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
