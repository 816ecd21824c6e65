"""Celery tasks that know whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from celery import Task

from shelters.registry import in_schema
from shelters.tenancy import CENTRAL
from shelters.tenancy.errors import NoShelterInHeader, UnknownShelter
from shelters.tenancy.names import TASK_HEADER as HEADER
from shelters.tenancy.unit import end_what_was_left_open

if TYPE_CHECKING:
    Base = Task[Any, Any]
else:
    Base = Task


class ShelterTask(Base):
    """A task is one sealed unit of work, of the shelter that its message's header names.

    `headers={"shelter": schema}`, or "public" for the central host. Queued from inside a unit or by
    another task, also as a part of a chain or a chord, the header is theirs (`config.celery`).
    With `opens_own_units` the task opens units itself, one after another. Called as a function it
    is one: it belongs to its caller's unit. For a shelter no longer in use it ends at once.
    """

    abstract = True
    acks_late = True
    opens_own_units = False
    throws = (UnknownShelter,)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.request.called_directly:
            return super().__call__(*args, **kwargs)
        schema = self._schema()
        if not self.request.is_eager:
            end_what_was_left_open()
        if self.opens_own_units:
            return self.run(*args, **kwargs)
        with in_schema(schema, sealed=True):
            return self.run(*args, **kwargs)

    def _schema(self) -> str:
        schema = schema_of(self)
        if not schema:
            raise NoShelterInHeader(
                f"{self.name} needs headers={{'{HEADER}': …}}: a shelter's schema, "
                f"or '{CENTRAL.schema}' for the central host."
            )
        return schema


def schema_of(task: Task[Any, Any]) -> str:
    """Whose task this is; empty when its message did not say. Ours is a header like Celery's own,
    but beside them where the task runs in the process that asked for it."""
    return str((task.request.headers or {}).get(HEADER) or task.request.get(HEADER) or "")
