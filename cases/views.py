"""Clients, as the shelter's own people see them."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases import operations
from cases.forms import (
    AdmitForm,
    ClientFilter,
    CloseForm,
    ConsentForm,
    IntakeForm,
    NextStepForm,
    NoteForm,
    PlanForm,
    ReturnForm,
    SearchForm,
    known_answers,
)
from cases.lists import filtered, groups_of_today
from cases.models import Case, Client, Consent, Scope
from cases.pages import case_page, may
from shelters.refusals import Refusal
from shelters.staff.models import User
from shelters.staff.permissions import ROLES, P, rule

A_PAGE = 50


@rule(P.CASE_READ)
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    groups = [group for group in groups_of_today(_user(request)) if group.cases]
    context = {"groups": groups, "may": may(_user(request))}
    return render(request, "cases/today.html", context)


@rule(P.CASE_READ)
@require_GET
def clients(request: HttpRequest) -> HttpResponse:
    form = ClientFilter(request.GET)
    found = filtered(_user(request), form.cleaned_data if form.is_valid() else {})
    context = {
        "form": form,
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "may": may(_user(request)),
    }
    return render(request, "cases/clients.html", context)


@rule(P.CASE_ADMIT)
@require_http_methods(["GET", "POST"])
def admit(request: HttpRequest) -> HttpResponse:
    returning = _returning(request)
    form = _admit_form(request, returning)
    search = SearchForm()
    if request.method == "POST" and form.is_valid():
        try:
            case = operations.admit_client(
                **form.facts,
                returning=returning,
                is_emergency=_is_emergency(request),
                by=_user(request),
            )
        except operations.CodeTaken as refusal:
            form.refuse(refusal)
            search = SearchForm({"search": form["code"].value()})
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("%(client)s is admitted.") % {"client": case.client})
            return redirect("cases:case", case.pk)
    return _show_admission(request, form, search, returning)


@rule(P.CASE_ADMIT)
@require_POST
def earlier(request: HttpRequest) -> HttpResponse:
    """Was this person here before? Sent by POST: what is typed here stays out of the address."""
    form = AdmitForm(initial={"keyworker": request.user.pk}, colleagues=_colleagues())
    return _show_admission(request, form, SearchForm(request.POST), None)


@rule(P.CASE_READ)
@require_GET
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    return _show_case(request, _case(request, case_id), NoteForm())


@rule(P.NOTE_WRITE)
@require_POST
def note(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case, form = _case(request, case_id), NoteForm(request.POST)
    if form.is_valid():
        try:
            operations.write_note(case=case, **form.cleaned_data, by=_user(request))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The note is saved."))
            return redirect("cases:case", case.pk)
    return _show_case(request, case, form)


@rule(P.CASE_EDIT)
@require_http_methods(["GET", "POST"])
def next_step(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = _case(request, case_id)
    known = {"next_step": case.next_step, "due": case.next_step_due}
    form = NextStepForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        text, due = form.cleaned_data["next_step"], form.cleaned_data["due"]
        try:
            operations.set_next_step(case=case, text=text, due=due, by=_user(request))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The next step is set.") if text else _("It is done."))
            return redirect("cases:case", case.pk)
    return _show_step(request, case, form, "cases/next_step.html")


@rule(P.CASE_EDIT)
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = _case(request, case_id)
    stay = case.stays.first()
    form = PlanForm(request.POST or None, initial={"until": stay and stay.planned_until})
    if request.method == "POST" and form.is_valid():
        try:
            operations.set_plan(case=case, **form.cleaned_data, by=_user(request))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The plan is saved."))
            return redirect("cases:case", case.pk)
    return _show_step(request, case, form, "cases/plan.html")


@rule(P.CASE_EDIT)
@require_http_methods(["GET", "POST"])
def intake(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = _case(request, case_id)
    form = IntakeForm(request.POST or None, initial=known_answers(case))
    if request.method == "POST" and form.is_valid():
        age_group = form.cleaned_data["age_group"]
        try:
            operations.complete_intake(
                case=case, age_group=age_group, answers=form.answers, by=_user(request)
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
    case, form = _case(request, case_id), ConsentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _record_consent(case, form.cleaned_data, _user(request))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The answer is recorded."))
            return redirect("cases:case", case.pk)
    return _show_step(request, case, form, "cases/consent.html")


@rule(P.CASE_EDIT)
@require_http_methods(["GET", "POST"])
def consent_withdraw(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    consent = _consent(request, consent_id)
    if request.method == "GET":
        context = {"case": consent.case, "consent": consent}
        return render(request, "cases/consent_withdraw.html", context)
    try:
        operations.withdraw_consent(consent=consent, by=_user(request))
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("The consent is withdrawn."))
    return redirect("cases:case", consent.case_id)


@rule(P.CASE_CLOSE)
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case, form = _case(request, case_id), CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.close_case(case=case, **form.cleaned_data, by=_user(request))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The case is closed. It can be read, not changed."))
            return redirect("cases:case", case.pk)
    return _show_step(request, case, form, "cases/close.html")


def _user(request: HttpRequest) -> User:
    """The signed-in person: the page's rule has already been asked."""
    return cast(User, request.user)


