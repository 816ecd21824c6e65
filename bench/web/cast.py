"""Who works in the four shelters of this benchmark: two hundred people and programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

DATABASE = "pana_bench_web"
SHELTERS = {"birch": "Birch", "cedar": "Cedar", "larch": "Larch", "rowan": "Rowan"}
PASSWORD = "lamp-river-saddle"
LANGUAGES = ("ru", "kk", "en")
PROGRAM = "program"  # no role: a director's token, used by a machine
STAFF = {
    "director": 2,
    "social_worker": 18,
    "psychologist": 8,
    "night_duty": 7,
    "lawyer": 3,
    "aftercare_worker": 3,
    "bookkeeper": 4,
    PROGRAM: 5,
}


@dataclass(frozen=True)
class Person:
    word: str
    work: str
    number: int

    @property
    def role(self) -> str:
        return "director" if self.work == PROGRAM else self.work

    @property
    def name(self) -> str:
        return f"{self.work.replace('_', ' ').capitalize()} {self.number}"

    @property
    def email(self) -> str:
        return f"{self.work}{self.number}@{self.word}.example"

    @property
    def language(self) -> str:
        return LANGUAGES[self.number % len(LANGUAGES)]

    @property
    def token(self) -> str:
        return sha256(self.email.encode()).hexdigest()

    @property
    def session(self) -> str:
        """Of who signed in this morning."""
        return sha256(f"session of {self.email}".encode()).hexdigest()[:32]

    @property
    def signs_in(self) -> bool:
        """Every tenth comes to the form now; hashing a password is slow on purpose."""
        return self.number % 10 == 1

    @property
    def address(self) -> str:
        """Each sits at a line of their own, or the limit on signing in would count them as one."""
        digest = sha256(self.email.encode()).digest()
        return f"10.{digest[0]}.{digest[1]}.{digest[2]}"


def people_of(word: str) -> Iterator[Person]:
    """The first one is a director."""
    for work, number in STAFF.items():
        for one in range(number):
            yield Person(word, work, one)


def everybody() -> list[Person]:
    return [person for word in SHELTERS for person in people_of(word)]
