"""Referrals, as the shelter that sends and the shelter that receives see them."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.models import Case
from cases.operations import read_case
from cases.summary import show
from referrals import operations
from referrals.forms import (
    AcceptForm,
    AgreedForm,
    ArriveForm,
    DeclineForm,
    SeenForm,
    SendForm,
)
from referrals.kept.models import Received, Sent
from referrals.models import Referral
from shelters.refusals import Refusal
from shelters.registry import other_shelters
from shelters.staff.models import User
from shelters.staff.permissions import P, rule
from shelters.tenancy import current_unit

A_PAGE = 50


@rule(P.REFERRAL_READ)
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for this shelter's answer, and whom it expects."""
    incoming = _referrals(request).incoming().by_clock()
    context = {
        "page": _page(request, incoming.waiting()),
        "expected": incoming.on_the_way()[:A_PAGE],
    }
    return render(request, "referrals/inbox.html", context)


@rule(P.REFERRAL_READ)
@require_GET
def outgoing(request: HttpRequest) -> HttpResponse:
    """What this shelter has sent and is still responsible for."""
    page = _page(request, _referrals(request).outgoing().open().by_clock())
    return render(request, "referrals/outgoing.html", {"page": page})


@rule(P.REFERRAL_READ)
@require_GET
def past(request: HttpRequest) -> HttpResponse:
    page = _page(request, _referrals(request).past())
    return render(request, "referrals/past.html", {"page": page})


