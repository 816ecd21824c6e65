"""Shelters, how they stand, and what to do where something is wrong."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from config.operating.machinery import facts_of
from config.operating.standings import advice_on, all_standings
from shelters.parts import render_page
from shelters.staff.permissions import P, rule

A_PAGE = 50


@rule(P.NETWORK_OPERATE)
@require_GET
def shelters(request: HttpRequest) -> HttpResponse:
    standings = all_standings()
    facts = facts_of(standings)
    context = {
        "page": Paginator(standings, A_PAGE).get_page(request.GET.get("page")),
        "facts": facts,
        "advice": [*(fact.advice for fact in facts if fact.advice), *advice_on(standings)],
    }
    return render_page(request, "operating/shelters.html", context, parts=("state",))
