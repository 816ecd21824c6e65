"""One's own tokens, and the description of the API."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from shelters.api import operations
from shelters.api.forms import TokenForm
from shelters.api.models import Token
from shelters.api.reading import chapters
from shelters.api.schema import WHAT, describe
from shelters.api.scopes import areas_of
from shelters.api.viewsets import ApiViewSet
from shelters.refusals import Refusal
from shelters.staff.models import User
from shelters.staff.permissions import rule
from shelters.tenancy import current_unit


@rule(anyone=True)
@require_GET
def tokens(request: HttpRequest) -> HttpResponse:
    own = Token.objects.visible_to(_user(request))
    return render(request, "api/tokens.html", {"tokens": own})


@rule(anyone=True)
@sensitive_post_parameters("token")
@require_http_methods(["GET", "POST"])
def token_make(request: HttpRequest) -> HttpResponse:
    """Answers with the token itself instead of a redirect: it is kept nowhere to be shown later."""
    form = TokenForm(request.POST or None, areas=areas_of(central=current_unit().is_central))
    if request.method == "POST" and form.is_valid():
        try:
            made = operations.make_token(**form.facts, by=_user(request))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            context = {"made": made, "token": form.cleaned_data["token"]}
            return render(request, "api/token_made.html", context)
    return render(request, "api/token_make.html", {"form": form})


@rule(anyone=True)
@require_POST
def token_revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    own = Token.objects.visible_to(_user(request))
    operations.revoke_token(token=get_object_or_404(own, pk=token_id), by=_user(request))
    messages.success(request, _("The token is revoked. It opens nothing any more."))
    return redirect("tokens:tokens")


@rule(anyone=True)
@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """The description as plain HTML: the usual viewers need inline styles or a foreign host."""
    schema = describe(_urlconf(request))
    context = {
        "version": schema["openapi"],
        "chapters": chapters(schema),
        "problems": WHAT.items(),
    }
    return render(request, "api/docs.html", context)


class SchemaViewSet(ApiViewSet):
    """The description itself."""

    @extend_schema(exclude=True)
    @rule(anyone=True)
    def list(self, request: Request) -> Response:
        return Response(describe(_urlconf(request._request)))


def _urlconf(request: HttpRequest) -> str:
    """The addresses of the host that was asked."""
    return str(getattr(request, "urlconf", settings.ROOT_URLCONF))


def _user(request: HttpRequest) -> User:
    """The signed-in person: the page's rule has already been asked."""
    return cast(User, request.user)
