"""Pages for when something is in the way. They need no database, no session and no host."""

from __future__ import annotations

import sys
from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.faults import NO_CACHE, NO_ROOM, UNSURE, outage, took_too_long
from shelters.api.problems import API, plain_problem
from shelters.navigation import is_practice
from shelters.staff.permissions import rule
from shelters.tenancy.caches import CacheAway

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
FULL = _(
    "The disk is full. Nothing of what you just did was saved; what was saved before is safe. Tell"
    " whoever looks after Pana."
)
UNKNOWN = _(
    "The connection to the data broke while it was being saved. Nobody can say yet whether it was."
    " Wait a minute and look, before you enter it again."
)
BUSY = _(
    "Somebody else was working on the same data, or it took too long. Nothing was saved. Wait a"
    " moment, then do it again."
)
SAID: dict[str, tuple[str, str | Promise]] = {
    NO_ROOM: ("errors/503_full.html", FULL),
    UNSURE: ("errors/503_unsure.html", UNKNOWN),
    NO_CACHE: ("errors/503_uncounted.html", ""),
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 413 if isinstance(exception, TOO_MUCH) else 400, "errors/400.html")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 403)


@rule(public=True)
def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Under the API's address only its page for people asks for this token, and takes nothing."""
    if request.path.startswith(API):
        return plain_problem(405)
    return HttpResponse(_page(request, "errors/403_csrf.html"), status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours; while something is away, full or busy, a page that asks to wait."""
    error = sys.exception()
    if took_too_long(error):
        response = _answer(request, 503, "errors/503_busy.html", BUSY)
    elif isinstance(error, OperationalError | InterfaceError | CacheAway):
        response = _answer(request, 503, *SAID.get(outage(error), ()))
    else:
        return _answer(request, 500)
    response.headers["Retry-After"] = "30"
    return response


class WrongMethodMiddleware:
    """Gives Django's empty answer to a wrong method the page that the other errors have."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            told = _answer(request, 405)
            told.headers["Allow"] = response.headers["Allow"]
            return told
        return response


def _answer(
    request: HttpRequest, status: int, template: str = "", detail: str | Promise = ""
) -> HttpResponse:
    """A page for people, problem details for programs."""
    if request.path.startswith(API):
        return plain_problem(status, detail)
    return HttpResponse(_page(request, template or f"errors/{status}.html"), status=status)


def _page(request: HttpRequest, template: str) -> str:
    return render_to_string(template, {"is_practice": is_practice(request)})
