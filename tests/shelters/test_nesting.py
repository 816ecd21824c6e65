"""Random programs of units, savepoints, errors and rollbacks, compared with a model of them.

After every step the database is asked who it thinks it is working for and which rows it shows.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from shelters.events.models import Event
from shelters.models import Shelter
from shelters.tenancy import (
    CrossedUnits,
    OutsideUnit,
    Unit,
    in_central,
    in_shelter,
    unit_or_none,
)
from tests.turns import FULL

UNITS = ("samal", "tulpar", "public")
SAVEPOINT, NO_SAVEPOINT = "atomic", "atomic without savepoint"
WHO_AND_WHAT = """
    SELECT current_user, current_setting('search_path'), current_setting('app.shelter'),
        coalesce((SELECT array_agg(subject_id) FROM events_event WHERE subject_type = %s), '{}')
"""


class Boom(Exception):
    """Ends this many blocks before somebody catches it."""

    def __init__(self, blocks: int) -> None:
        self.blocks = blocks


@dataclass(frozen=True)
class Block:
    kind: str  # a shelter's schema, public, or an atomic block
    sealed: bool
    steps: tuple[Any, ...]
    end: str  # well | set_rollback | swallowed | boom…


STEPS = st.sampled_from(["write", "fail", "open cursor", "use cursors", "after commit"])
KINDS = st.sampled_from([*UNITS, *UNITS, SAVEPOINT, NO_SAVEPOINT])
ENDS = st.sampled_from(
    ["well", "well", "well", "boom1", "boom2", "boom3", "set_rollback", "swallowed"]
)


def blocks(inside: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inside, max_size=4).map(tuple)
    sealed = st.sampled_from([False, False, False, True])
    return st.builds(Block, kind=KINDS, sealed=sealed, steps=several, end=ENDS)


PROGRAMS = st.lists(st.recursive(STEPS, blocks, max_leaves=12), min_size=1, max_size=4)


@dataclass
class Model:
    """What should be true."""

    rows: dict[str, frozenset[str]]
    unit: tuple[str, bool] | None = None  # its tenant, and whether it is sealed
    number: int = 0  # of the unit, for each has its own cursors
    depth: int = 0
    broken: bool = False  # Django refuses everything until a savepoint is rolled back
    pending: tuple[str, ...] = ()  # asked for after COMMIT


@dataclass
class Run:
    """One program against the database and the model."""

    shelters: dict[str, Shelter]
    id: str = field(default_factory=lambda: uuid4().hex)
    called: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    cursors: list[tuple[Any, int]] = field(default_factory=list)
    written: int = 0
    units: int = 0

    def __post_init__(self) -> None:
        self.model = Model(rows=dict.fromkeys(UNITS, frozenset()))

    def steps(self, steps: Any) -> None:
        for step in steps:
            if isinstance(step, Block):
                self.block(step)
            else:
                getattr(self, step.replace(" ", "_"))()
            self.look()

    # --- what is done ----------------------------------------------------------------------------

    def block(self, block: Block) -> None:
        if error := self._refusal_of(block):
            with pytest.raises(error), self._context(block):
                pass
            return
        before = self._enter(block)
        own = (block.kind != NO_SAVEPOINT and not before.broken) or before.depth == 0
        try:
            with self._context(block):
                self.look()
                self.steps(block.steps)
                self._end(block, own)
        except Boom as boom:
            self._leave(before, own, failed=True)
            if boom.blocks > 1 and before.depth:
                raise Boom(boom.blocks - 1) from None
        except DatabaseError:
            assert block.end == "swallowed"
            self._leave(before, own, failed=True)
        else:
            assert not (block.end == "swallowed" and own and not self.model.broken)
            self._leave(before, own, failed=False)

    def _end(self, block: Block, own: bool) -> None:
        event(block.end)
        if block.end.startswith("boom"):
            raise Boom(int(block.end[-1]))
        if block.end == "set_rollback":
            transaction.set_rollback(True)
            self.model.broken = True
        if block.end == "swallowed" and own and not self.model.broken:
            with suppress(psycopg.Error):
                connection.connection.execute("SELECT nothing")

    def _context(self, block: Block) -> AbstractContextManager[Any]:
        if block.kind in (SAVEPOINT, NO_SAVEPOINT):
            return transaction.atomic(savepoint=block.kind == SAVEPOINT)
        if block.kind == "public":
            return in_central(sealed=block.sealed)
        return in_shelter(self.shelters[block.kind], sealed=block.sealed)

    def _refusal_of(self, block: Block) -> type[Exception] | None:
        if block.kind not in UNITS:
            return None
        unit = self.model.unit
        if unit and unit[1] and unit[0] != block.kind:
            return CrossedUnits
        return TransactionManagementError if self.model.broken else None

    def _enter(self, block: Block) -> Model:
        before = Model(**vars(self.model))
        before.rows = dict(self.model.rows)
        self.model.depth += 1
        if block.kind in UNITS:
            self.units += 1
            self.model.number = self.units
            sealed = block.sealed or bool(before.unit and before.unit[1])
            self.model.unit = (block.kind, sealed)
        return before

    def _leave(self, before: Model, own: bool, *, failed: bool) -> None:
        undone = failed or self.model.broken
        now = self.model
        self.model = before
        if not undone:
            before.rows, before.pending = now.rows, now.pending
        elif not own:
            before.rows, before.pending, before.broken = now.rows, now.pending, True
        if before.depth == 0:
            self.expected += before.pending
            before.pending = ()

    def write(self) -> None:
        self.written += 1
        name = str(self.written)
        try:
            Event.objects.create(type="test.noted", subject_type=self.id, subject_id=name)
        except (OutsideUnit, TransactionManagementError):
            assert not self.model.unit or self.model.broken
            self.model.broken = self.model.depth > 0  # as Django does when a save fails
        else:
            assert self.model.unit
            tenant = self.model.unit[0]
            self.model.rows[tenant] = self.model.rows[tenant] | {name}

    def fail(self) -> None:
        """A database error that a savepoint catches."""
        with suppress(DatabaseError, OutsideUnit), transaction.atomic():
            ask("SELECT nothing")

    def open_cursor(self) -> None:
        with suppress(OutsideUnit):
            self.cursors.append((connection.cursor(), self.model.number))

    def use_cursors(self) -> None:
        for cursor, number in self.cursors:
            if self.model.unit is None or number != self.model.number:
                with pytest.raises(CrossedUnits):
                    cursor.execute("SELECT current_user")
            elif self.model.broken:
                with pytest.raises(TransactionManagementError):
                    cursor.execute("SELECT current_user")
            else:
                cursor.execute("SELECT current_user")
                assert cursor.fetchone() == (role_of(self.model.unit[0]),)

    def after_commit(self) -> None:
        """Outside of any block it is called at once."""
        transaction.on_commit(lambda: self.called.append(tenant_of(unit_or_none())))
        tenant = self.model.unit[0] if self.model.unit else "nobody"
        if self.model.depth:
            self.model.pending += (tenant,)
        else:
            self.expected.append(tenant)

    # --- what is compared ------------------------------------------------------------------------

    def look(self) -> None:
        model, unit = self.model, unit_or_none()
        assert self.called == self.expected
        assert (unit and (tenant_of(unit), unit.sealed)) == model.unit
        if model.unit is None:
            with pytest.raises(OutsideUnit):
                ask(WHO_AND_WHAT, self.id)
        elif model.broken:
            with pytest.raises(TransactionManagementError):
                ask(WHO_AND_WHAT, self.id)
        else:
            self._compare(model.unit[0], ask(WHO_AND_WHAT, self.id))

    def _compare(self, tenant: str, told: Any) -> None:
        role, path, shelter, rows = told
        assert role == role_of(tenant)
        if tenant == "public":
            assert (path, shelter) == ("public", "")
        else:
            assert (path, shelter) == (f"{tenant}, public", str(self.shelters[tenant].id))
        assert frozenset(rows) == self.model.rows[tenant]

    def look_back(self) -> None:
        """Nothing is left on the connection, and what was committed is what the model says."""
        held = connection.connection
        if held is not None and not held.closed:
            asked = held.execute("SELECT current_user, current_setting('app.shelter', true)")
            assert asked.fetchone() in {("pana_app", ""), ("pana_app", None)}
        for tenant in UNITS:
            self.block(Block(tenant, False, (), "well"))


def ask(sql: str, *values: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()


def role_of(tenant: str) -> str:
    database = connection.settings_dict["NAME"]
    return f"{database}_central" if tenant == "public" else f"{database}_{tenant}"


def tenant_of(unit: Unit | None) -> str:
    return unit.schema if unit else "nobody"


@pytest.fixture
def run(committed, samal, tulpar) -> Callable[[], Run]:
    return lambda: Run({"samal": samal, "tulpar": tulpar})


@settings(
    max_examples=1500 if FULL else 150,
    deadline=None,
    derandomize=not FULL,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(program=PROGRAMS)
def test_units_nest_as_the_model_says(run, program):
    one = run()

    one.steps(program)

    one.look_back()