@rule(P.REFERRAL_READ)
@require_GET
def referral(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    shown = get_object_or_404(_referrals(request), pk=referral_id)
    if shown.sender_id == current_unit().id:
        return redirect("referrals:sent", shown.pk)
    return _show(request, shown)


@rule(P.REFERRAL_ANSWER)
@require_POST
def accept(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    referral, form = _incoming(request, referral_id), AcceptForm(request.POST)
    if form.is_valid():
        try:
            case = operations.accept_referral(
                referral=referral, arrive_by=form.arrive_by, by=_user(request)
            )
        except Refusal as refusal:
            return _refuse(request, referral, form, refusal, accept_form=form)
        messages.success(
            request, _("Accepted. The case of %(client)s is open.") % {"client": case.client}
        )
        return redirect("referrals:referral", referral.pk)
    return _show(request, referral, accept_form=form)


@rule(P.REFERRAL_ANSWER)
@require_POST
def decline(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    referral, form = _incoming(request, referral_id), DeclineForm(request.POST)
    if form.is_valid():
        try:
            operations.decline_referral(referral=referral, **form.cleaned_data, by=_user(request))
        except Refusal as refusal:
            return _refuse(request, referral, form, refusal, decline_form=form)
        messages.success(request, _("Declined. The other shelter hears of it."))
        return redirect("referrals:inbox")
    return _show(request, referral, decline_form=form)


@rule(P.REFERRAL_ARRIVE)
@require_POST
def arrive(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    referral, form = _incoming(request, referral_id), ArriveForm(request.POST)
    if form.is_valid():
        try:
            case = operations.confirm_arrival(referral=referral, at=form.at, by=_user(request))
        except Refusal as refusal:
            return _refuse(request, referral, form, refusal, arrive_form=form)
        messages.success(
            request,
            _("%(client)s has arrived. Your shelter is responsible from now on.")
            % {"client": case.client},
        )
        return redirect("cases:case", case.pk)
    return _show(request, referral, arrive_form=form)


@rule(P.REFERRAL_ARRIVE)
@require_POST
def not_arrived(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    referral = _incoming(request, referral_id)
    try:
        operations.report_not_arrived(referral=referral, by=_user(request))
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
        return redirect("referrals:referral", referral.pk)
    messages.success(
        request, _("Noted that nobody came. The other shelter stays responsible and hears of it.")
    )
    return redirect("referrals:inbox")


@rule(P.REFERRAL_SEND)
@require_http_methods(["GET", "POST"])
def send(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Ask, preview, send: one form in three steps, and nothing is stored before the last."""
    case = _case(request, case_id)
    if request.method == "GET" and not operations.may_be_sent(case):
        messages.error(request, str(_why_not(case).message))
        return redirect("cases:case", case.pk)
    form = SendForm(request.POST or None, recipients=other_shelters())
    step = request.POST.get("step")
    if step == "send" and form.is_valid():
        return _send(request, case, form)
    if step == "preview" and form.is_valid():
        return _preview(request, case, form)
    return render(request, "referrals/send.html", {"case": case, "form": form})


@rule(P.REFERRAL_READ)
@require_GET
def sent(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    return _show_sent(request, referral_id, "referrals/sent.html")


@rule(P.REFERRAL_SEND)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    sent, form = _sent(request, referral_id), SeenForm(request.POST)
    if request.method == "GET":
        return _show_sent(request, referral_id, "referrals/withdraw.html")
    try:
        seen = form.cleaned_data["seen"] if form.is_valid() else ""
        operations.withdraw_referral(sent=sent, seen=seen, by=_user(request))
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Withdrawn. Nobody can open the summary any more."))
    return redirect("referrals:sent", sent.pk)


def _user(request: HttpRequest) -> User:
    """The signed-in person: the page's rule has already been asked."""
    return cast(User, request.user)


def _referrals(request: HttpRequest) -> Any:
    return Referral.objects.visible_to(_user(request)).with_shelters()


def _incoming(request: HttpRequest, referral_id: UUID) -> Referral:
    found: Referral = get_object_or_404(_referrals(request).incoming(), pk=referral_id)
    return found


def _case(request: HttpRequest, case_id: UUID) -> Case:
    found = Case.objects.visible_to(_user(request)).select_related("client")
    return get_object_or_404(found, pk=case_id)


def _sent(request: HttpRequest, referral_id: UUID) -> Sent:
    found = Sent.objects.visible_to(_user(request)).select_related("case__client")
    return get_object_or_404(found, pk=referral_id)


def _page(request: HttpRequest, found: QuerySet[Referral]) -> Any:
    return Paginator(found, A_PAGE).get_page(request.GET.get("page"))


def _why_not(case: Case) -> type[Refusal]:
    if current_unit().is_practice:
        return operations.OnlyPractice
    return operations.AlreadyReferred if case.is_active else operations.NotInShelter


def _show(request: HttpRequest, referral: Referral, **forms: Any) -> HttpResponse:
    """The recipient's page: before acceptance only what central sees too."""
    user = _user(request)
    received = Received.objects.visible_to(user).select_related("case__client")
    accepted = received.filter(pk=referral.pk).first()
    if accepted:
        read_case(case=accepted.case, by=user)
    context = {
        "referral": referral,
        "received": accepted,
        "sections": show(accepted.summary) if accepted else [],
        "is_released": referral.release.stands,
        "may_answer": referral.is_waiting and user.may(P.REFERRAL_ANSWER),
        "may_arrive": referral.is_on_the_way and user.may(P.REFERRAL_ARRIVE),
        "accept_form": AcceptForm(),
        "decline_form": DeclineForm(),
        "arrive_form": ArriveForm(),
    }
    return render(request, "referrals/referral.html", context | forms)


def _refuse(
    request: HttpRequest, referral: Referral, form: Any, refusal: Refusal, **forms: Any
) -> HttpResponse:
    """Beside its field when it has one; else the referral is shown where it stands now."""
    if refusal.field in form.fields:
        form.refuse(refusal)
        return _show(request, referral, **forms)
    messages.error(request, str(refusal.message))
    return redirect("referrals:referral", referral.pk)


def _send(request: HttpRequest, case: Case, asked: SendForm) -> HttpResponse:
    form = AgreedForm(request.POST, recipients=other_shelters())
    if form.is_valid():
        try:
            referral = operations.send_referral(case=case, **form.facts, by=_user(request))
        except operations.ChangedMeanwhile as refusal:
            messages.error(request, str(refusal.message))
            return _preview(request, case, asked)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            recipient = asked.cleaned_data["recipient"]
            messages.success(request, _("Sent to %(shelter)s.") % {"shelter": recipient})
            return redirect("referrals:sent", referral.pk)
    return _show_preview(request, case, asked, form)


def _preview(request: HttpRequest, case: Case, asked: SendForm) -> HttpResponse:
    """The summary as it is now, with its mark, and the consent still to be asked."""
    known = asked.cleaned_data | {"seen": operations.mark_of(_summary(case, asked))}
    form = AgreedForm(initial=known, recipients=other_shelters())
    return _show_preview(request, case, asked, form)


def _show_preview(
    request: HttpRequest, case: Case, asked: SendForm, form: AgreedForm
) -> HttpResponse:
    read_case(case=case, by=_user(request))
    context = {
        "case": case,
        "form": form,
        "referral": _draft(case, asked),
        "recipient": asked.cleaned_data["recipient"],
        "sections": show(_summary(case, asked)),
        "until": timezone.now() + operations.CONSENT_LASTS,
    }
    return render(request, "referrals/preview.html", context)


def _draft(case: Case, asked: SendForm) -> Referral:
    answers = asked.cleaned_data
    return operations.draft_referral(
        new_id=answers["new_id"],
        case=case,
        recipient_id=answers["recipient"].pk,
        urgency=answers["urgency"],
        reason=answers["reason"],
        needs=answers["needs"],
    )


def _summary(case: Case, asked: SendForm) -> dict[str, Any]:
    answers = asked.cleaned_data
    return operations.summary_for(case, answers["sections"], answers["message"])


def _show_sent(request: HttpRequest, referral_id: UUID, template: str) -> HttpResponse:
    sent = _sent(request, referral_id)
    referral = get_object_or_404(_referrals(request), pk=referral_id)
    read_case(case=sent.case, by=_user(request))
    context = {
        "sent": sent,
        "case": sent.case,
        "referral": referral,
        "sections": show(sent.summary),
        "form": SeenForm(initial={"seen": referral.status}),
        "may_withdraw": referral.is_open and _user(request).may(P.REFERRAL_SEND),
    }
    return render(request, template, context)
