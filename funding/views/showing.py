"""A statement on a page, of the shelter itself or of one that an officer looks at."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from funding.forms import PeriodForm
from funding.pictures import statement_figures
from funding.statement import statement_of, time_lines
from shelters.charts import answer_with_figure
from shelters.parts import render_page


def show_statement(
    request: HttpRequest, template: str, shelter_id: UUID, **more: Any
) -> HttpResponse:
    form = PeriodForm(request.GET or None)
    statement, times = statement_of(shelter_id, form.period), time_lines(shelter_id, form.period)
    figures = statement_figures(request, shelter_id, statement, times)
    if figure := answer_with_figure(request, figures):
        return figure
    shown = {"form": form, "statement": statement, "times": times, "figures": figures}
    return render_page(request, template, shown | more, parts=("statement",))
