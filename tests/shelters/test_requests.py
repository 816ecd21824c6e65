"""What is left of a request that ends badly."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from shelters.staff.models import User
from shelters.staff.permissions import rule
from shelters.tenancy import in_shelter

ERRORS = {
    "404": Http404,
    "403": PermissionDenied,
    "400": SuspiciousOperation,
    "500": ValueError,
}


@rule(public=True)
def save_and_raise(request: HttpRequest, status: str) -> HttpResponse:
    User.objects.create_user("half@saved.example", name="Half saved")
    raise ERRORS[status]


@rule(public=True)
def save_and_answer(request: HttpRequest, status: int) -> HttpResponse:
    User.objects.create_user("half@saved.example", name="Half saved")
    return HttpResponse(status=status)


urlpatterns = [
    path("raise/<str:status>/", save_and_raise),
    path("answer/<int:status>/", save_and_answer),
]
handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.broken"


@pytest.fixture
def ask(samal, settings):
    settings.ROOT_URLCONF = __name__

    def ask(address: str) -> tuple[int, bool]:
        browser = Client(HTTP_HOST="samal.localhost", raise_request_exception=False)
        status = browser.get(address).status_code
        with in_shelter(samal):
            return status, User.objects.filter(name="Half saved").exists()

    return ask


@pytest.mark.parametrize("status", ERRORS)
def test_of_a_view_that_raises_nothing_is_kept(ask, status):
    assert ask(f"/raise/{status}/") == (int(status), False)


def test_of_a_fault_of_ours_nothing_is_kept(ask):
    assert ask("/answer/503/") == (503, False)


@pytest.mark.parametrize("status", [200, 403])
def test_of_an_answer_what_was_written_is_kept(ask, status):
    """A view that refuses by an answer may leave on record that it did."""
    assert ask(f"/answer/{status}/") == (status, True)
