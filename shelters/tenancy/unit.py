"""The unit of work: one tenant, one transaction.

`with in_shelter(shelter):` opens a transaction and, in its first message, takes on the shelter's
role, search path and id. PostgreSQL forgets all three at COMMIT or ROLLBACK, so nothing can leak
through a connection that is used again. Outside such a block a query raises `OutsideUnit`.
Constraints are checked at each statement, so that no operation returns before they hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol, cast
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from shelters.tenancy.names import central_role, quote, shelter_role

if TYPE_CHECKING:
    from shelters.tenancy.backend.base import DatabaseWrapper


class OutsideUnit(RuntimeError):
    """A query was made while no shelter was chosen."""

    def __init__(self) -> None:
        super().__init__(
            "No shelter is chosen here. Open a unit of work first: "
            "`with in_shelter(shelter):` or `with in_central():` from shelters.tenancy."
        )


class CrossedUnits(RuntimeError):
    """Code inside a request tried to enter another shelter."""


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

    def opening(self, database: str) -> str:
        """The SQL that turns a transaction into this unit."""
        return _opening(database, self.schema, self.shelter_id)


@lru_cache(maxsize=4096)
def _opening(database: str, schema: str, shelter_id: UUID | None) -> str:
    if shelter_id is None:
        role, path = central_role(database), "public"
    else:
        role, path = shelter_role(database, schema), f"{quote(schema)}, public"
    return (
        f"SET LOCAL ROLE {quote(role)}; SET LOCAL search_path = {path}; "
        f"SET LOCAL app.shelter = '{shelter_id or ''}'; SET CONSTRAINTS ALL IMMEDIATE"
    )


CENTRAL = Unit(schema="public")
_current: ContextVar[Unit | None] = ContextVar("unit", default=None)


def current_unit() -> Unit:
    """The unit of the running code; raises `OutsideUnit` where there is none."""
    unit = _current.get()
    if unit is None:
        raise OutsideUnit
    return unit


def unit_or_none() -> Unit | None:
    return _current.get()


@contextmanager
def in_shelter(shelter: HasSchema, *, sealed: bool = False) -> Iterator[Unit]:
    """Run the block as one transaction of `shelter`; commits at its end, rolls back on an error."""
    unit = Unit(shelter.schema, shelter.id, sealed=sealed, is_practice=shelter.is_practice)
    with _enter(unit) as entered:
        yield entered


@contextmanager
def in_central(*, sealed: bool = False) -> Iterator[Unit]:
    """Run the block as one transaction of the central host, which never sees a client."""
    with _enter(Unit(schema=CENTRAL.schema, sealed=sealed)) as unit:
        yield unit


@contextmanager
def _enter(unit: Unit) -> Iterator[Unit]:
    unit = _sealed_like_the_outer(unit)
    connection = cast("DatabaseWrapper", connections[DEFAULT_DB_ALIAS])
    token = _current.set(unit)
    try:
        with (
            _nested(connection, unit)
            if connection.in_atomic_block
            else _outermost(connection, unit)
        ):
            yield unit
    finally:
        _current.reset(token)


@contextmanager
def _outermost(connection: DatabaseWrapper, unit: Unit) -> Iterator[None]:
    connection.unit = unit
    try:
        with transaction.atomic():
            yield
    finally:
        connection.unit = None


@contextmanager
def _nested(connection: DatabaseWrapper, unit: Unit) -> Iterator[None]:
    """A rolled back savepoint restores role and path by itself; a released one does not."""
    outer = connection.unit
    try:
        with transaction.atomic():
            connection.become(unit)
            yield
            if not connection.needs_rollback:
                connection.become(outer)
    finally:
        connection.unit = outer


def _sealed_like_the_outer(unit: Unit) -> Unit:
    outer = _current.get()
    if outer is None or not outer.sealed:
        return unit
    if not outer.same_tenant(unit):
        raise CrossedUnits(
            "A request stays in its own shelter. Record an event; the other shelter follows "
            "by its own delivery."
        )
    return replace(unit, sealed=True)
