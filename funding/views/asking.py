"""What several pages of money ask of the request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast
from uuid import UUID

from django.http import HttpRequest

from funding.models import Agreement, Receipt, Renewal
from shelters.staff.models import User
from shelters.staff.permissions import P

A_PAGE = 50


def user_of(request: HttpRequest) -> User:
    """The signed-in person: the page's rule has already been asked."""
    return cast(User, request.user)


def may_write(request: HttpRequest) -> bool:
    return user_of(request).may(P.FUNDING_WRITE)


def names_of(entries: Iterable[Agreement | Receipt | Renewal]) -> dict[UUID, str]:
    """Who entered them, from the shelter's own list of people; a shared row holds no name."""
    ids = {entry.entered_by_id for entry in entries}
    return dict(User.objects.filter(pk__in=ids).values_list("id", "name"))
