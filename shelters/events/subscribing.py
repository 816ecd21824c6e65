"""Who listens to which event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from shelters.events.models import EventRecord

Handler = Callable[[EventRecord], None]
CENTRAL_HOST = "central"


@dataclass(frozen=True)
class Subscriber:
    """`at` names the fact that holds the shelter's id; empty means the event's own shelter."""

    name: str
    handler: Handler
    at: str = ""
    same_transaction: bool = False


_subscribers: dict[str, list[Subscriber]] = defaultdict(list)


def on(
    event_type: str, *, at: str = "", same_transaction: bool = False
) -> Callable[[Handler], Handler]:
    """Call the function for every event of this type.

    Ordinarily it runs after commit, from the outbox, in a unit of its own: of the shelter whose id
    is in the event's fact `at`, of the central host with `at="central"`, else of the shelter where
    the event was recorded. It runs once; if it fails, its changes are undone and it is tried again.
    With `same_transaction` it runs inside `record()` and its failure undoes the event too.
    """

    def register(handler: Handler) -> Handler:
        name = f"{handler.__module__}.{handler.__qualname__}"
        _subscribers[event_type].append(Subscriber(name, handler, at, same_transaction))
        return handler

    return register


def subscribers_of(event_type: str) -> list[Subscriber]:
    return _subscribers[event_type]


def find_subscriber(event_type: str, name: str) -> Subscriber:
    """Raises `LookupError` when the code no longer has such a subscriber."""
    for subscriber in _subscribers[event_type]:
        if subscriber.name == name:
            return subscriber
    raise LookupError(f"Nobody called {name} listens to {event_type}.")
