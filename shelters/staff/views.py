"""The people of this host: who they are, what they may do, how they come and go."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import MAX_URL_REDIRECT_LENGTH
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shelters.navigation import home_of
from shelters.refusals import Refusal
from shelters.staff import operations
from shelters.staff.adapter import is_on_this_host
from shelters.staff.forms import ChooseRolesForm, DetailsForm, InviteForm, JoinForm, LanguageForm
from shelters.staff.mail import compose, post_after_commit
from shelters.staff.models import Invitation, RoleGrant, User
from shelters.staff.permissions import ROLES, P, Role, roles_of, rule
from shelters.tenancy import current_unit


@rule(P.STAFF_READ)
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    may_invite = _user(request).may(P.STAFF_INVITE)
    invitations = Invitation.objects.unanswered() if may_invite else []
    context = {
        "people": User.objects.order_by("-is_active", "name").prefetch_related("grants"),
        "invitations": invitations,
        "cards": [(role, ROLES[role]) for role in roles_of(central=_is_central())],
        "may_invite": may_invite,
    }
    return render(request, "staff/people.html", context)


@rule(P.STAFF_INVITE)
@never_cache
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Answers with the link itself instead of a redirect: it is kept nowhere to be shown later."""
    form = InviteForm(
        request.POST or None, central=_is_central(), initial={"language": _user(request).language}
    )
    if request.method == "POST" and form.is_valid():
        try:
            invitation, is_new = operations.invite_person(**form.cleaned_data, by=_user(request))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            link = _link(request, form.cleaned_data["token"])
            if is_new:
                _post_invitation(invitation, link, by=_user(request))
            return render(request, "staff/invited.html", {"invitation": invitation, "link": link})
    return render(request, "staff/invite.html", {"form": form})


@rule(P.STAFF_INVITE)
@require_POST
def invitation_withdraw(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    invitation = get_object_or_404(Invitation, pk=invitation_id)
    try:
        operations.withdraw_invitation(invitation=invitation, by=_user(request))
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("The invitation is withdrawn. Its link opens nothing now."))
    return redirect("staff:people")


@rule(public=True)
@never_cache
@sensitive_post_parameters("password", "password_again")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The invited person's page. Every link that opens nothing gets the same answer."""
    if request.user.is_authenticated:
        return render(request, "staff/invitation_signed_in.html")
    found = Invitation.objects.for_token(token)
    if found is None:
        return _over(request)
    with translation.override(_language_for(request, found)):
        return _join(request, found, token)


@rule(P.STAFF_INVITE)
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    shown = get_object_or_404(User, pk=person_id)
    form = ChooseRolesForm(request.POST or None, central=_is_central(), initial=_roles_now(shown))
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_roles(user=shown, **form.cleaned_data, by=_user(request))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The roles of %(name)s are saved.") % {"name": shown})
            return redirect("staff:people")
    return render(request, "staff/person.html", {"person": shown, "form": form})


@rule(P.STAFF_INVITE)
@require_POST
def deactivate(request: HttpRequest, person_id: UUID) -> HttpResponse:
    shown = get_object_or_404(User, pk=person_id)
    try:
        operations.deactivate(user=shown, by=_user(request))
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
        return redirect("staff:person", shown.pk)
    messages.success(request, _("%(name)s can no longer log in.") % {"name": shown})
    return redirect("staff:people")


@rule(P.STAFF_INVITE)
@require_POST
def reactivate(request: HttpRequest, person_id: UUID) -> HttpResponse:
    shown = get_object_or_404(User, pk=person_id)
    operations.reactivate(user=shown, by=_user(request))
    messages.success(request, _("%(name)s can log in again.") % {"name": shown})
    return redirect("staff:people")


@rule(anyone=True)
@require_http_methods(["GET", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """One's own details; also where those begin to whom no page is open."""
    user = _user(request)
    begin = {"name": user.name, "language": user.language}
    form = DetailsForm(request.POST or None, initial=begin)
    if request.method == "POST" and form.is_valid():
        operations.change_own_details(user=user, **form.cleaned_data)
        with translation.override(form.cleaned_data["language"]):
            messages.success(request, _("Your details are saved."))
        return redirect("staff:me")
    context = {
        "form": form,
        "cards": [(grant, ROLES[Role(grant.role)]) for grant in user.held],
        "nothing_is_open": home_of(user, central=_is_central()) is None,
        "askable": _who_gives_roles(),
    }
    return render(request, "staff/me.html", context)


@rule(public=True)
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Chosen on any page; those who signed in keep it, others until their browser forgets it."""
    form = LanguageForm(request.POST)
    response = redirect(_back(request))
    if not form.is_valid():
        messages.error(request, _("Choose one of the languages that are shown."))
        return response
    chosen = form.cleaned_data["language"]
    if request.user.is_authenticated:
        operations.choose_language(user=_user(request), language=chosen)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _user(request: HttpRequest) -> User:
    """The signed-in person: the page's rule has already been asked."""
    return cast(User, request.user)


def _is_central() -> bool:
    return current_unit().is_central


def _link(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("staff:invitation", args=[token]))


def _post_invitation(invitation: Invitation, link: str, *, by: User) -> None:
    post_after_commit(
        compose(
            to=invitation.email,
            language=invitation.language,
            template="staff/email/invitation",
            invitation=invitation,
            link=link,
            by=by,
        )
    )


def _join(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    begin = {"name": invitation.name, "language": invitation.language}
    form = JoinForm(request.POST or None, email=invitation.email, initial=begin)
    if request.method == "POST" and form.is_valid():
        try:
            user = operations.accept_invitation(token=token, **form.cleaned_data)
        except operations.InvitationOver:
            return _over(request)
        get_adapter(request).login(request, user)
        return redirect("home")
    return render(request, "staff/invitation.html", {"form": form, "invitation": invitation})


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "staff/invitation_over.html", status=404)


def _language_for(request: HttpRequest, invitation: Invitation) -> str:
    """What this browser chose; else what the inviter thinks that the person reads."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    return chosen if chosen in dict(settings.LANGUAGES) else invitation.language


def _roles_now(person: User) -> dict[str, Any]:
    held = person.held
    ends = [grant.until for grant in held if grant.until]
    return {"roles": [grant.role for grant in held], "volunteer_until": ends[0] if ends else None}


def _who_gives_roles() -> list[str]:
    keeper = Role.NETWORK_OPERATOR if _is_central() else Role.DIRECTOR
    grants = RoleGrant.objects.filter(role=keeper, user__is_active=True)
    return list(grants.order_by("user__name").values_list("user__name", flat=True))


def _back(request: HttpRequest) -> str:
    """A path on this host; anything else leads to the first page."""
    wanted = request.POST.get("next", "")[:MAX_URL_REDIRECT_LENGTH]
    is_path = wanted.startswith("/") and is_on_this_host(request, wanted)
    return wanted if is_path else reverse("home")
