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

from shelters.tenancy import errors
from shelters.tenancy.backend.discretion import refusal_of
from shelters.tenancy.caches import CacheAway
from shelters.tenancy.held import NotHeld

# What these say is made of names in the code and in the settings.
SPEAKING = (
    *(errors.OutsideUnit, errors.CrossedUnits, errors.Unprepared),
    *(errors.CommitMissing, errors.CommitRolledBack, errors.UnknownShelter),
    *(errors.NoShelterInHeader, ImproperlyConfigured, TemplateDoesNotExist),
    *(AttributeError, NameError, ImportError, NotImplementedError),
)
DISK_FULL = "53100"
AWAY = ("08", "57P01", "57P02", "57P03", "53300")  # cut off, shutting down, starting, no room
# Not had in time: a lock, an answer, the next statement; or two who waited for each other.
TOO_LONG = ("55P03", "57014", "25P03", "25P04", "40P01", "40001")
NO_ROOM = "The disk of the database is full. Nothing was saved; free some space there."
NO_CACHE = (
    "The cache cannot be reached. Attempts to sign in cannot be counted, so nobody is let in."
)
NOT_HELD = "Tables or rights in the database are not those of this version; run migrate --rights."
UNREACHABLE = "The database cannot be reached. Nothing was saved; it is tried again by itself."
UNSURE = "The database went away in the middle of saving; it may have saved or not."


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
    if isinstance(error, errors.CommitUnanswered):
        return UNSURE
    if not isinstance(error, OperationalError | InterfaceError):
        return ""
    state = _state_of(error)
    if state == DISK_FULL:
        return NO_ROOM
    return UNREACHABLE if state is None or state.startswith(AWAY) else ""


def took_too_long(error: BaseException | None) -> bool:
    """Whether one of the database's own time limits struck; what was at work is worth a look."""
    return _state_of(error) in TOO_LONG


def _state_of(error: BaseException | None) -> str | None:
    cause = error.__cause__ if isinstance(error, DatabaseError | InterfaceError) else None
    return cause.sqlstate if isinstance(cause, psycopg.Error) else None


def _more(error: BaseException) -> str:
    if isinstance(error, SPEAKING):
        return str(error)
    if isinstance(error, psycopg.Error):
        return refusal_of(error)
    if isinstance(error, DatabaseError | InterfaceError):
        return _more(error.__cause__) if isinstance(error.__cause__, psycopg.Error) else ""
    return error.strerror or "" if isinstance(error, OSError) else ""
