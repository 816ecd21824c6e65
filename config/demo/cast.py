"""The invented people of the demo, and where they work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from shelters.staff.permissions import Role

PASSWORD = "lamp-river-saddle"  # of everybody here, who exist in a demo only
SEED = 2011


@dataclass(frozen=True)
class Person:
    email: str
    name: str
    language: str
    roles: tuple[Role, ...]
    days: int | None = None  # how long a volunteer goes on helping


@dataclass(frozen=True)
class House:
    """A shelter of the demo. Whoever stands first among its people is the director."""

    name: str
    schema: str
    state_paid_days: int | None
    people: tuple[Person, ...]
    invited: Person | None = None  # has not answered yet
    arrivals: dict[str, int] = field(default_factory=dict)  # how many clients of which story
    closed: int = 0  # how many of them have left


SAMAL = House(
    name="Samal",
    schema="samal",
    state_paid_days=183,
    people=(
        Person("saule@samal.example", "Сауле Ахметова", "ru", (Role.DIRECTOR,)),
        Person("aigerim@samal.example", "Айгерім Нұрланова", "kk", (Role.SOCIAL_WORKER,)),
        Person("marina@samal.example", "Марина Ли", "ru", (Role.PSYCHOLOGIST,)),
        Person("yerzhan@samal.example", "Ержан Сатыбалды", "kk", (Role.LAWYER,)),
        Person("dinara@samal.example", "Динара Касымова", "ru", (Role.AFTERCARE_WORKER,)),
        Person("olga@samal.example", "Ольга Ким", "ru", (Role.BOOKKEEPER,)),
        Person("bakhyt@samal.example", "Бақыт Омар", "kk", (Role.NIGHT_DUTY,)),
        Person("nodira@samal.example", "Нодира Юсупова", "ru", (Role.INTERPRETER,)),
        Person("emma@samal.example", "Emma Larsen", "en", (Role.VOLUNTEER,), days=90),
    ),
    arrivals={"emergency": 2, "child": 3, "labour": 12, "sexual": 4, "begging": 1, "domestic": 1},
    closed=5,
)
TULPAR = House(
    name="Tulpar",
    schema="tulpar",
    state_paid_days=None,
    people=(
        Person(
            "gulnara@tulpar.example",
            "Гульнара Исаева",
            "ru",
            (Role.DIRECTOR, Role.PSYCHOLOGIST),
        ),
        Person("timur@tulpar.example", "Тимур Абдрахманов", "kk", (Role.SOCIAL_WORKER,)),
        Person("svetlana@tulpar.example", "Светлана Пак", "ru", (Role.LAWYER,)),
        Person("asel@tulpar.example", "Әсел Жұмабек", "kk", (Role.AFTERCARE_WORKER,)),
        Person("natalya@tulpar.example", "Наталья Орлова", "ru", (Role.BOOKKEEPER,)),
        Person("kairat@tulpar.example", "Қайрат Бекен", "kk", (Role.NIGHT_DUTY,)),
        Person("firuza@tulpar.example", "Фируза Каримова", "ru", (Role.INTERPRETER,)),
        Person("anna@tulpar.example", "Anna Novak", "en", (Role.VOLUNTEER,), days=45),
    ),
    invited=Person("zarina@tulpar.example", "Зарина Алимова", "ru", (Role.NIGHT_DUTY,)),
    arrivals={"emergency": 1, "child": 2, "labour": 9, "sexual": 2, "crime": 1},
    closed=4,
)
HOUSES = (SAMAL, TULPAR)

OPERATOR = Person("ruslan@pana.example", "Руслан Ибраев", "ru", (Role.NETWORK_OPERATOR,))
NETWORK = (
    Person("aidana@pana.example", "Айдана Сейтова", "kk", (Role.COORDINATOR,)),
    Person("michael@pana.example", "Michael Brandt", "en", (Role.FUNDING_OFFICER,)),
)


def everybody() -> Iterator[Person]:
    """All who can sign in."""
    for house in HOUSES:
        yield from house.people
    yield OPERATOR
    yield from NETWORK
