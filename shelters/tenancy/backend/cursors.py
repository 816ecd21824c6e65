"""Cursors that belong to the unit in which they were opened.

PostgreSQL runs a cursor's next statement as whoever the transaction is by then, so one that was
opened in a shelter and used in another would silently change hands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db.backends.utils import CursorDebugWrapper, CursorWrapper

from shelters.tenancy.errors import CrossedUnits
from shelters.tenancy.unit import unit_or_none

ANYWHERE = frozenset({"close"})


class CursorOfUnit(CursorWrapper):
    def __init__(self, cursor: Any, db: Any) -> None:
        self.cursor, self.db, self.unit = cursor, db, db.unit

    def refuse_elsewhere(self) -> None:
        if self.db.unit is not self.unit or unit_or_none() is not self.unit:
            raise CrossedUnits(CrossedUnits.CURSOR)

    def __getattr__(self, name: str) -> Any:
        if name not in ANYWHERE:
            self.refuse_elsewhere()
        return super().__getattr__(name)

    def __iter__(self) -> Iterator[Any]:
        self.refuse_elsewhere()
        for row in super().__iter__():
            yield row
            self.refuse_elsewhere()

    def callproc(self, *words: Any, **more: Any) -> Any:
        self.refuse_elsewhere()
        return super().callproc(*words, **more)

    def _execute_with_wrappers(
        self, sql: Any, params: Any, many: bool, executor: Callable[..., Any]
    ) -> Any:
        self.refuse_elsewhere()
        return super()._execute_with_wrappers(sql, params, many, executor)  # type: ignore[misc]


class DebugCursorOfUnit(CursorOfUnit, CursorDebugWrapper):
    """The same where statements are counted."""
