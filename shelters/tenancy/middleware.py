"""The outermost middleware: one request is one unit of work."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import BadRequest, DisallowedHost, RequestDataTooBig
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase, UnreadablePostError
from django.http.request import split_domain_port
from django.urls import get_resolver

from shelters.tenancy import hosts
from shelters.tenancy.errors import Unprepared
from shelters.tenancy.held import refuse_unless_held
from shelters.tenancy.unit import CENTRAL, Unit, in_central, in_shelter

GetResponse = Callable[[HttpRequest], HttpResponseBase]
READY: tuple[type, ...] = (
    type(iter([])),
    type(iter(())),
)  # what StreamingHttpResponse makes of a list or a tuple
BROKEN_OFF = "The sender broke off."


class UnitOfWorkMiddleware:
    """Find the shelter by its host, read the body, open the unit, answer after COMMIT.

    A host nobody has gets the plain 404 of a page nobody has, and no hint. An answer of 500 or
    above rolls everything back, and so does a view that raises, be it only `Http404`: a refusal
    that must leave a trace is returned. What a view streams is sent after COMMIT, so it must be
    there by then: a list, a tuple or a file. No answer is kept by a browser: the machine may be
    shared, and may be seized.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        unit = self._unit_for(request)
        if unit is None:
            return self._not_found(request)
        _read_body(request)
        with unit as opened:
            response = self._answer(request, opened)
        response.headers["Cache-Control"] = "no-store"
        return response

    def _unit_for(self, request: HttpRequest) -> AbstractContextManager[Unit] | None:
        host = host_of(request)
        if hosts.is_central(host):
            request.urlconf = settings.PUBLIC_URLCONF
            request.address = None  # type: ignore[attr-defined]
            refuse_unless_held(CENTRAL.schema)
            return in_central(sealed=True)
        address = find(host)
        request.address = address  # type: ignore[attr-defined]
        if address is None:
            return None
        refuse_unless_held(address.schema)
        return in_shelter(address, sealed=True)

    def _not_found(self, request: HttpRequest) -> HttpResponseBase:
        """As at an address that a shelter does not have."""
        handler: Callable[..., HttpResponseBase] = get_resolver().resolve_error_handler(404)
        return handler(request, Http404())

    def _answer(self, request: HttpRequest, unit: Unit) -> HttpResponseBase:
        request.unit = unit  # type: ignore[attr-defined]
        request.view_raised = False  # type: ignore[attr-defined]
        response = self.get_response(request)
        _refuse_unprepared(response)
        if response.status_code >= 500 or request.view_raised:  # type: ignore[attr-defined]
            transaction.set_rollback(True)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        request.view_raised = True  # type: ignore[attr-defined]


def host_of(request: HttpRequest) -> str:
    """The host without port, in small letters; empty when it is not a host name at all."""
    try:
        return split_domain_port(request.get_host())[0]
    except DisallowedHost:
        return ""


def find(host: str) -> hosts.Address | None:
    """The shelter at `host`; the database is asked for all of them every few seconds."""
    fresh, address = hosts.remembered(host)
    if not fresh:
        known = _addresses()
        hosts.remember(known)
        address = known.get(host)
    return address


def _addresses() -> dict[str, hosts.Address]:
    domains = apps.get_model("shelters", "Domain")
    with in_central():
        found = domains.objects.in_use().select_related("shelter")
        return {domain.host: _address(domain.shelter) for domain in found}


def _address(shelter: Any) -> hosts.Address:
    return hosts.Address(
        schema=shelter.schema,
        id=shelter.id,
        name=shelter.name,
        is_practice=shelter.is_practice,
    )


def _refuse_unprepared(response: HttpResponseBase) -> None:
    if not response.streaming or getattr(response, "file_to_stream", None) is not None:
        return
    if not isinstance(getattr(response, "_iterator", None), READY):
        raise Unprepared


def _read_body(request: HttpRequest) -> None:
    """A slow sender must not hold a transaction open, nor a large one fill the disk, nor half a
    form pass for a whole one.

    Django's own limit leaves out files, which are stored before anybody has asked who sends them.
    """
    length = _length(request)
    if length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise RequestDataTooBig("Request body exceeded settings.DATA_UPLOAD_MAX_MEMORY_SIZE.")
    try:
        is_whole = not length or len(request.body) == length
    except UnreadablePostError as error:
        raise BadRequest(BROKEN_OFF) from error
    if not is_whole:  # gunicorn ends a body where its connection ends
        raise BadRequest(BROKEN_OFF)
    if length and request.content_type == "multipart/form-data" and request.method == "POST":
        request.POST  # noqa: B018 parses the body and its files


def _length(request: HttpRequest) -> int:
    """As Django itself understands it: what has no length has no body."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isdecimal() else 0
