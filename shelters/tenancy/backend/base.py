"""PostgreSQL for the app's login: no cursor without a unit of work, no silent loss at COMMIT.

psycopg stays in autocommit; `atomic` asks this backend to begin, and BEGIN travels in one message
with the unit's role, search path and shelter. COMMIT is sent by us and its answer is read, because
COMMIT of a failed transaction is a ROLLBACK that PostgreSQL reports only in the command's status.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import psycopg
from django.db import DatabaseError, OperationalError
from django.db.backends.base.base import debug_transaction  # type: ignore[attr-defined]
from django.db.backends.postgresql import base, features
from django.utils.functional import cached_property
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, TransactionStatus

from shelters.tenancy.backend.cursors import CursorOfUnit, DebugCursorOfUnit
from shelters.tenancy.backend.discretion import DiscreetErrorWrapper
from shelters.tenancy.errors import CommitMissing, CommitRolledBack, CommitUnanswered
from shelters.tenancy.unit import Unit, as_now, end_what_was_left_open, misuse, unit_or_none

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

DONE = ExecStatus.COMMAND_OK
NOBODY = b"SET LOCAL ROLE NONE; SET LOCAL search_path = ''; SET LOCAL app.shelter = ''"


class DatabaseFeatures(features.DatabaseFeatures):
    autocommits_when_autocommit_is_off = True
    supports_transactions = True  # stock Django finds out by creating a table, which we may not


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
    unit: Unit | None = None

    @cached_property
    def pg_version(self) -> int:
        self.ensure_connection()
        return int(self.connection.info.server_version)

    @cached_property
    def wrap_database_errors(self) -> DiscreetErrorWrapper:
        return DiscreetErrorWrapper(self)

    def become(self, unit: Unit | None) -> None:
        """Turn the running transaction into `unit`'s; into nobody's when None."""
        self._send(unit.opening(self.settings_dict["NAME"]) if unit else NOBODY)
        self.unit = unit

    def abandon(self) -> None:
        """Drop the connection with all that runs on it; the server rolls that back."""
        with suppress(psycopg.Error):
            if self.connection is not None:
                self.connection.close()
        self.connection = self.unit = None
        self.in_atomic_block = self.closed_in_transaction = False
        self.savepoint_ids, self.atomic_blocks, self.run_on_commit = [], [], []

    def close_if_unusable_or_obsolete(self) -> None:
        """Django's signal before and after each request; none may find another's unit open."""
        end_what_was_left_open()
        super().close_if_unusable_or_obsolete()

    def on_commit(self, func: Callable[[], object], robust: bool = False) -> None:
        """What fails after COMMIT is logged: the change stands, and no answer may deny it."""
        super().on_commit(as_now(func), robust=True)

    def _start_transaction_under_autocommit(self) -> None:
        begin = b"BEGIN"
        if self.unit is not None:
            begin = b"BEGIN; " + self.unit.opening(self.settings_dict["NAME"])
        try:
            self._send(begin)
        except OperationalError:
            self._reconnect()
            self._send(begin)
        except DatabaseError:
            self.connection.rollback()
            raise

    def _reconnect(self) -> None:
        """Nothing has been sent yet, so a connection the server dropped may be replaced."""
        if self.connection.closed:
            self.close()
            with self.wrap_database_errors:
                self.connect()
        else:
            self.connection.rollback()

    def get_connection_params(self) -> dict[str, Any]:
        """psycopg must send no BEGIN of its own: it would be a second one, without a role."""
        return {**super().get_connection_params(), "autocommit": True}

    def _set_autocommit(self, autocommit: bool) -> None:
        """psycopg never leaves autocommit; BEGIN and COMMIT are ours."""

    def _commit(self) -> None:
        if self.connection is None:
            return
        if self.connection.pgconn.transaction_status == TransactionStatus.IDLE:
            raise CommitMissing
        try:
            status = self._send(b"COMMIT")
        except OperationalError as error:
            raise (CommitUnanswered if self.connection.closed else error) from error
        if status != b"COMMIT":
            raise CommitRolledBack

    def check_constraints(self, table_names: Any = None) -> None:
        """Check what is deferred. Units defer nothing; the tests' outer transaction may."""
        self._send(b"SET CONSTRAINTS ALL IMMEDIATE")

    def _savepoint(self, sid: str) -> None:
        self._send(self.ops.savepoint_create_sql(sid).encode())

    def _savepoint_rollback(self, sid: str) -> None:
        self._send(self.ops.savepoint_rollback_sql(sid).encode())

    def _savepoint_commit(self, sid: str) -> None:
        self._send(self.ops.savepoint_commit_sql(sid).encode())

    def _send(self, sql: bytes) -> bytes | None:
        """Past psycopg's cursors, which cost more than the database's own work on such a line."""
        if not self.queries_logged:
            return self._exchange(sql)
        with debug_transaction(self, sql.decode()):
            return self._exchange(sql)

    def _exchange(self, sql: bytes) -> bytes | None:
        connection = self.connection
        with self.wrap_database_errors, connection.lock:
            result = connection.pgconn.exec_(sql)
            if result.status != DONE:
                raise _lost() if connection.closed else error_from_result(result)
        status: bytes | None = result.command_status
        return status

    def _cursor(self, name: str | None = None) -> CursorWrapper:
        unit = unit_or_none()
        if unit is None or unit is not self.unit or not self.in_atomic_block:
            raise misuse(unit, self.unit)
        cursor: Any = super()._cursor(name)  # type: ignore[misc]
        return cursor  # type: ignore[no-any-return]

    def make_cursor(self, cursor: Any) -> CursorOfUnit:
        return CursorOfUnit(cursor, self)

    def make_debug_cursor(self, cursor: Any) -> DebugCursorOfUnit:
        return DebugCursorOfUnit(cursor, self)


def _lost() -> psycopg.OperationalError:
    """What the server said as it hung up comes without a code; some of it comes as no error."""
    return psycopg.OperationalError("the connection is lost")
