"""Referrals of all shelters, as coordinators see them: needs and clocks, never a person."""

from __future__ import annotations

from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from referrals.forms import NetworkFilter
from referrals.models import Referral
from referrals.models.referral import ReferralQuerySet
from shelters.parts import render_page
from shelters.staff.models import User
from shelters.staff.permissions import P, rule

A_PAGE = 50


@rule(P.NETWORK_REFERRALS_READ)
@require_GET
def referrals(request: HttpRequest) -> HttpResponse:
    form = NetworkFilter(request.GET)
    found = Referral.objects.visible_to(cast(User, request.user)).with_shelters().by_clock()
    page = Paginator(_filtered(found, form), A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "is_filtered": bool(form.chips)}
    return render_page(request, "referrals/central/referrals.html", context, parts=("list",))


def _filtered(found: ReferralQuerySet, form: NetworkFilter) -> ReferralQuerySet:
    asked = form.cleaned_data if form.is_valid() else {}
    status, urgency = asked.get("status"), asked.get("urgency")
    if not status:
        found = found.open()
    elif status != form.EVERY:
        found = found.filter(status=status)
    return found.filter(urgency=urgency) if urgency else found
