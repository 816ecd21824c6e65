"""PostgreSQL's errors without the row they are about.

Its DETAIL quotes the whole row ("Failing row contains (…)") and a refused value is quoted in the
message itself. Both would travel into tracebacks, task failures and logs.
"""

from __future__ import annotations

from types import TracebackType

import psycopg
from django.db.utils import DatabaseErrorWrapper

OF_VALUES = "22"  # class of SQLSTATEs whose message quotes what was typed


class DiscreetErrorWrapper(DatabaseErrorWrapper):
    """Django's, which wraps the driver's errors, but what they say is cut down first."""

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if exc_type is None:
            return
        if isinstance(exc_value, psycopg.Error) and exc_value.sqlstate:
            exc_value.args = (without_the_row(exc_value),)
        super().__exit__(exc_type, exc_value, traceback)


def refusal_of(error: psycopg.Error) -> str:
    """What PostgreSQL refused and where: names out of the program, nothing that was typed."""
    found = error.diag
    parts = [("SQLSTATE", error.sqlstate), ("table", found.table_name)]
    parts += [("column", found.column_name), ("constraint", found.constraint_name)]
    return ", ".join(f"{name} {value}" for name, value in parts if value)


def without_the_row(error: psycopg.Error) -> str:
    state = error.sqlstate or ""
    if state.startswith(OF_VALUES) or not error.diag.message_primary:
        return refusal_of(error)
    return error.diag.message_primary
