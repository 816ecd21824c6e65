"""What is said about the money."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from funding import operations
from funding.forms import ClaimForm, WithdrawForm
from funding.models import Claim
from funding.views.asking import user_of
from shelters.refusals import Refusal
from shelters.staff.permissions import P, rule


@rule(P.FUNDING_WRITE)
@require_http_methods(["GET", "POST"])
def claim_add(request: HttpRequest) -> HttpResponse:
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.record_claim(**form.cleaned_data, by=user_of(request))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The claim is recorded. It enters no total."))
            return redirect("funding:statement")
    return render(request, "funding/claim_add.html", {"form": form})


@rule(P.FUNDING_WRITE)
@require_http_methods(["GET", "POST"])
def claim_withdraw(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    claim = get_object_or_404(Claim.objects.visible_to(user_of(request)), pk=claim_id)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.withdraw_claim(claim=claim, **form.cleaned_data, by=user_of(request))
        except operations.AlreadyWithdrawn as refusal:
            messages.error(request, str(refusal.message))
            return redirect("funding:statement")
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The claim is withdrawn."))
            return redirect("funding:statement")
    return render(request, "funding/claim_withdraw.html", {"form": form, "claim": claim})
