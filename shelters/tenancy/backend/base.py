"""PostgreSQL for the app's login: no cursor without a unit of work, no silent loss at COMMIT.

psycopg stays in autocommit; `atomic` asks this backend to begin, and BEGIN travels in one message
with the unit's role, search path and shelter. COMMIT is sent by us and its answer is read, because
COMMIT of a failed transaction is a ROLLBACK that PostgreSQL reports only in the command's status.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, OperationalError
from django.db.backends.base.base import debug_transaction  # type: ignore[attr-defined]
from django.db.backends.postgresql import base, features
from django.utils.functional import cached_property

from shelters.tenancy.backend.discretion import DiscreetErrorWrapper
from shelters.tenancy.unit import OutsideUnit, Unit, unit_or_none

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper


class CommitRolledBack(DatabaseError):
    """COMMIT was answered with ROLLBACK: an earlier database error was swallowed."""

    def __init__(self) -> None:
        super().__init__("Nothing was saved: an earlier error had already ended the transaction.")


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
        self.unit = unit
        self._send(unit.opening(self.settings_dict["NAME"]) if unit else "SET LOCAL ROLE NONE")

    def _start_transaction_under_autocommit(self) -> None:
        begin = "BEGIN"
        if self.unit is not None:
            begin = f"BEGIN; {self.unit.opening(self.settings_dict['NAME'])}"
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

    def _set_autocommit(self, autocommit: bool) -> None:
        """psycopg never leaves autocommit; BEGIN and COMMIT are ours."""

    def _commit(self) -> None:
        if self.connection is not None and self._send("COMMIT") != "COMMIT":
            raise CommitRolledBack

    def check_constraints(self, table_names: Any = None) -> None:
        """Check what is deferred. Units defer nothing; the tests' outer transaction may."""
        self._send("SET CONSTRAINTS ALL IMMEDIATE")

    def _savepoint(self, sid: str) -> None:
        self._send(self.ops.savepoint_create_sql(sid))

    def _savepoint_rollback(self, sid: str) -> None:
        self._send(self.ops.savepoint_rollback_sql(sid))

    def _savepoint_commit(self, sid: str) -> None:
        self._send(self.ops.savepoint_commit_sql(sid))

    def _send(self, sql: str) -> str | None:
        with debug_transaction(self, sql), self.wrap_database_errors:
            status: str | None = self.connection.execute(sql).statusmessage
            return status

    def _cursor(self, name: str | None = None) -> CursorWrapper:
        unit = unit_or_none()
        if unit is None or unit is not self.unit or not self.in_atomic_block:
            raise OutsideUnit
        cursor: Any = super()._cursor(name)  # type: ignore[misc]
        return cursor  # type: ignore[no-any-return]
