"""What was agreed, and whether it will go on."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from funding import operations
from funding.forms import AgreementForm, RenewalForm
from funding.models import Agreement, Donor
from funding.statement import agreement_line, donors_by_id
from funding.views.asking import A_PAGE, may_write, names_of, user_of
from shelters.refusals import Refusal
from shelters.staff.permissions import P, rule


@rule(P.FUNDING_READ)
@require_GET
def agreements(request: HttpRequest) -> HttpResponse:
    found = Agreement.objects.visible_to(user_of(request)).with_renewal().with_received()
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    known = donors_by_id()
    context = {
        "page": page,
        "lines": [agreement_line(agreement, known) for agreement in page],
        "may_write": may_write(request),
    }
    return render(request, "funding/agreements.html", context)


@rule(P.FUNDING_WRITE)
@require_http_methods(["GET", "POST"])
def agreement_add(request: HttpRequest) -> HttpResponse:
    donors = Donor.objects.visible_to(user_of(request))
    form = AgreementForm(request.POST or None, donors=donors)
    if request.method == "POST" and form.is_valid():
        try:
            agreement = operations.record_agreement(**form.cleaned_data, by=user_of(request))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The agreement is recorded."))
            return redirect("funding:agreement_detail", agreement.pk)
    return render(request, "funding/agreement_add.html", {"form": form, "donors": donors})


@rule(P.FUNDING_READ)
@require_GET
def agreement_detail(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    return _show_agreement(request, agreement_id, RenewalForm())


@rule(P.FUNDING_WRITE)
@require_POST
def agreement_renewal(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    agreement = get_object_or_404(Agreement.objects.visible_to(user_of(request)), pk=agreement_id)
    form = RenewalForm(request.POST)
    if form.is_valid():
        try:
            operations.update_renewal(agreement=agreement, **form.cleaned_data, by=user_of(request))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The renewal is noted."))
            return redirect("funding:agreement_detail", agreement.pk)
    return _show_agreement(request, agreement_id, form)


def _show_agreement(request: HttpRequest, agreement_id: UUID, form: RenewalForm) -> HttpResponse:
    found = Agreement.objects.visible_to(user_of(request)).with_renewal().with_received()
    agreement = get_object_or_404(found.select_related("donor"), pk=agreement_id)
    renewals = list(agreement.renewals.all())
    names = names_of([agreement, *renewals])
    context = {
        "line": agreement_line(agreement, {agreement.donor_id: agreement.donor}),
        "gifts": agreement.receipts.gifts().select_related("reversal"),
        "renewals": [(renewal, names.get(renewal.entered_by_id)) for renewal in renewals],
        "entered_by": names.get(agreement.entered_by_id),
        "form": form,
        "may_write": may_write(request),
    }
    return render(request, "funding/agreement_detail.html", context)
