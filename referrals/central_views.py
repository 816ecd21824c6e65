"""Referrals of all shelters, as coordinators see them: needs and clocks, never a person."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from referrals.board import ENDED, NOTHING, filter_for, found_by, states_of, steps_of
from referrals.models import Referral
from referrals.models.referral import ReferralQuerySet
from shelters.parts import render_page
from shelters.registry import shelter_names
from shelters.staff.models import User
from shelters.staff.permissions import P, rule

A_PAGE = 50


@rule(P.NETWORK_REFERRALS_READ)
@require_GET
def referrals(request: HttpRequest) -> HttpResponse:
    """The board: what is open and how long it may still take, or what is past."""
    form = filter_for(request.GET, shelter_names())
    is_narrowed = not form.is_valid() or bool(form.chips)
    wanted = form.cleaned_data  # those answers that make sense
    found = found_by(wanted, _all(request).with_shelters())
    context = {
        "form": form,
        "states": states_of(_all(request), wanted, request.GET),
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        **_what_is_shown(wanted, is_narrowed=is_narrowed),
    }
    return render_page(request, "referrals/central/referrals.html", context, parts=("list",))


@rule(P.NETWORK_REFERRALS_READ)
@require_GET
def referral(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    shown = get_object_or_404(_all(request).with_shelters(), pk=referral_id)
    context = {"referral": shown, "steps": steps_of(shown)}
    return render(request, "referrals/central/referral.html", context)


def _all(request: HttpRequest) -> ReferralQuerySet:
    """A fresh queryset each time: what coordinators may see."""
    return Referral.objects.visible_to(cast(User, request.user))


def _what_is_shown(wanted: dict[str, Any], *, is_narrowed: bool) -> dict[str, Any]:
    state = wanted.get("status", "")
    return {
        "state": state,
        "is_past": state == ENDED and not wanted.get("code"),
        "is_filtered": is_narrowed,
        "nothing": NOTHING[state],
    }
