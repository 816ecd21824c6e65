"""Celery tasks that know whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from celery import Task

from shelters.registry import in_schema
from shelters.tenancy import CENTRAL, unit_or_none
from shelters.tenancy.names import TASK_HEADER as HEADER

if TYPE_CHECKING:
    Base = Task[Any, Any]
else:
    Base = Task


class NoShelterInHeader(RuntimeError):
    """A message came without saying whose it is; it must not run in anybody's name."""


class ShelterTask(Base):
    """A task is one unit of work, of the shelter that its message's header names.

    `headers={"shelter": schema}`, or "public" for the central host. Queued from inside a unit, the
    header is that unit's. With `opens_own_units` the task opens units itself, one after another.
    """

    abstract = True
    acks_late = True
    opens_own_units = False

    def apply_async(  # type: ignore[override]
        self, args: Any = None, kwargs: Any = None, **options: Any
    ) -> Any:
        headers = dict(options.pop("headers", None) or {})
        unit = unit_or_none()
        if unit is not None:
            headers.setdefault(HEADER, unit.schema)
        return super().apply_async(args, kwargs, headers=headers, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        schema = self._schema()
        if self.opens_own_units:
            return super().__call__(*args, **kwargs)
        with in_schema(schema):
            return super().__call__(*args, **kwargs)

    def _schema(self) -> str:
        schema = (self.request.headers or {}).get(HEADER) or getattr(self.request, HEADER, None)
        if not schema:
            raise NoShelterInHeader(
                f"{self.name} needs headers={{'{HEADER}': …}}: a shelter's schema, "
                f"or '{CENTRAL.schema}' for the central host."
            )
        return str(schema)
