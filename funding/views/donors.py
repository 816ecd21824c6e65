"""Who gives, and what each gave so far."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from funding import operations
from funding.forms import DonorForm
from funding.models import Donor, Receipt
from funding.statement import Sums
from funding.views.asking import may_write, user_of
from shelters.refusals import Refusal
from shelters.staff.permissions import P, rule


@rule(P.FUNDING_READ)
@require_GET
def donors(request: HttpRequest) -> HttpResponse:
    rows = Receipt.objects.visible_to(user_of(request)).sums_by("donor_id")
    sums = {row["donor_id"]: Sums.of(row) for row in rows}
    lines = [
        {"donor": donor, "sums": sums.get(donor.id, Sums())}
        for donor in Donor.objects.visible_to(user_of(request))
    ]
    context = {"lines": lines, "may_write": may_write(request)}
    return render(request, "funding/donors.html", context)


@rule(P.FUNDING_WRITE)
@require_http_methods(["GET", "POST"])
def donor_add(request: HttpRequest) -> HttpResponse:
    form = DonorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            donor = operations.add_donor(**form.cleaned_data, by=user_of(request))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("%(donor)s is added.") % {"donor": donor})
            return redirect("funding:donors")
    return render(request, "funding/donor_add.html", {"form": form})
