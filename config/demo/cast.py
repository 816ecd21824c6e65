"""The invented people of the demo, and where they work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    """A shelter of the demo. Whoever stands first among its people is the director.

    `left` says how many clients of which story have left in three years, `here` how many are in the
    house; who comes from another shelter of the demo is not counted.
    """

    name: str
    schema: str
    state_paid_days: int | None
    people: tuple[Person, ...]
    invited: Person | None = None  # has not answered yet
    beds: int = 0
    left: Mapping[str, int] = field(default_factory=dict)
    here: Mapping[str, int] = field(default_factory=dict)
    men: float = 80  # of a hundred people who were made to work
    passing: float = 0  # share of those who stay for a few days on their way


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
    beds=20,
    left={"labour": 78, "sexual": 11, "begging": 3, "crime": 2, "household": 2, "child": 8},
    here={"labour": 7, "sexual": 2, "begging": 1, "child": 1, "emergency": 2},
    men=88,
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
    beds=14,
    left={"labour": 54, "sexual": 14, "begging": 2, "crime": 2, "household": 1, "child": 7},
    here={"labour": 4, "sexual": 2, "crime": 1, "emergency": 1},
    men=84,
    passing=0.3,
)
AIDYN = House(
    name="Aidyn",
    schema="aidyn",
    state_paid_days=None,
    people=(
        Person("lyazzat@aidyn.example", "Ляззат Оспанова", "ru", (Role.DIRECTOR,)),
        Person("botagoz@aidyn.example", "Ботагөз Сейдалы", "kk", (Role.SOCIAL_WORKER,)),
        Person("irina@aidyn.example", "Ирина Шмидт", "ru", (Role.SOCIAL_WORKER,)),
        Person("ingrid@aidyn.example", "Ingrid Holm", "en", (Role.PSYCHOLOGIST,)),
        Person("daniyar@aidyn.example", "Данияр Есімов", "kk", (Role.LAWYER,)),
        Person("raushan@aidyn.example", "Раушан Төлеген", "kk", (Role.AFTERCARE_WORKER,)),
        Person("vera@aidyn.example", "Вера Цой", "ru", (Role.BOOKKEEPER,)),
        Person("zhanna@aidyn.example", "Жанна Алиева", "ru", (Role.NIGHT_DUTY,)),
        Person("jan@aidyn.example", "Jan de Wit", "en", (Role.VOLUNTEER,), days=60),
    ),
    beds=17,
    left={"labour": 39, "sexual": 30, "household": 3, "marriage": 3, "begging": 2, "child": 15},
    here={"labour": 4, "sexual": 4, "marriage": 1, "child": 2},
    men=35,
)
ZHULDYZ = House(
    name="Zhuldyz",
    schema="zhuldyz",
    state_paid_days=183,
    people=(
        Person("askar@zhuldyz.example", "Асқар Дүйсен", "kk", (Role.DIRECTOR,)),
        Person("lilia@zhuldyz.example", "Лилия Ахмадиева", "ru", (Role.SOCIAL_WORKER,)),
        Person("oksana@zhuldyz.example", "Оксана Бондарь", "ru", (Role.PSYCHOLOGIST,)),
        Person(
            "serik@zhuldyz.example",
            "Серік Мұқан",
            "kk",
            (Role.LAWYER, Role.AFTERCARE_WORKER),
        ),
        Person("galina@zhuldyz.example", "Галина Тен", "ru", (Role.BOOKKEEPER,)),
        Person("marat@zhuldyz.example", "Марат Жақсы", "kk", (Role.NIGHT_DUTY,)),
    ),
    beds=14,
    left={"labour": 46, "sexual": 6, "begging": 2, "crime": 2, "household": 1, "child": 4},
    here={"labour": 5, "sexual": 1, "crime": 1, "emergency": 1},
    men=88,
)
HOUSES = (SAMAL, AIDYN, TULPAR, ZHULDYZ)

PRACTICE = House(
    name="Practice",
    schema="practice",
    state_paid_days=183,
    people=(Person("mentor@practice.example", "Алма Серикова", "ru", (Role.DIRECTOR,)),),
    beds=12,
    left={"labour": 2, "sexual": 1},
    here={"labour": 5, "sexual": 2, "begging": 1, "child": 1, "emergency": 1},
)
TRAINEES = (
    Person("worker@practice.example", "Сания Баймуратова", "ru", (Role.SOCIAL_WORKER,)),
    Person(
        "volunteer@practice.example",
        "Тимур Галиев",
        "ru",
        (Role.VOLUNTEER, Role.NIGHT_DUTY),
        days=90,
    ),
)

OPERATOR = Person("ruslan@pana.example", "Руслан Ибраев", "ru", (Role.NETWORK_OPERATOR,))
NETWORK = (
    Person("aidana@pana.example", "Айдана Сейтова", "kk", (Role.COORDINATOR,)),
    Person("michael@pana.example", "Michael Brandt", "en", (Role.FUNDING_OFFICER,)),
)


def everybody() -> Iterator[Person]:
    """All who can sign in."""
    for house in HOUSES:
        yield from house.people
    yield from (*PRACTICE.people, *TRAINEES)
    yield OPERATOR
    yield from NETWORK
