"""The statement of a period."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from funding.forms import PeriodForm
from funding.spreadsheet import SPREADSHEET, workbook_of
from funding.statement import statement_of
from funding.views.asking import may_write
from funding.views.showing import show_statement
from shelters.models import Shelter
from shelters.staff.permissions import P, rule
from shelters.tenancy import current_unit


@rule(P.FUNDING_READ)
@require_GET
def statement(request: HttpRequest) -> HttpResponse:
    return show_statement(
        request, "funding/statement.html", current_unit().id, may_write=may_write(request)
    )


@rule(P.FUNDING_READ)
@require_GET
def statement_download(request: HttpRequest) -> HttpResponse:
    shelter = Shelter.objects.get(pk=current_unit().id)
    return download_statement(request, shelter, reverse("funding:statement"))


def download_statement(request: HttpRequest, shelter: Shelter, back: str) -> HttpResponse:
    """As a spreadsheet; to its page, which says what is wrong, if the period is."""
    form = PeriodForm(request.GET or None)
    if form.is_bound and not form.is_valid():
        return redirect(f"{back}?{request.GET.urlencode()}")
    made = workbook_of(statement_of(shelter.pk, form.period), shelter.name)
    answer = HttpResponse(made, content_type=SPREADSHEET)
    days = f"{form.period.first:%Y-%m-%d}-{form.period.last:%Y-%m-%d}"
    answer.headers["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{shelter.schema}-{days}.xlsx"
    )
    return answer
