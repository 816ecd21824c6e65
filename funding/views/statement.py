"""The statement of a period."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from funding.forms import PeriodForm
from funding.statement import statement_of
from funding.views.asking import may_write
from shelters.parts import render_page
from shelters.staff.permissions import P, rule
from shelters.tenancy import current_unit


@rule(P.FUNDING_READ)
@require_GET
def statement(request: HttpRequest) -> HttpResponse:
    form = PeriodForm(request.GET or None)
    shown = statement_of(current_unit().id, form.period)
    context = {"form": form, "statement": shown, "may_write": may_write(request)}
    return render_page(request, "funding/statement.html", context, parts=("statement",))
