"""Money of all shelters, as funding officers see it: read only, no person, no note."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from funding.forms import PeriodForm
from funding.statement import network_lines, statement_of
from shelters.models import Shelter
from shelters.parts import render_page
from shelters.staff.permissions import P, rule


@rule(P.NETWORK_FUNDING_READ)
@require_GET
def shelters(request: HttpRequest) -> HttpResponse:
    form = PeriodForm(request.GET or None)
    context = {"form": form, "period": form.period, "lines": network_lines(form.period)}
    return render_page(request, "funding/central/shelters.html", context, parts=("statement",))


@rule(P.NETWORK_FUNDING_READ)
@require_GET
def statement(request: HttpRequest, shelter_id: UUID) -> HttpResponse:
    shelter = get_object_or_404(Shelter.objects.real(), pk=shelter_id)
    form = PeriodForm(request.GET or None)
    context = {
        "form": form,
        "shelter": shelter,
        "statement": statement_of(shelter.id, form.period),
    }
    return render_page(request, "funding/central/statement.html", context, parts=("statement",))
