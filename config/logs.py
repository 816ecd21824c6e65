"""Discreet logs: one line a happening, in JSON, or for a person at a terminal as key=value.

A line says when, how grave, who says it, for which shelter and in which request or task, and what.
It holds no address with its ids, no query string, and of an error only its kind, what
`config.faults` allows, and where in the code it was.

Nothing here may need Django's settings: the web server's own process logs this way too.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import sysconfig
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config.faults import chain_of, name_of, outage, told
from shelters.tenancy import unit_or_none

ROOT = Path(__file__).resolve().parent.parent
LIBRARIES = [f"{sysconfig.get_path(name)}/" for name in ("purelib", "platlib", "stdlib")]
OURS = ("route", "method", "status", "ms")  # what the line of a request says besides
# What a task was given and gave back, and what its error says: as text, written by Celery.
HIDDEN = frozenset({"args", "kwargs", "exc", "traceback", "return_value", "data"})
LIBRARIES_WITH_PATHS = ("django", "gunicorn")
DETAIL = re.compile(r"\s*(\\n)*\s*DETAIL:.*", re.DOTALL)
# Gunicorn quotes what it could not read, and who sent it.
UNREAD = re.compile(r"(Invalid request) from ip=.*", re.DOTALL)
ADDRESS = re.compile(r"\bhttps?://\S+")
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\\]")
FORMATS = {"json": "config.logs.JsonLines", "words": "config.logs.KeysAndValues"}

_work: ContextVar[dict[str, str]] = ContextVar("work", default={})  # noqa: B039  never changed


def configuration() -> dict[str, Any]:
    """For `logging.config.dictConfig`; `PANA_LOGS` is json or words, else the terminal decides."""
    wanted = os.environ.get("PANA_LOGS") or ("words" if sys.stderr.isatty() else "json")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"discreet": {"()": FORMATS.get(wanted, FORMATS["json"])}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "discreet"}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            "django.request": {"level": "ERROR"},  # what is refused is in the request's own line
            "django.server": {"handlers": [], "propagate": False},  # writes whole addresses
            "gunicorn.error": {"handlers": [], "propagate": True},
            "gunicorn.access": {"handlers": [], "propagate": False},
            "celery": {"level": "WARNING"},  # of a task that went well `config.celery` tells
        },
    }


@contextmanager
def working_on(**work: str) -> Iterator[None]:
    """Every line written in the block says so: `request=` or `task=`, and `shelter=`."""
    token = _work.set(_work.get() | work)
    try:
        yield
    finally:
        _work.reset(token)


def begin_work(**work: str) -> None:
    """As `working_on`, for signals that cannot hold a block open; ended by the next beginning."""
    _work.set(work)


class JsonLines(logging.Formatter):
    """One JSON object a line, for machines that collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(facts_of(record), ensure_ascii=False)


class KeysAndValues(logging.Formatter):
    """Time, grade, logger, what happened, then key=value; the errors' places on lines below."""

    def format(self, record: logging.LogRecord) -> str:
        facts = facts_of(record)
        errors = facts.pop("errors", [])
        head = [facts.pop(name) for name in ("time", "level", "logger", "message")]
        pairs = [f"{name}={value}" for name, value in facts.items()]
        below = [
            f"\n  {told_at['error']}\n    " + "\n    ".join(told_at["at"]) for told_at in errors
        ]
        return " ".join(_on_one_line(str(part)) for part in [*head, *pairs]) + "".join(below)


def facts_of(record: logging.LogRecord) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": _message(record),
    }
    if unit := unit_or_none():
        facts["shelter"] = unit.schema
    facts = _work.get() | facts if unit else facts | _work.get()
    facts |= {name: getattr(record, name) for name in OURS if hasattr(record, name)}
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        facts |= _of_error(error)
    return facts


def _of_error(error: BaseException) -> dict[str, Any]:
    """A fault outside the program needs no traceback: nothing in the code is to be mended."""
    if sentence := outage(error):
        return {"outage": sentence}
    return {"errors": [{"error": told(one), "at": _places(one)} for one in chain_of(error)]}


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(filename: str) -> str:
    """Where the machine keeps its files is nobody's business."""
    for folder in (*LIBRARIES, f"{ROOT}/"):
        filename = filename.removeprefix(folder)
    return filename


def _message(record: logging.LogRecord) -> str:
    words = record.msg if isinstance(record.msg, str) else str(_harmless(record.msg, record))
    if isinstance(record.args, Mapping):
        shown = {
            name: _kind(record) if name in HIDDEN else _harmless(value, record)
            for name, value in record.args.items()
        }
        words = words % shown
    elif record.args:
        words = words % tuple(_harmless(value, record) for value in record.args)
    return DETAIL.sub(" (detail withheld)", UNREAD.sub(r"\1", words))


def _harmless(value: Any, record: logging.LogRecord) -> Any:
    """An error's kind in place of its words, a page's route in place of its address."""
    if isinstance(value, BaseException):
        return told(value)
    of_library = record.name.partition(".")[0] in LIBRARIES_WITH_PATHS
    if not isinstance(value, str) or not of_library:
        return value
    if value.startswith("/"):
        return route_of(getattr(record, "request", None))
    return ADDRESS.sub("…", value)


def _kind(record: logging.LogRecord) -> str:
    error = record.exc_info[1] if record.exc_info else None
    return name_of(error) if error else "…"


def route_of(request: Any) -> str:
    """The name of the page that was asked for, which is the same for all its rows."""
    match = getattr(request, "resolver_match", None)
    return match.view_name if match and match.view_name else "unknown"


def _on_one_line(text: str) -> str:
    return CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
