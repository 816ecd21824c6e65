"""The unit of work: one tenant, one transaction.

`with in_shelter(shelter):` opens a transaction and, in its first message, takes on the shelter's
role, search path and id. PostgreSQL forgets all three at COMMIT or ROLLBACK, so nothing can leak
through a connection that is used again. Outside such a block a query raises `OutsideUnit`.
Constraints are checked at each statement, so that no operation returns before they hold.

What `transaction.on_commit` calls runs after COMMIT, as the unit that asked for it: it knows whose
it is, queries only in a unit that it opens itself, and whatever it raises is logged, not raised.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import lru_cache, wraps
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, cast
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from shelters.tenancy.errors import CrossedUnits, OutsideUnit
from shelters.tenancy.names import central_role, quote, shelter_role

if TYPE_CHECKING:
    from shelters.tenancy.backend.base import DatabaseWrapper

logger = logging.getLogger(__name__)


class HasSchema(Protocol):
    """What `in_shelter` needs to know of a shelter."""

    @property
    def id(self) -> UUID: ...
    @property
    def schema(self) -> str: ...
    @property
    def is_practice(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Unit:
    """Whose data the running code may touch. A `sealed` unit cannot be left for another one, and
    whatever is opened inside it is sealed too. Where `is_practice`, everybody is invented."""

    schema: str
    shelter_id: UUID | None = None
    sealed: bool = False
    is_practice: bool = False

    @property
    def id(self) -> UUID:
        """The shelter's id; raises `LookupError` on the central host."""
        if self.shelter_id is None:
            raise LookupError("The central host is not a shelter.")
        return self.shelter_id

    @property
    def is_central(self) -> bool:
        return self.shelter_id is None

    def same_tenant(self, other: Unit) -> bool:
        return self.schema == other.schema and self.shelter_id == other.shelter_id

    def opening(self, database: str) -> bytes:
        """The SQL that turns a transaction into this unit."""
        return _opening(database, self.schema, self.shelter_id)


@lru_cache(maxsize=4096)
def _opening(database: str, schema: str, shelter_id: UUID | None) -> bytes:
    if shelter_id is None:
        role, path = central_role(database), "public"
    else:
        role, path = shelter_role(database, schema), f"{quote(schema)}, public"
    return (
        f"SET LOCAL ROLE {quote(role)}; SET LOCAL search_path = {path}; "
        f"SET LOCAL app.shelter = '{shelter_id or ''}'; SET CONSTRAINTS ALL IMMEDIATE"
    ).encode()


CENTRAL = Unit(schema="public")
_current: ContextVar[Unit | None] = ContextVar("unit", default=None)


def current_unit() -> Unit:
    """The unit of the running code; raises `OutsideUnit` where there is none."""
    unit = _current.get()
    if unit is None:
        raise OutsideUnit
    return unit


unit_or_none: Callable[[], Unit | None] = _current.get


def in_shelter(shelter: HasSchema, *, sealed: bool = False) -> UnitOfWork:
    """Run the block as one transaction of `shelter`; commits at its end, rolls back on an error."""
    return UnitOfWork(Unit(shelter.schema, shelter.id, sealed, shelter.is_practice))


def in_central(*, sealed: bool = False) -> UnitOfWork:
    """Run the block as one transaction of the central host, which never sees a client."""
    return UnitOfWork(Unit(CENTRAL.schema, sealed=sealed))


class UnitOfWork(AbstractContextManager[Unit, None]):
    """The block of one unit; inside another it is a savepoint of the other's transaction.

    A class, because each request enters one, and a generator costs it three times as much.
    """

    __slots__ = ("_atomic", "_before", "_connection", "_nested", "_outer", "_unit")

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._atomic = transaction.atomic()
        self._connection: DatabaseWrapper | None = None

    def __enter__(self) -> Unit:
        if self._connection is not None:
            raise RuntimeError("A unit of work is entered once; make another one.")
        self._outer = _current.get()
        self._unit = unit = _sealed_like(self._outer, self._unit)
        self._connection = connection = cast("DatabaseWrapper", connections[DEFAULT_DB_ALIAS])
        self._before = connection.unit
        self._nested = connection.in_atomic_block
        if self._nested:
            self._enter_nested(connection)
        else:
            self._begin(connection)
        _current.set(unit)
        return unit

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        connection, unit = self._connection, self._unit
        if connection is None or connection.unit is not unit or _current.get() is not unit:
            self._end_out_of_turn(error)
            return
        try:
            if self._nested and kind is None and not connection.needs_rollback:
                self._become(connection, self._before)
            self._atomic.__exit__(kind, error, traceback)
        finally:
            connection.unit = self._before
            _current.set(self._outer)

    def _begin(self, connection: DatabaseWrapper) -> None:
        connection.unit = self._unit  # travels with BEGIN
        try:
            self._atomic.__enter__()
        except BaseException:
            connection.unit = self._before
            raise

    def _enter_nested(self, connection: DatabaseWrapper) -> None:
        if self._before is not self._outer:
            raise CrossedUnits(CrossedUnits.BETWEEN)
        connection.validate_no_broken_transaction()
        self._atomic.__enter__()
        self._become(connection, self._unit)

    def _become(self, connection: DatabaseWrapper, unit: Unit | None) -> None:
        """A rolled back savepoint restores role and path by itself; a released one does not."""
        try:
            connection.become(unit)
        except BaseException as error:
            self._atomic.__exit__(type(error), error, error.__traceback__)
            raise

    def _end_out_of_turn(self, error: BaseException | None) -> None:
        """One inside is still open, or this one ends where it did not begin: nothing is kept."""
        connection = self._connection
        if connection is not None and self._atomic in connection.atomic_blocks:
            connection.abandon()
            _current.set(self._outer)
        elif _current.get() is self._unit:
            _current.set(self._outer)
        if error is None:
            raise CrossedUnits(f"Nothing was saved. {CrossedUnits.BETWEEN}")


def misuse(mine: Unit | None, at_work: Unit | None) -> Exception:
    """What to say to code of the unit `mine` whose connection works in another unit or in none."""
    if mine is None:
        return OutsideUnit()
    if at_work is None or at_work is mine:
        return OutsideUnit("The unit of this code has ended, or is one of another thread.")
    return CrossedUnits(CrossedUnits.BETWEEN)


def end_what_was_left_open() -> None:
    """Called where a request or a task begins, which must not become part of another's unit."""
    connection = cast("DatabaseWrapper", connections[DEFAULT_DB_ALIAS])
    if connection.unit is not None or _current.get() is not None:
        logger.error("A unit of work was left open. %s", CrossedUnits.BETWEEN)
        connection.abandon()
        _current.set(None)


def as_now(function: Callable[[], object]) -> Callable[[], None]:
    """`function`, to be called later and elsewhere, as the unit of this moment."""
    unit = _current.get()

    @wraps(function)
    def call() -> None:
        token = _current.set(unit)
        try:
            function()
        finally:
            _current.reset(token)

    return call


def _sealed_like(outer: Unit | None, unit: Unit) -> Unit:
    if outer is None or not outer.sealed:
        return unit
    if not outer.same_tenant(unit):
        raise CrossedUnits(CrossedUnits.SEALED)
    return replace(unit, sealed=True)
