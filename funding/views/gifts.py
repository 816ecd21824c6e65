"""What came in, one by one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from funding import operations
from funding.forms import GiftFilter, GiftForm, ReverseForm
from funding.models import Agreement, Currency, Donor, Receipt
from funding.statement import Sums
from funding.views.asking import A_PAGE, may_write, names_of, user_of
from funding.words import money, rate
from shelters.parts import render_page
from shelters.refusals import Refusal
from shelters.staff.permissions import P, rule


@rule(P.FUNDING_READ)
@require_GET
def gifts(request: HttpRequest) -> HttpResponse:
    donors = Donor.objects.visible_to(user_of(request))
    form = GiftFilter(request.GET or None, donors=donors)
    entries = Receipt.objects.visible_to(user_of(request)).filter(**form.wanted)
    found = entries.gifts().select_related("donor", "reversal")
    context = {
        "form": form,
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "sums": Sums.of(entries.sums()),
        "is_filtered": bool(form.wanted),
        "may_write": may_write(request),
    }
    return render_page(request, "funding/gifts.html", context, parts=("list",))


@rule(P.FUNDING_WRITE)
@require_http_methods(["GET", "POST"])
def gift_add(request: HttpRequest) -> HttpResponse:
    donors = Donor.objects.visible_to(user_of(request))
    agreements = Agreement.objects.visible_to(user_of(request)).select_related("donor")
    form = GiftForm(
        request.POST or None,
        donors=donors,
        agreements=agreements.order_by("donor__name", "-starts_on"),
        initial=_answers_to_begin_with(request),
    )
    if request.method == "POST" and form.is_valid():
        try:
            gift = operations.receive_gift(**form.cleaned_data, by=user_of(request))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _recorded(gift))
            return redirect("funding:gift_detail", gift.pk)
    return render(request, "funding/gift_add.html", {"form": form, "donors": donors})


@rule(P.FUNDING_READ)
@require_GET
def gift_detail(request: HttpRequest, gift_id: UUID) -> HttpResponse:
    gift = _gift(request, gift_id)
    reversal = gift.reversal if gift.is_reversed else None
    names = names_of([gift, *([reversal] if reversal else [])])
    context = {
        "gift": gift,
        "entered_by": names.get(gift.entered_by_id),
        "reversal": reversal,
        "reversed_by": names.get(reversal.entered_by_id) if reversal else None,
        "may_write": may_write(request),
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
            operations.reverse_gift(receipt=gift, **form.cleaned_data, by=user_of(request))
        except operations.AlreadyReversed as refusal:
            messages.error(request, str(refusal.message))
            return redirect("funding:gift_detail", gift.pk)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The gift is reversed and counts in no total."))
            return redirect("funding:gift_detail", gift.pk)
    return render(request, "funding/gift_reverse.html", {"form": form, "gift": gift})


def _gift(request: HttpRequest, gift_id: UUID) -> Receipt:
    """A gift, not the entry that reverses it: both are shown on one page."""
    found = Receipt.objects.visible_to(user_of(request)).gifts()
    found = found.select_related("donor", "agreement", "note", "reversal", "reversal__note")
    return get_object_or_404(found, pk=gift_id)


def _recorded(gift: Receipt) -> str:
    """What was saved, and for another currency what it is worth from now on."""
    if not gift.is_foreign:
        return _("The gift is recorded.")
    return _("The gift is recorded: %(amount)s at %(rate)s, that is %(tenge)s.") % {
        "amount": money(gift.amount, gift.currency),
        "rate": rate(gift.rate),
        "tenge": money(gift.amount_in_tenge, Currency.KZT),
    }


def _answers_to_begin_with(request: HttpRequest) -> dict[str, Any]:
    """From `?agreement=`, or from `?like=`: a reversed gift that is entered again."""
    if like := _asked_for(request, "like", Receipt.objects.visible_to(user_of(request))):
        return {name.removesuffix("_id"): getattr(like, name) for name in Receipt.MIRRORED} | (
            {} if like.is_foreign else {"rate": None}
        )
    agreements = Agreement.objects.visible_to(user_of(request))
    if agreement := _asked_for(request, "agreement", agreements):
        return {"donor": agreement.donor_id, "agreement": agreement.pk}
    return {}


def _asked_for(request: HttpRequest, name: str, rows: Any) -> Any:
    try:
        return rows.filter(pk=request.GET.get(name)).first()
    except ValidationError:
        return None
