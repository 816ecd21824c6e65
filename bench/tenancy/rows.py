"""The rows of one shelter, in whichever schema is active: a person, a session, events."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from bench.tenancy.cast import EVENTS, PASSWORD, SESSION, director_of
from shelters.events.models import Event
from shelters.staff.models import RoleGrant, User
from shelters.staff.permissions import Role

TEN_YEARS = 10 * 365 * 24 * 60 * 60


def let_in_director(schema: str) -> User:
    email = director_of(schema)
    user = User.objects.create_user(email, PASSWORD, name=f"Director of {schema}")
    RoleGrant.objects.create(user=user, role=Role.DIRECTOR)
    return user


def make_rows(user: User) -> None:
    _sign_in(user)
    now = timezone.now()
    Event.objects.bulk_create(
        Event(
            type="bench.event",
            subject_type="bench",
            subject_id=str(number),
            by_id=user.id,
            by_name=user.name,
            at=now - timedelta(hours=number),
        )
        for number in range(EVENTS)
    )


def _sign_in(user: User) -> None:
    session: Any = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.set_expiry(TEN_YEARS)
    session._session_key = SESSION
    session.save(must_create=True)
