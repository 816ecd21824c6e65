"""The first page of the day, and the list of clients."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases.forms import ClientFilter
from cases.lists import filtered, groups_of_today
from cases.pages import may
from cases.views.fetching import user_of
from shelters.parts import render_page
from shelters.staff.permissions import P, rule

A_PAGE = 50


@rule(P.CASE_READ)
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    groups = [group for group in groups_of_today(user_of(request)) if group.cases]
    context = {"groups": groups, "may": may(user_of(request))}
    return render(request, "cases/today.html", context)


@rule(P.CASE_READ)
@require_GET
def clients(request: HttpRequest) -> HttpResponse:
    form = ClientFilter(request.GET)
    found = filtered(user_of(request), form.cleaned_data if form.is_valid() else {})
    context = {
        "form": form,
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "may": may(user_of(request)),
    }
    return render_page(request, "cases/clients.html", context, parts=("list", "found"))
