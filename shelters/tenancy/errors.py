"""What goes wrong around units of work. Each error says what to do; none quotes what was typed."""

from __future__ import annotations

from django.db import DatabaseError, OperationalError


class OutsideUnit(RuntimeError):
    """A query was made where no shelter is chosen, or where the chosen one is not at work."""

    def __init__(self, why: str = "No shelter is chosen here.") -> None:
        super().__init__(
            f"{why} Open a unit of work first: `with in_shelter(shelter):` or `with in_central():` "
            "from shelters.tenancy."
        )


class CrossedUnits(RuntimeError):
    """Two units met that must not: of two shelters in one request, or on one connection."""

    BETWEEN = (
        "Another unit of work is still open on this connection: of a coroutine, or of a generator "
        "that was not read to its end. Open and close each in one go: fill a list instead of "
        "yielding from inside, and let a coroutine do it all in one call of `sync_to_async`."
    )
    SEALED = (
        "A request stays in its own shelter. Record an event; the other shelter follows by its own "
        "delivery."
    )
    CURSOR = (
        "This cursor belongs to another unit of work. Read its rows into a list there, or ask anew "
        "here."
    )


class Unprepared(RuntimeError):
    """A view streams what would be fetched only after its unit has ended."""

    def __init__(self) -> None:
        super().__init__(
            "A streamed answer is sent after the unit of work has ended. Prepare it inside: give "
            "StreamingHttpResponse a list or a tuple, or write a temporary file and answer with "
            "FileResponse."
        )


class CommitRolledBack(DatabaseError):
    """COMMIT was answered with ROLLBACK: an earlier database error was swallowed."""

    def __init__(self) -> None:
        super().__init__("Nothing was saved: an earlier error had already ended the transaction.")


class CommitMissing(DatabaseError):
    """The unit's transaction was over before the unit was."""

    def __init__(self) -> None:
        super().__init__(
            "A statement inside the unit ended its transaction. Leave COMMIT and ROLLBACK to the "
            "unit; for a part that may fail there is transaction.atomic()."
        )


class CommitUnanswered(OperationalError):
    """The connection broke between COMMIT and its answer."""

    def __init__(self) -> None:
        super().__init__("The database went away during COMMIT: it may have saved or not.")


class UnknownShelter(LookupError):
    """There is no shelter of that name in use."""


class NoShelterInHeader(RuntimeError):
    """A message came without saying whose it is; it must not run in anybody's name."""