def _case(request: HttpRequest, case_id: UUID) -> Case:
    found = Case.objects.visible_to(_user(request)).select_related("client", "keyworker")
    return get_object_or_404(found, pk=case_id)


def _consent(request: HttpRequest, consent_id: UUID) -> Consent:
    cases = Case.objects.visible_to(_user(request))
    found = Consent.objects.filter(case__in=cases).select_related("case__client")
    return get_object_or_404(found, pk=consent_id)


def _record_consent(case: Case, given: dict[str, Any], by: User) -> Consent:
    """A refusal is an answer too."""
    if given["how"] != ConsentForm.REFUSED:
        return operations.give_consent(case=case, scope=Scope.STAY, **given, by=by)
    facts = {name: given[name] for name in ("new_id", "language")}
    return operations.refuse_consent(case=case, scope=Scope.STAY, **facts, by=by)


def _show_case(request: HttpRequest, case: Case, form: NoteForm) -> HttpResponse:
    operations.read_case(case=case, by=_user(request))
    return render(request, "cases/case.html", case_page(request, case) | {"form": form})


def _show_step(request: HttpRequest, case: Case, form: Any, template: str) -> HttpResponse:
    """One question about a case; a closed case has none."""
    if request.method == "GET" and not case.is_open:
        messages.error(request, str(operations.CaseIsClosed.message))
        return redirect("cases:case", case.pk)
    return render(request, template, {"case": case, "form": form})


def _admit_form(request: HttpRequest, returning: Client | None) -> AdmitForm:
    form_class = ReturnForm if returning else AdmitForm
    known: dict[str, Any] = {"keyworker": request.user.pk}
    if returning and (earlier := returning.cases.first()):
        known |= known_answers(earlier)
    return form_class(request.POST or None, initial=known, colleagues=_colleagues())


def _colleagues() -> Any:
    """Who may keep a case: whoever may change one."""
    roles = [role for role, card in ROLES.items() if P.CASE_EDIT in card.permissions]
    return User.objects.filter(is_active=True, grants__role__in=roles).distinct()


def _returning(request: HttpRequest) -> Client | None:
    """The client of `?client=`, who was here before."""
    asked = request.GET.get("client")
    if not asked:
        return None
    found = Client.objects.visible_to(_user(request))
    try:
        return get_object_or_404(found, pk=asked)
    except ValidationError:
        return get_object_or_404(found.none())


def _is_emergency(request: HttpRequest) -> bool:
    return request.GET.get("emergency") == "1"


def _query(request: HttpRequest) -> str:
    """What the address must keep: that it is an emergency, and who comes back."""
    kept = QueryDict(mutable=True)
    kept.update({key: request.GET[key] for key in ("emergency", "client") if key in request.GET})
    return f"?{kept.urlencode()}" if kept else ""


def _show_admission(
    request: HttpRequest, form: AdmitForm, search: SearchForm, returning: Client | None
) -> HttpResponse:
    seen = Client.objects.visible_to(_user(request)).prefetch_related("cases")
    wanted = search.wanted
    context = {
        "form": form,
        "search": search,
        "earlier": list(seen.called(wanted)[:10]) if wanted else [],
        "query": _query(request),
        "returning": returning,
        "is_emergency": _is_emergency(request),
    }
    return render(request, "cases/admit.html", context)
