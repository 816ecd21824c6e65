"""The statement of one shelter."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from funding.api.asked import PeriodFilter, period_of
from funding.api.told import StatementSerializer
from funding.statement import statement_of
from shelters.api.scopes import Area
from shelters.api.viewsets import ApiViewSet
from shelters.staff.permissions import P, rule
from shelters.tenancy import current_unit


class StatementViewSet(ApiViewSet):
    area = Area.FUNDING
    pagination_class = None

    @extend_schema(parameters=[PeriodFilter], responses=StatementSerializer)
    @rule(P.FUNDING_READ)
    def show(self, request: Request) -> Response:
        """This shelter's money in a period."""
        period = period_of(self.asked(PeriodFilter))
        return Response(StatementSerializer(statement_of(current_unit().id, period)).data)
