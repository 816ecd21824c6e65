"""Pages for when something is in the way. They need no database, no session and no host."""

from __future__ import annotations

import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from config.faults import NO_ROOM, outage
from shelters.api.problems import API, plain_problem
from shelters.staff.permissions import rule


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 403)


@rule(public=True)
def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return HttpResponse(render_to_string("errors/403_csrf.html"), status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours; while the database is away or has no room, a page that asks to wait."""
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        full = outage(sys.exception()) == NO_ROOM
        response = _answer(request, 503, "errors/503_full.html" if full else "")
        response.headers["Retry-After"] = "30"
        return response
    return _answer(request, 500)


class WrongMethodMiddleware:
    """Gives Django's empty answer to a wrong method the page that the other errors have."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            response.content = render_to_string("errors/405.html")
        return response


def _answer(request: HttpRequest, status: int, template: str = "") -> HttpResponse:
    """A page for people, problem details for programs."""
    if request.path.startswith(API):
        return plain_problem(status)
    page = render_to_string(template or f"errors/{status}.html")
    return HttpResponse(page, status=status)
