"""People of Samal, an invitation to it, and letters that really leave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client

from shelters.models import Shelter
from shelters.staff.models import Invitation, User, new_token
from shelters.staff.operations import invite_person
from shelters.staff.permissions import Role
from shelters.tenancy import in_shelter


@pytest.fixture(autouse=True)
def no_attempts_yet() -> None:
    """What one test tried must not slow down the next: attempts are counted in the cache."""
    cache.clear()


@pytest.fixture
def director(samal: Shelter) -> User:
    with in_shelter(samal):
        return User.objects.get(email="director@samal.example")


@pytest.fixture
def operator(person: Callable[..., User]) -> User:
    return person(None, Role.NETWORK_OPERATOR)


@pytest.fixture
def directors_browser(director: User, browser_of: Callable[..., Client]) -> Client:
    return browser_of(director, "samal.localhost")


@pytest.fixture
def operators_browser(operator: User, browser_of: Callable[..., Client]) -> Client:
    return browser_of(operator, "pana.localhost")


@pytest.fixture
def stranger() -> Callable[..., Client]:
    """A browser that nobody has signed in with; it reads English."""

    def stranger(host: str = "samal.localhost", **headers: Any) -> Client:
        return Client(HTTP_HOST=host, HTTP_ACCEPT_LANGUAGE="en", **headers)

    return stranger


@pytest.fixture
def invited(samal: Shelter, director: User) -> Callable[..., tuple[Invitation, str]]:
    """An invitation of a social worker to Samal, with its token."""

    def invited(**other: Any) -> tuple[Invitation, str]:
        usual = {
            "token": new_token(),
            "email": "new@person.example",
            "name": "New Person",
            "roles": [Role.SOCIAL_WORKER],
            "language": "en",
            "by": director,
        }
        answers = usual | other
        with in_shelter(samal):
            invitation, _ = invite_person(**answers)
        return invitation, str(answers["token"])

    return invited


@pytest.fixture
def sent(
    django_capture_on_commit_callbacks: Callable[..., Any],
    deliver: Callable[[], int],
    mailoutbox: list[EmailMessage],
) -> Callable[..., list[EmailMessage]]:
    """The letters that a step sent: those of the commit itself, then those of the deliveries."""

    def sent(step: Callable[[], Any]) -> list[EmailMessage]:
        before = len(mailoutbox)
        with django_capture_on_commit_callbacks(execute=True):
            step()
        deliver()
        return mailoutbox[before:]

    return sent
