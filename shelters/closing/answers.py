"""What every app is asked when a shelter closes; they answer in `AppConfig.ready`.

stands_in_the_way(people_still_here, reading=[Referral])
goes_with_it(forget_names)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Model
from django.utils.functional import Promise

from shelters.tenancy import current_unit


@dataclass(frozen=True)
class Obstacle:
    """So many of something keep a shelter open; the words say what, and what to do. No name."""

    number: int
    words: str | Promise

    def __str__(self) -> str:
        return str(self.words % {"number": self.number})


Question = Callable[[], Iterable[Obstacle]]
Farewell = Callable[[UUID], None]

_questions: list[Question] = []
_read_by_them: list[type[Model]] = []
_farewells: list[Farewell] = []


def stands_in_the_way(question: Question, *, reading: Iterable[type[Model]] = ()) -> None:
    """Ask `question` before a shelter is archived, in its own unit; it only reads.

    Nobody writes meanwhile, neither in the shelter's schema nor in the shared tables of `reading`.
    """
    if question not in _questions:
        _questions.append(question)
        _read_by_them.extend(reading)


def goes_with_it(farewell: Farewell) -> None:
    """Call `farewell` with the id of a shelter that is removed, as the owner, in that transaction.

    It takes away what of the shared tables nobody else may read; no total of others may change.
    """
    if farewell not in _farewells:
        _farewells.append(farewell)


def obstacles() -> Iterator[Obstacle]:
    """What the apps answer of the shelter whose unit is open; those for practice hold nobody."""
    if current_unit().is_practice:
        return
    for question in _questions:
        yield from (found for found in question() if found.number)


def read_meanwhile() -> list[type[Model]]:
    """The shared tables that the answers are taken from."""
    return list(dict.fromkeys(_read_by_them))


def take_leave(shelter_id: UUID) -> None:
    for farewell in _farewells:
        farewell(shelter_id)
