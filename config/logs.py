"""Logs say where and how something failed, never in which words: these may quote a client."""

from __future__ import annotations

import copy
import logging
import traceback
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any

Failure = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
CELERYS = "exc"  # under this name Celery puts the error's words into its own line


class WithoutWords(logging.Formatter):
    """Of an exception the log keeps its kind and its way through the code.

    PostgreSQL's message of a broken constraint holds the whole row.
    """

    def format(self, record: logging.LogRecord) -> str:
        quiet = copy.copy(record)
        quiet.exc_text = None  # another handler's formatter may have left the words here
        quiet.args = _quiet(record.args, record.exc_info)
        return super().format(quiet)

    def formatException(self, ei: Failure) -> str:
        return "\n".join(_story(ei[1])) if ei[1] else ""


def _quiet(args: Any, failure: Any) -> Any:
    if isinstance(args, Mapping):
        kind = failure[0].__qualname__ if failure and failure[0] else "an error"
        plain = {name: _kind_of_error(value) for name, value in args.items()}
        return plain | {CELERYS: kind} if CELERYS in plain else plain
    return tuple(map(_kind_of_error, args)) if args else args


def _kind_of_error(value: Any) -> Any:
    return type(value).__qualname__ if isinstance(value, BaseException) else value


def _story(error: BaseException) -> Iterator[str]:
    """First what came first."""
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None:
        yield from _story(earlier)
        yield "which led to"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
    yield f"{type(error).__module__}.{type(error).__qualname__}"
