"""The first page after sign-in."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from shelters.navigation import home_of
from shelters.staff.models import User
from shelters.staff.permissions import rule
from shelters.tenancy import current_unit


@rule(anyone=True)
@require_GET
def choose_home(request: HttpRequest) -> HttpResponse:
    """Each person lands on the first page that their roles open."""
    return redirect(
        home_of(cast(User, request.user), central=current_unit().is_central) or "staff:me"
    )
