"""Admitting a client: the search for an earlier file first, then one screen."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases import operations
from cases.forms import AdmitForm, ReturnForm, SearchForm, known_answers
from cases.models import Client, StayType
from cases.views.fetching import user_of
from shelters.parts import asks_for
from shelters.refusals import Refusal
from shelters.staff.models import User, holders_of
from shelters.staff.permissions import P, rule


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
                by=user_of(request),
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
    search = SearchForm(request.POST)
    if asks_for(request, "earlier"):
        context = {"search": search, "earlier": _found(request, search), "query": _query(request)}
        return render(request, "cases/_earlier.html", context)
    form = AdmitForm(initial={"keyworker": request.user.pk}, colleagues=_colleagues())
    return _show_admission(request, form, search, None)


def _admit_form(request: HttpRequest, returning: Client | None) -> AdmitForm:
    form_class = ReturnForm if returning else AdmitForm
    known: dict[str, Any] = {"keyworker": request.user.pk}
    if _is_emergency(request):
        known["stay_type"] = StayType.EMERGENCY
    if returning and (earlier := returning.cases.first()):
        known |= known_answers(earlier)
    return form_class(request.POST or None, initial=known, colleagues=_colleagues())


def _colleagues() -> QuerySet[User]:
    """Who may keep a case: whoever may change one."""
    return holders_of(P.CASE_EDIT)


def _returning(request: HttpRequest) -> Client | None:
    """The client of `?client=`, who was here before."""
    asked = request.GET.get("client")
    if not asked:
        return None
    found = Client.objects.visible_to(user_of(request))
    try:
        return get_object_or_404(found, pk=asked)
    except ValidationError:
        return get_object_or_404(found.none())


def _found(request: HttpRequest, search: SearchForm) -> list[Client]:
    seen = Client.objects.visible_to(user_of(request)).prefetch_related("cases")
    return list(seen.called(search.wanted)[:10]) if search.wanted else []


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
    context = {
        "form": form,
        "search": search,
        "earlier": _found(request, search),
        "query": _query(request),
        "returning": returning,
        "is_emergency": _is_emergency(request),
    }
    return render(request, "cases/admit.html", context)
