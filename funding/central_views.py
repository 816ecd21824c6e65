"""Money of all shelters, as funding officers see it: read only, no person, no note."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET

from funding.forms import NetworkDonorFilter, PeriodForm
from funding.models import Donor
from funding.pictures import network_figures
from funding.statement import (
    Sums,
    account_of,
    donor_lines,
    network_lines,
    private_persons,
    received_from,
    standing_claims,
)
from funding.views.asking import A_PAGE, user_of
from funding.views.showing import show_statement
from funding.views.statement import download_statement
from shelters.charts import answer_with_figure
from shelters.models import Shelter
from shelters.parts import render_page
from shelters.staff.permissions import P, rule


@rule(P.NETWORK_FUNDING_READ)
@require_GET
def shelters(request: HttpRequest) -> HttpResponse:
    form = PeriodForm(request.GET or None)
    lines = network_lines(form.period)
    figures = network_figures(request, lines, form.period)
    if figure := answer_with_figure(request, figures):
        return figure
    context = {"form": form, "period": form.period, "lines": lines, "figures": figures}
    return render_page(request, "funding/central/shelters.html", context, parts=("statement",))


@rule(P.NETWORK_FUNDING_READ)
@require_GET
def donors(request: HttpRequest) -> HttpResponse:
    form = NetworkDonorFilter(request.GET or None)
    period = form.period
    known = Donor.objects.visible_to(user_of(request)).with_received(period.first, period.last)
    found = known.narrowed(**form.wanted)
    persons = None if form.wanted else private_persons(period)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    claims, number_of_claims = standing_claims()
    context = {
        "form": form,
        "period": period,
        "page": page,
        "lines": donor_lines(list(page), period),
        "persons": persons,
        "total": received_from(found, period) + (persons.sums if persons else Sums()),
        "claims": claims,
        "left_out": number_of_claims - len(claims),
        "is_filtered": bool(form.wanted),
    }
    return render_page(request, "funding/central/donors.html", context, parts=("list",))


@rule(P.NETWORK_FUNDING_READ)
@require_GET
def donor_detail(request: HttpRequest, donor_id: UUID) -> HttpResponse:
    donor = get_object_or_404(Donor.objects.visible_to(user_of(request)), pk=donor_id)
    form = PeriodForm(request.GET or None)
    context = {"form": form, "account": account_of(donor, form.period)}
    return render_page(request, "funding/central/donor.html", context, parts=("statement",))


@rule(P.NETWORK_FUNDING_READ)
@require_GET
def statement(request: HttpRequest, shelter_id: UUID) -> HttpResponse:
    shelter = get_object_or_404(Shelter.objects.real(), pk=shelter_id)
    return show_statement(request, "funding/central/statement.html", shelter.id, shelter=shelter)


@rule(P.NETWORK_FUNDING_READ)
@require_GET
def statement_download(request: HttpRequest, shelter_id: UUID) -> HttpResponse:
    shelter = get_object_or_404(Shelter.objects.real(), pk=shelter_id)
    back = reverse("funding_central:statement", args=[shelter.pk])
    return download_statement(request, shelter, back)
