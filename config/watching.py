"""The outermost middleware: a number for every request, one line in the log, and the figures."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from config.logs import route_of, working_on
from shelters.measures import REQUEST_SECONDS, REQUESTS

logger = logging.getLogger(__name__)

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
QUIET = frozenset({"health", "ready", "static"})  # asked all the time, of interest to nobody
HEADER = "X-Request-ID"


class WatchingMiddleware:
    """The number is ours, whatever the request says, and goes back with the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        number = secrets.token_hex(8)
        begun = time.perf_counter()
        with working_on(request=number):
            response = self.get_response(request)
            response.headers[HEADER] = number
            _drop_the_body_of_a_head(request, response)
            with working_on(**_shelter_of(request)):
                _note(request, response, time.perf_counter() - begun)
        return response


def _drop_the_body_of_a_head(request: HttpRequest, response: HttpResponseBase) -> None:
    """The web server would drop it too, and complain of each."""
    if request.method == "HEAD" and isinstance(response, HttpResponse):
        response.content = b""


def _note(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    route = getattr(response, "route", "") or route_of(request)
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(route, method, str(response.status_code)).inc()
    REQUEST_SECONDS.labels(route, method).observe(seconds)
    level = logging.DEBUG if route in QUIET else logging.INFO
    facts = {"route": route, "method": method, "status": response.status_code}
    logger.log(level, "answered", extra=facts | {"ms": round(seconds * 1000)})


def _shelter_of(request: HttpRequest) -> dict[str, str]:
    """Of the unit, which has ended by now; or of the address, when none could be opened."""
    known = getattr(request, "unit", None) or getattr(request, "address", None)
    return {"shelter": known.schema} if known else {}
