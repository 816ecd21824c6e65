"""Money, as the shelter's own people see it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from funding import operations
from funding.forms import (
    AgreementForm,
    ClaimForm,
    DonorForm,
    GiftFilter,
    GiftForm,
    PeriodForm,
    RenewalForm,
    ReverseForm,
    WithdrawForm,
)
from funding.models import Agreement, Claim, Donor, Receipt, Renewal
from funding.statement import agreement_line, donors_by_id, statement_of
from shelters.parts import render_page
from shelters.refusals import Refusal
from shelters.staff.models import User
from shelters.staff.permissions import P, rule
from shelters.tenancy import current_unit

A_PAGE = 50


@rule(P.FUNDING_READ)
@require_GET
def statement(request: HttpRequest) -> HttpResponse:
    form = PeriodForm(request.GET or None)
    shown = statement_of(current_unit().id, form.period)
    context = {"form": form, "statement": shown, "may_write": _may_write(request)}
    return render_page(request, "funding/statement.html", context, parts=("statement",))


@rule(P.FUNDING_READ)
@require_GET
def donors(request: HttpRequest) -> HttpResponse:
    rows = Receipt.objects.visible_to(_user(request)).sums_by("donor_id")
    sums = {row["donor_id"]: row for row in rows}
    lines = [
        {"donor": donor, "sums": sums.get(donor.id)}
        for donor in Donor.objects.visible_to(_user(request))
    ]
    context = {"lines": lines, "may_write": _may_write(request)}
    return render(request, "funding/donors.html", context)


@rule(P.FUNDING_WRITE)
@require_http_methods(["GET", "POST"])
def donor_add(request: HttpRequest) -> HttpResponse:
    form = DonorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            donor = operations.add_donor(**form.cleaned_data, by=_user(request))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("%(donor)s is added.") % {"donor": donor})
            return redirect("funding:donors")
    return render(request, "funding/donor_add.html", {"form": form})


@rule(P.FUNDING_READ)
@require_GET
def agreements(request: HttpRequest) -> HttpResponse:
    found = Agreement.objects.visible_to(_user(request)).with_renewal().with_received()
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    known = donors_by_id()
    context = {
        "page": page,
        "lines": [agreement_line(agreement, known) for agreement in page],
        "may_write": _may_write(request),
    }
    return render(request, "funding/agreements.html", context)


@rule(P.FUNDING_WRITE)
@require_http_methods(["GET", "POST"])
def agreement_add(request: HttpRequest) -> HttpResponse:
    donors = Donor.objects.visible_to(_user(request))
    form = AgreementForm(request.POST or None, donors=donors)
    if request.method == "POST" and form.is_valid():
        try:
            agreement = operations.record_agreement(**form.cleaned_data, by=_user(request))
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
    agreement = get_object_or_404(Agreement.objects.visible_to(_user(request)), pk=agreement_id)
    form = RenewalForm(request.POST)
    if form.is_valid():
        try:
            operations.update_renewal(agreement=agreement, **form.cleaned_data, by=_user(request))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The renewal is noted."))
            return redirect("funding:agreement_detail", agreement.pk)
    return _show_agreement(request, agreement_id, form)


@rule(P.FUNDING_READ)
@require_GET
def gifts(request: HttpRequest) -> HttpResponse:
    donors = Donor.objects.visible_to(_user(request))
    form = GiftFilter(request.GET or None, donors=donors)
    entries = Receipt.objects.visible_to(_user(request)).filter(**form.wanted)
    found = entries.gifts().select_related("donor", "reversal")
    context = {
        "form": form,
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "sums": entries.sums(),
        "is_filtered": bool(form.wanted),
        "may_write": _may_write(request),
    }
    return render_page(request, "funding/gifts.html", context, parts=("list",))


@rule(P.FUNDING_WRITE)
@require_http_methods(["GET", "POST"])
def gift_add(request: HttpRequest) -> HttpResponse:
    donors = Donor.objects.visible_to(_user(request))
    agreements = Agreement.objects.visible_to(_user(request)).select_related("donor")
    form = GiftForm(
        request.POST or None,
        donors=donors,
        agreements=agreements.order_by("donor__name", "-starts_on"),
        initial=_answers_to_begin_with(request),
    )
    if request.method == "POST" and form.is_valid():
        try:
            gift = operations.receive_gift(**form.cleaned_data, by=_user(request))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The gift is recorded."))
            return redirect("funding:gift_detail", gift.pk)
    return render(request, "funding/gift_add.html", {"form": form, "donors": donors})


@rule(P.FUNDING_READ)
@require_GET
def gift_detail(request: HttpRequest, gift_id: UUID) -> HttpResponse:
    gift = _gift(request, gift_id)
    reversal = gift.reversal if gift.is_reversed else None
    names = _names([gift, *([reversal] if reversal else [])])
    context = {
        "gift": gift,
        "entered_by": names.get(gift.entered_by_id),
        "reversal": reversal,
        "reversed_by": names.get(reversal.entered_by_id) if reversal else None,
        "may_write": _may_write(request),
    }
    return render(request, "funding/gift_detail.html", context)


@rule(P.FUNDING_WRITE)
@require_http_methods(["GET", "POST"])
def gift_reverse(request: HttpRequest, gift_id: UUID) -> HttpResponse:
    gift = _gift(request, gift_id)
    if request.method == "GET" and gift.is_reversed:
        return redirect("funding:gift_detail", gift.pk)
    form = ReverseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.reverse_gift(receipt=gift, **form.cleaned_data, by=_user(request))
        except operations.AlreadyReversed as refusal:
            messages.error(request, str(refusal.message))
            return redirect("funding:gift_detail", gift.pk)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The gift is reversed and counts in no total."))
            return redirect("funding:gift_detail", gift.pk)
    return render(request, "funding/gift_reverse.html", {"form": form, "gift": gift})


@rule(P.FUNDING_WRITE)
@require_http_methods(["GET", "POST"])
def claim_add(request: HttpRequest) -> HttpResponse:
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.record_claim(**form.cleaned_data, by=_user(request))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The claim is recorded. It enters no total."))
            return redirect("funding:statement")
    return render(request, "funding/claim_add.html", {"form": form})


@rule(P.FUNDING_WRITE)
@require_http_methods(["GET", "POST"])
def claim_withdraw(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    claim = get_object_or_404(Claim.objects.visible_to(_user(request)), pk=claim_id)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.withdraw_claim(claim=claim, **form.cleaned_data, by=_user(request))
        except operations.AlreadyWithdrawn as refusal:
            messages.error(request, str(refusal.message))
            return redirect("funding:statement")
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The claim is withdrawn."))
            return redirect("funding:statement")
    return render(request, "funding/claim_withdraw.html", {"form": form, "claim": claim})


def _user(request: HttpRequest) -> User:
    """The signed-in person: the page's rule has already been asked."""
    return cast(User, request.user)


