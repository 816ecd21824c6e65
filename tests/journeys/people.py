"""Who takes part in the journeys. Nobody of them exists."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "a-lamp-in-the-window-7"
SHELTERS = {"samal": "Samal", "tulpar": "Tulpar", "aidyn": "Aidyn"}


@dataclass(frozen=True)
class Person:
    """`word` is that of the host; the first person of a host lets in the others."""

    word: str
    role: str
    name: str
    language: str = "en"
    is_first: bool = False

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}@{self.word}.example"


SAULE = Person("samal", "director", "Saule Demo", is_first=True)
IRINA = Person("samal", "social_worker", "Irina Demo", "ru")
AIGUL = Person("samal", "night_duty", "Aigul Demo", "kk")
RUSLAN = Person("samal", "director", "Ruslan Demo", "ru")
MAIRA = Person("samal", "director", "Maira Demo", "kk")
MARAT = Person("tulpar", "director", "Marat Demo", "kk", is_first=True)
DANA = Person("tulpar", "social_worker", "Dana Demo")
BOTA = Person("tulpar", "bookkeeper", "Bota Demo")
GAUKHAR = Person("tulpar", "psychologist", "Gaukhar Demo")
VERA = Person("tulpar", "lawyer", "Vera Demo", "ru")
SAMAT = Person("tulpar", "aftercare_worker", "Samat Demo", "kk")
FIRUZA = Person("tulpar", "interpreter", "Firuza Demo", "ru")
EMMA = Person("tulpar", "volunteer", "Emma Demo")
ZHANAR = Person("aidyn", "director", "Zhanar Demo", is_first=True)
OLZHAS = Person("pana", "network_operator", "Olzhas Demo", is_first=True)
FARIDA = Person("pana", "funding_officer", "Farida Demo")
KAMILA = Person("pana", "coordinator", "Kamila Demo", "ru")
OF_SAMAL = [SAULE, IRINA, AIGUL, RUSLAN, MAIRA]
OF_TULPAR = [MARAT, DANA, BOTA, GAUKHAR, VERA, SAMAT, FIRUZA, EMMA]
AT_CENTRAL = [OLZHAS, FARIDA, KAMILA]
PEOPLE = [*OF_SAMAL, *OF_TULPAR, ZHANAR, *AT_CENTRAL]
