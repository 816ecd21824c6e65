"""The first page after sign-in, and the list of shelters on the central host."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from shelters.models import Domain
from shelters.navigation import home_of
from shelters.staff.models import User
from shelters.staff.permissions import P, rule
from shelters.tenancy import current_unit


@rule(anyone=True)
@require_GET
def choose_home(request: HttpRequest) -> HttpResponse:
    """Each person lands on the first page that their roles open."""
    return redirect(
        home_of(cast(User, request.user), central=current_unit().is_central) or "staff:me"
    )


@rule(P.NETWORK_OPERATE)
@require_GET
def shelter_list(request: HttpRequest) -> HttpResponse:
    domains = Domain.objects.select_related("shelter").order_by("shelter__name", "host")
    return render(request, "shelters/shelters.html", {"domains": domains})
