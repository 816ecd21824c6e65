"""The rule of the page, and the language in which it speaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _

from shelters.staff.permissions import Rule

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class RuleMiddleware:
    """Asks the view's rule before it runs; a view without a rule is never run."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        declared: Rule | None = getattr(view, "rule", None)
        if declared is None:
            raise ImproperlyConfigured(f"{view.__module__}.{view.__qualname__} declares no rule.")
        if declared.public or declared.by_view:
            return None
        if not request.user.is_authenticated:
            return _ask_to_sign_in(request)
        if not declared.allows(request.user):
            raise PermissionDenied
        return None


def _ask_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Whoever sent a form must not believe that it was saved."""
    if request.method != "GET":
        messages.warning(
            request, _("You were signed out, and nothing was saved. Sign in and enter it again.")
        )
    return redirect_to_login(request.get_full_path())


class LanguageAskedForMiddleware:
    """The cookie's language, or the browser's: also on pages that no host and no person has."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with translation.override(_language_asked_for(request)):
            return self.get_response(request)


def _language_asked_for(request: HttpRequest) -> str:
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if chosen in dict(settings.LANGUAGES):
        return chosen
    return translation.get_language_from_request(request)


class LanguageMiddleware:
    """The person's own language; before sign-in the one that was asked for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = self._language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    def _language(self, request: HttpRequest) -> str:
        if request.user.is_authenticated:
            return request.user.language
        return _language_asked_for(request)
