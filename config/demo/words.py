"""What the invented staff write: short, plain, and never about what was done to a person."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from cases.models import EntryKind
from shelters.staff.permissions import Role


@dataclass(frozen=True)
class Words:
    """A note, and whose work it is to write it."""

    text: str
    by: Role = Role.SOCIAL_WORKER
    kind: EntryKind = EntryKind.NOTE


NOTES: dict[str, tuple[Words, ...]] = {
    "all": (
        Words("Ночь прошла спокойно, сон около семи часов.", Role.NIGHT_DUTY),
        Words("Сон тревожный, свет в коридоре оставили. К утру спокойнее.", Role.NIGHT_DUTY),
        Words("Түні тыныш өтті, ұйқысы жақсы.", Role.NIGHT_DUTY),
        Words("Аппетит хороший, обед и ужин полностью."),
        Words("Звонок домой, десять минут. Дома всё спокойно.", kind=EntryKind.CALL),
        Words("Үйімен телефонмен сөйлесті, көңілі көтерілді.", kind=EntryKind.CALL),
        Words("Помогает на кухне, просит занятие на каждый день."),
        Words("Тәбеті жақсарды, асханада көмектесіп жүр."),
        Words(
            "Терапевт: назначены витамины, контроль через две недели.", kind=EntryKind.ACCOMPANIMENT
        ),
        Words(
            "Стоматолог: один зуб вылечен, второй на следующей неделе.",
            kind=EntryKind.ACCOMPANIMENT,
        ),
        Words(
            "Дәрігерге бардық, екі аптадан кейін қайта қаралу керек.", kind=EntryKind.ACCOMPANIMENT
        ),
        Words("Купили одежду и обувь по размеру.", kind=EntryKind.ACCOMPANIMENT),
        Words("Разговор о планах: хочет учиться на повара.", kind=EntryKind.CONVERSATION),
        Words(
            "Беседа, сорок минут. Договорились о времени следующей.",
            Role.PSYCHOLOGIST,
            EntryKind.CONVERSATION,
        ),
        Words("Сегодня без беседы: попросили отдых. Встреча завтра.", Role.PSYCHOLOGIST),
        Words(
            "Объяснили права и что можно отказаться. Решение за клиентом.",
            Role.LAWYER,
            EntryKind.CONVERSATION,
        ),
    ),
    "adult": (
        Words("Суд назначил заседание. Поедем вместе, переводчик заказан.", Role.LAWYER),
        Words("Заседание перенесли на две недели. Новая дата объяснена.", Role.LAWYER),
        Words("Сот күні туралы түсіндірілді, бірге барамыз.", Role.LAWYER),
    ),
    "work": (
        Words("Подано заявление о взыскании заработной платы.", Role.LAWYER),
        Words("Подсчитали с юристом, сколько не заплачено и за какие месяцы.", Role.LAWYER),
    ),
    "foreign": (
        Words(
            "Консульство приняло документы на свидетельство о возвращении.",
            kind=EntryKind.ACCOMPANIMENT,
        ),
        Words("Консульство ответило: фотографии подходят, ждём готовности.", kind=EntryKind.CALL),
        Words("С переводчиком прошли правила дома, вопросов нет.", kind=EntryKind.CONVERSATION),
    ),
    "citizen": (
        Words("Подали документы на удостоверение личности.", kind=EntryKind.ACCOMPANIMENT),
        Words(
            "Жеке куәлікке өтініш берілді, үш аптада дайын болады.", kind=EntryKind.ACCOMPANIMENT
        ),
        Words("Прикрепили к поликлинике."),
    ),
    "child": (
        Words("Играет с конструктором, аппетит хороший."),
        Words("Записали в школу, портфель собрали вместе.", kind=EntryKind.ACCOMPANIMENT),
        Words("Педиатр: всё в порядке.", kind=EntryKind.ACCOMPANIMENT),
        Words("Сон спокойный, засыпает с книгой.", Role.NIGHT_DUTY),
        Words("Сурет салуды ұнатады, тәбеті жақсы."),
    ),
}
FIRST_NIGHT = (
    Words("Накормили, показали комнату и дверь, которая запирается изнутри.", Role.NIGHT_DUTY),
    Words("Выданы одежда и набор для гигиены. Ни о чём не спрашивали.", Role.NIGHT_DUTY),
    Words("До утра сон без перерыва, завтрак в комнате.", Role.NIGHT_DUTY),
)
ENGLISH = (
    Words("Slept well. Asked for a book to learn English from."),
    Words("Called home for ten minutes. The family is well.", kind=EntryKind.CALL),
)
STEPS: dict[str, tuple[str, ...]] = {
    "all": (
        "Записать к стоматологу",
        "Забрать результаты анализов",
        "Обсудить план на месяц",
        "Спросить, с кем из семьи связаться",
        "Дәрігерге жазу",
        "Айлық жоспарды талқылау",
    ),
    "adult": ("Поехать вместе в суд", "Узнать о курсах поваров"),
    "work": ("Подготовить иск о зарплате", "Собрать, что осталось от переписки о работе"),
    "foreign": (
        "Позвонить в консульство о свидетельстве о возвращении",
        "Заказать переводчика на беседу",
        "Сделать фото для документов",
    ),
    "citizen": (
        "Получить удостоверение в ЦОНе",
        "Подать заявление на пособие",
        "Жеке куәлігін алу",
    ),
    "child": ("Записать в школу", "Показать педиатру", "Выбрать кружок вместе с ребёнком"),
}


def notes_for(topics: tuple[str, ...], number: int, lot: Random) -> list[Words]:
    """Different ones each time, as far as there are enough."""
    known = [words for topic in topics for words in NOTES[topic]]
    return lot.sample(known, min(number, len(known)))


def step_for(topics: tuple[str, ...], lot: Random) -> str:
    """Rather about this kind of client than about all."""
    return lot.choice(STEPS[lot.choice(topics)])
