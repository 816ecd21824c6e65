"""Every answer that is no success, as problem details (RFC 9457)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from shelters.refusals import Refusal

MEDIA_TYPE = "application/problem+json"
WHOLE = "non_field_errors"
API = "/api/"
SAID = {
    400: _("What was sent is damaged or too large. Nothing was saved."),
    403: _("Your role here does not include it. Ask whoever invited you if you need it."),
    404: _("There is nothing at this address."),
    405: _("This address cannot be used like that"),
    413: _("What was sent is damaged or too large. Nothing was saved."),
    500: _(
        "It is not your fault. Nothing was saved. Try again; if it happens once more, tell the "
        "person who looks after the system."
    ),
    503: _("The data cannot be reached. Nothing was saved. Wait a minute, then try again."),
}


class Unprocessable(exceptions.APIException):
    status_code = 422
    default_detail = _("This key was used for another request. Choose a new one.")
    default_code = "key_reused"


class InFlight(exceptions.APIException):
    status_code = 409
    default_detail = _("The first request with this key is still being answered. Try again.")
    default_code = "in_flight"


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """For DRF. A fault of ours is not handled here: it rolls back and becomes a plain 500."""
    if isinstance(error, Refusal):
        return _refused(error, getattr(context.get("view"), "pointers", {}))
    error = _in_our_words(error)
    response = exception_handler(error, context)
    if response is None:
        return None
    errors = list(_errors(response.data)) if response.status_code == 400 else []
    return _problem(response, _detail(response.data), _code(error), errors)


def _in_our_words(error: Exception) -> Exception:
    """Django's own names the model and the library counts the seconds, both in English."""
    if isinstance(error, Http404):
        return exceptions.NotFound(_("There is no such row here."))
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, exceptions.Throttled):
        said = str(_("Too many requests. Retry-After says when to go on."))
        error.detail = exceptions.ErrorDetail(said)
    return error


def plain_problem(status: int, detail: str | Promise = "") -> JsonResponse:
    """Where no view was reached, or one broke."""
    return JsonResponse(
        {
            "type": "about:blank",
            "title": _title(status),
            "status": status,
            "detail": str(detail or SAID[status]),
            "code": "",
            "errors": [],
        },
        status=status,
        content_type=MEDIA_TYPE,
    )


def _refused(refusal: Refusal, pointers: dict[str, str]) -> Response:
    """What an operation says no to: nothing is wrong with the request, it does not fit now."""
    detail = str(refusal.message)
    field = pointers.get(refusal.field or "", refusal.field)
    errors = [{"pointer": f"/{field}", "detail": detail}] if field else []
    code = re.sub(r"(?<!^)(?=[A-Z])", "_", type(refusal).__name__).lower()
    return _problem(Response(status=409), detail, code, errors)


def _problem(response: Response, detail: str, code: str, errors: list[dict[str, str]]) -> Response:
    response.data = {
        "type": "about:blank",
        "title": _title(response.status_code),
        "status": response.status_code,
        "detail": detail,
        "code": code,
        "errors": errors,
    }
    response.content_type = MEDIA_TYPE
    return response


def _title(status: int) -> str:
    return HTTPStatus(status).phrase


def _code(error: Exception) -> str:
    code = getattr(error, "default_code", "")
    return str(code) or type(error).__name__.lower()


def _detail(data: Any) -> str:
    if isinstance(data, dict) and "detail" in data:
        return str(data["detail"])
    return str(_("Some answers are missing or cannot be read."))


def _errors(data: Any, pointer: str = "") -> Iterator[dict[str, str]]:
    """One entry a sentence; where it belongs is a JSON pointer into what was sent."""
    if isinstance(data, dict):
        for name, inner in data.items():
            yield from _errors(inner, pointer if name == WHOLE else f"{pointer}/{name}")
    elif isinstance(data, list):
        for number, inner in enumerate(data):
            is_sentence = isinstance(inner, str)
            yield from _errors(inner, pointer if is_sentence else f"{pointer}/{number}")
    else:
        yield {"pointer": "" if pointer == "/detail" else pointer, "detail": str(data)}
