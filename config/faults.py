"""What may be said of an error where others read it: never what somebody typed.

Of most errors that is their kind alone. Of the database's it is the SQLSTATE with the names of
table and constraint, and of what only whoever runs Pana can mend it is one sentence.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError, OperationalError
from django.template.exceptions import TemplateDoesNotExist

from shelters.tenancy import CrossedUnits, OutsideUnit
from shelters.tenancy.backend.discretion import refusal_of
from shelters.tenancy.caches import CacheAway
from shelters.tenancy.held import NotHeld

# What these say is made of names in the code and in the settings.
SPEAKING = (
    *(OutsideUnit, CrossedUnits, ImproperlyConfigured, TemplateDoesNotExist),
    *(AttributeError, NameError, ImportError, NotImplementedError),
)
DISK_FULL = "53100"
AWAY = ("08", "57P01", "57P02", "57P03", "53300")  # cut off, shutting down, starting, no room
NO_ROOM = "The disk of the database is full. Nothing was saved; free some space there."
NO_CACHE = (
    "The cache cannot be reached. Attempts to sign in cannot be counted, so nobody is let in."
)
NOT_HELD = "Tables or rights in the database are not those of this version; run migrate --rights."
UNREACHABLE = "The database cannot be reached. Nothing was saved; it is tried again by itself."


def chain_of(error: BaseException) -> Iterator[BaseException]:
    """The error, then what it came from, as a traceback would show them."""
    seen: set[int] = set()
    now: BaseException | None = error
    while now is not None and id(now) not in seen:
        seen.add(id(now))
        yield now
        now = now.__cause__ or (None if now.__suppress_context__ else now.__context__)


def name_of(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")


def told(error: BaseException) -> str:
    """The kind of the error, and whatever more of it may be told."""
    more = _more(error)
    return f"{name_of(error)}: {more}" if more else name_of(error)


def outage(error: BaseException | None) -> str:
    """The one sentence for a fault that lies outside the program; empty when it lies in it."""
    if isinstance(error, CacheAway):
        return NO_CACHE
    if isinstance(error, NotHeld):
        return NOT_HELD
    if not isinstance(error, OperationalError | InterfaceError):
        return ""
    cause = error.__cause__
    state = cause.sqlstate if isinstance(cause, psycopg.Error) else None
    if state == DISK_FULL:
        return NO_ROOM
    return UNREACHABLE if state is None or state.startswith(AWAY) else ""


def _more(error: BaseException) -> str:
    if isinstance(error, psycopg.Error):
        return refusal_of(error)
    if isinstance(error, DatabaseError | InterfaceError):
        return _more(error.__cause__) if isinstance(error.__cause__, psycopg.Error) else ""
    if isinstance(error, OSError):
        return error.strerror or ""
    return str(error) if isinstance(error, SPEAKING) else ""
