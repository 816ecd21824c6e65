"""Parts of pages, fetched by htmx: one place changes, the rest of the page stays as it is.

Every address answers a whole page to whoever asks for one. A part is a `{% partialdef %}` of the
page's template, named as the id of the element that it replaces.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh
from django_htmx.middleware import HtmxDetails


class PartRequest(HttpRequest):
    """A request after `HtmxMiddleware`."""

    htmx: HtmxDetails


def asks_for(request: HttpRequest, part: str) -> bool:
    """Whether only this part is wanted. Going back in the browser wants the whole page."""
    asked = cast(PartRequest, request).htmx
    return bool(asked) and not asked.history_restore_request and asked.target == part


def render_page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, parts: Collection[str]
) -> HttpResponse:
    """The page, or the one of its `parts` that was asked for; no cache mistakes one for another."""
    wanted = next((f"{template}#{part}" for part in parts if asks_for(request, part)), template)
    response = render(request, wanted, context)
    patch_vary_headers(response, ("HX-Request", "HX-Target"))
    return response


class PartMiddleware:
    """Keeps whole pages out of parts: a redirect is followed by the browser, a refusal or the end
    of a session opens the page anew. A fault of ours goes through: htmx puts it nowhere, and what
    was typed stays.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not cast(PartRequest, request).htmx:
            return response
        if 300 <= response.status_code < 400:
            return _go_on(response.headers["Location"])
        if 400 <= response.status_code < 500:
            return _refuse(request)
        return response


def _go_on(url: str) -> HttpResponse:
    """To sign in again is asked for by the page itself, which is also where one comes back to."""
    if url.split("?")[0] == resolve_url(settings.LOGIN_URL):
        return HttpResponseClientRefresh()
    return HttpResponseClientRedirect(url)


def _refuse(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("This could not be done. The page shows how things stand now."))
    return HttpResponseClientRefresh()