def _may_write(request: HttpRequest) -> bool:
    return _user(request).may(P.FUNDING_WRITE)


def _gift(request: HttpRequest, gift_id: UUID) -> Receipt:
    """A gift, not the entry that reverses it: both are shown on one page."""
    found = Receipt.objects.visible_to(_user(request)).gifts()
    found = found.select_related("donor", "agreement", "note", "reversal", "reversal__note")
    return get_object_or_404(found, pk=gift_id)


def _show_agreement(request: HttpRequest, agreement_id: UUID, form: RenewalForm) -> HttpResponse:
    found = Agreement.objects.visible_to(_user(request)).with_renewal().with_received()
    agreement = get_object_or_404(found.select_related("donor"), pk=agreement_id)
    renewals = list(agreement.renewals.all())
    names = _names([agreement, *renewals])
    context = {
        "line": agreement_line(agreement, {agreement.donor_id: agreement.donor}),
        "gifts": agreement.receipts.gifts().select_related("reversal"),
        "renewals": [(renewal, names.get(renewal.entered_by_id)) for renewal in renewals],
        "entered_by": names.get(agreement.entered_by_id),
        "form": form,
        "may_write": _may_write(request),
    }
    return render(request, "funding/agreement_detail.html", context)


def _answers_to_begin_with(request: HttpRequest) -> dict[str, Any]:
    """From `?agreement=`, or from `?like=`: a reversed gift that is entered again."""
    if like := _asked_for(request, "like", Receipt.objects.visible_to(_user(request))):
        return {name.removesuffix("_id"): getattr(like, name) for name in Receipt.MIRRORED}
    agreements = Agreement.objects.visible_to(_user(request))
    if agreement := _asked_for(request, "agreement", agreements):
        return {"donor": agreement.donor_id, "agreement": agreement.pk}
    return {}


def _asked_for(request: HttpRequest, name: str, rows: Any) -> Any:
    try:
        return rows.filter(pk=request.GET.get(name)).first()
    except ValidationError:
        return None


def _names(entries: Iterable[Agreement | Receipt | Renewal]) -> dict[UUID, str]:
    """Who entered them, from the shelter's own list of people; a shared row holds no name."""
    ids = {entry.entered_by_id for entry in entries}
    return dict(User.objects.filter(pk__in=ids).values_list("id", "name"))
