"""One case: its page, and each change to it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import replace_url

from cases import operations
from cases.forms import (
    CloseForm,
    ConsentForm,
    IntakeForm,
    NextStepForm,
    NoteForm,
    PlanForm,
    known_answers,
)
from cases.models import Case, WrongState
from cases.pages import case_page, timeline_part
from cases.views.fetching import fetch_case, fetch_consent, user_of
from shelters.parts import asks_for
from shelters.refusals import Refusal
from shelters.staff.permissions import P, rule


@rule(P.CASE_READ)
@require_GET
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = fetch_case(request, case_id)
    if asks_for(request, "timeline"):
        operations.read_case(case=case, by=user_of(request))
        return render(request, "cases/_timeline.html", timeline_part(request, case))
    return _show_case(request, case, NoteForm())


@rule(P.NOTE_WRITE)
@require_POST
def note(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case, form = fetch_case(request, case_id), NoteForm(request.POST)
    if form.is_valid():
        try:
            operations.write_note(case=case, **form.cleaned_data, by=user_of(request))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _show_note_saved(request, case)
    if asks_for(request, "note"):
        return render(request, "cases/_note_form.html", {"case": case, "form": form})
    return _show_case(request, case, form)


@rule(P.CASE_EDIT)
@require_http_methods(["GET", "POST"])
def next_step(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = fetch_case(request, case_id)
    known = {"next_step": case.next_step, "due": case.next_step_due}
    form = NextStepForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        text, due = form.cleaned_data["next_step"], form.cleaned_data["due"]
        try:
            operations.set_next_step(case=case, text=text, due=due, by=user_of(request))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The next step is set.") if text else _("It is done."))
            return redirect("cases:case", case.pk)
    return _show_step(request, case, form, "cases/next_step.html")


@rule(P.CASE_EDIT)
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = fetch_case(request, case_id)
    stay = case.stays.first()
    form = PlanForm(request.POST or None, initial={"until": stay and stay.planned_until})
    if request.method == "POST" and form.is_valid():
        try:
            operations.set_plan(case=case, **form.cleaned_data, by=user_of(request))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The plan is saved."))
            return redirect("cases:case", case.pk)
    return _show_step(request, case, form, "cases/plan.html", fits=case.is_active)


@rule(P.CASE_EDIT)
@require_http_methods(["GET", "POST"])
def intake(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = fetch_case(request, case_id)
    form = IntakeForm(request.POST or None, initial=known_answers(case))
    if request.method == "POST" and form.is_valid():
        age_group = form.cleaned_data["age_group"]
        try:
            operations.complete_intake(
                case=case, age_group=age_group, answers=form.answers, by=user_of(request)
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The answers are saved."))
            return redirect("cases:case", case.pk)
    return _show_step(request, case, form, "cases/intake.html")


@rule(P.CASE_EDIT, P.CASE_ADMIT)
@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Ask for consent to the stay, where it was not asked on admission or was withdrawn."""
    case, form = fetch_case(request, case_id), ConsentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.answer_about_stay(case=case, **form.cleaned_data, by=user_of(request))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The answer is recorded."))
            return redirect("cases:case", case.pk)
    return _show_step(request, case, form, "cases/consent.html")


@rule(P.CASE_EDIT)
@require_http_methods(["GET", "POST"])
def consent_withdraw(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    consent = fetch_consent(request, consent_id)
    if request.method == "GET":
        context = {"case": consent.case, "consent": consent}
        return render(request, "cases/consent_withdraw.html", context)
    try:
        operations.withdraw_consent(consent=consent, by=user_of(request))
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("The consent is withdrawn."))
    return redirect("cases:case", consent.case_id)


@rule(P.CASE_CLOSE)
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case, form = fetch_case(request, case_id), CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.close_case(case=case, **form.cleaned_data, by=user_of(request))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The case is closed. It can be read, not changed."))
            return redirect("cases:case", case.pk)
    return _show_step(request, case, form, "cases/close.html", fits=case.is_active)


def _show_case(request: HttpRequest, case: Case, form: NoteForm) -> HttpResponse:
    operations.read_case(case=case, by=user_of(request))
    return render(request, "cases/case.html", case_page(request, case) | {"form": form})


def _show_note_saved(request: HttpRequest, case: Case) -> HttpResponse:
    """On top of the timeline, where the page stays; without scripts the page comes anew."""
    if not asks_for(request, "note"):
        messages.success(request, _("The note is saved."))
        return redirect("cases:case", case.pk)
    operations.read_case(case=case, by=user_of(request))
    context = timeline_part(request, case) | {"form": NoteForm()}
    response = render(request, "cases/_note_saved.html", context)
    return replace_url(response, reverse("cases:case", args=[case.pk]))


def _show_step(
    request: HttpRequest, case: Case, form: Any, template: str, *, fits: bool = True
) -> HttpResponse:
    """One question about a case, if it `fits` the state it is in; a closed case has none."""
    if request.method == "GET" and not (fits and case.is_open):
        refusal = WrongState if case.is_open else operations.CaseIsClosed
        messages.error(request, str(refusal.message))
        return redirect("cases:case", case.pk)
    return render(request, template, {"case": case, "form": form})
