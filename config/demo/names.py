"""Invented names, by citizenship and sex; drawn apart, so that no pair is anybody's."""

from __future__ import annotations

from random import Random

GIVEN: dict[str, dict[str, tuple[str, ...]]] = {
    "KZ": {
        "male": ("Нурбек", "Даулет", "Алмас", "Серик", "Азамат", "Мурат"),
        "female": ("Айнур", "Жанар", "Мадина", "Камила", "Асем", "Гульмира"),
    },
    "UZ": {
        "male": ("Бахтиёр", "Жасур", "Шерзод", "Отабек", "Фаррух", "Дилшод", "Анвар"),
        "female": ("Мохира", "Зульфия", "Нигора", "Дилноза"),
    },
    "KG": {"male": ("Бакыт", "Талант", "Эрмек"), "female": ("Чолпон", "Жылдыз")},
    "TJ": {"male": ("Рустам", "Фирдавс"), "female": ("Мехри", "Шахло")},
    "TM": {"male": ("Мерген", "Сердар"), "female": ("Огульджан", "Айна")},
    "RU": {"male": ("Павел", "Олег", "Виктор"), "female": ("Вера", "Нина", "Лариса")},
}
FAMILY = {
    "KZ": ("Токтаров", "Есенов", "Сарсенов", "Жунусов", "Кенесов"),
    "UZ": ("Рахимов", "Юлдашев", "Турсунов", "Мирзаев", "Хамидов"),
    "KG": ("Асанов", "Сыдыков"),
    "TJ": ("Шарипов", "Назаров"),
    "TM": ("Аннаев", "Чарыев"),
    "RU": ("Ветров", "Соколов", "Лугов"),
}
LANGUAGES = {
    "KZ": ["kk", "ru"],
    "UZ": ["uz", "ru"],
    "KG": ["ky", "ru"],
    "TJ": ["tg", "ru"],
    "TM": ["tk"],
    "RU": ["ru"],
}


def languages_of(citizenship: str) -> list[str]:
    return LANGUAGES.get(citizenship, ["ru"])


def full_name(citizenship: str, sex: str, lot: Random) -> str:
    people = citizenship if citizenship in GIVEN else "RU"
    family = lot.choice(FAMILY[people])
    return f"{lot.choice(GIVEN[people][sex])} {family}{'а' if sex == 'female' else ''}"
