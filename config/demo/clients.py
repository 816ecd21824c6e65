"""Who comes to the shelters of the demo: drawn by the shares that people in the field know.

The months in which more people come, the lengths of time and the shares are invented parameters
of a demo, no statistics.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from random import Random
from typing import Any

from cases.models import (
    AgeGroup,
    AnswerState,
    ExploitationTime,
    How,
    PartialBirth,
    TimeUnit,
    state_of,
)
from cases.operations import Answers
from config.demo.lots import around, deck, within
from config.demo.names import full_name, languages_of

ANSWERED = AnswerState.ANSWERED
MAJORITY = 18


@dataclass(frozen=True)
class Story:
    """A kind of case: who it befalls, and when they come."""

    forms: tuple[str, ...]
    sexes: Mapping[str, float]
    citizenships: Mapping[str, float]
    age: float
    ages: tuple[int, int]
    months: float = 6
    spread: float = 0.8
    for_years: float = 0  # how many of a hundred were held for more than five years
    season: tuple[float, ...] = (1,) * 12


NEIGHBOURS = {"UZ": 45, "KZ": 43, "KG": 5, "TJ": 2, "RU": 2, "TM": 1.5, "stateless": 1.5}
MOSTLY_HERE = {"KZ": 75, "UZ": 15, "KG": 5, "RU": 5}
EQUALLY = {"female": 50, "male": 50}
STORIES = {
    "labour": Story(
        forms=("forced_labour",),
        sexes={"male": 80, "female": 20},
        citizenships=NEIGHBOURS,
        age=35,
        ages=(18, 65),
        months=8,
        spread=1.1,
        for_years=5,
        season=(4, 4, 5, 6, 6, 4, 4, 6, 14, 20, 17, 10),
    ),
    "sexual": Story(
        forms=("sexual",),
        sexes={"female": 97, "male": 3},
        citizenships=MOSTLY_HERE,
        age=23,
        ages=(15, 38),
        months=5,
        season=(16, 15, 11, 7, 6, 4, 4, 4, 5, 6, 9, 13),
    ),
    "begging": Story(("forced_begging",), EQUALLY, MOSTLY_HERE, age=46, ages=(18, 65)),
    "crime": Story(("forced_criminality",), {"male": 1}, NEIGHBOURS, age=21, ages=(18, 30)),
    "household": Story(
        ("servitude_domestic",), {"female": 1}, NEIGHBOURS, age=30, ages=(18, 55), months=11
    ),
    "marriage": Story(
        ("forced_marriage",), {"female": 1}, NEIGHBOURS, age=22, ages=(18, 35), months=14
    ),
    "child": Story((), EQUALLY, NEIGHBOURS, age=8, ages=(4, 13)),
}
SOURCES = {"self": 41, "ngo": 30, "police": 16, "international_org": 9, "embassy_consulate": 4}
CONSENTS = {How.SIGNED: 75, How.ORAL_WITH_WITNESS: 17, How.THUMBPRINT: 8}
STATES: dict[str, Mapping[str, float]] = {
    "name": {"answered": 70, "declined": 15, "not_asked": 15},
    "birth": {"answered": 88, "not_asked": 6, "unknown": 6},
    "citizenship": {"answered": 93, "declined": 3, "unknown": 4},
    "languages": {"answered": 95, "not_asked": 5},
    "referral_source": {"answered": 92, "not_asked": 4, "unknown": 4},
    "exploitation_forms": {"answered": 90, "not_asked": 6, "declined": 4},
    "exploitation_time": {"answered": 76, "not_asked": 10, "declined": 4, "unknown": 10},
}
PRECISION = {"day": 40, "month": 10, "year": 32, "band": 18}
YEARS_LONG, LONGEST_MONTHS = 84, 240  # of those held for years: about seven, at most twenty


@dataclass(frozen=True)
class Person:
    """Somebody who will come, with what they would answer to every question."""

    story: str
    sex: str
    citizenship: str
    age: int
    months: float
    name: str
    states: Mapping[str, str]
    source: str
    consent: How
    precision: str
    about: bool
    birthday: tuple[int, int]

    @property
    def is_child(self) -> bool:
        return self.age < MAJORITY

    @property
    def age_group(self) -> AgeGroup:
        return AgeGroup.CHILD if self.is_child else AgeGroup.ADULT

    @property
    def consent_how(self) -> How:
        return How.GUARDIAN_AND_CHILD if self.is_child else self.consent

    @property
    def topics(self) -> tuple[str, ...]:
        """What their notes and steps are about."""
        if self.story == "child":
            return ("child",)
        work = ("work",) if self.story in {"labour", "household"} else ()
        grown = () if self.is_child else ("adult",)
        return ("all", *grown, *work, "citizen" if self.citizenship == "KZ" else "foreign")

    def answers_on(self, day: date) -> Answers:
        """As the intake of that day writes them down."""
        story = STORIES[self.story]
        values = {
            "name": self.name,
            "birth": self._birth(day),
            "citizenship": self.citizenship,
            "languages": languages_of(self.citizenship),
            "referral_source": self.source,
            "exploitation_forms": list(story.forms),
            "exploitation_time": in_words(self.months, self.about) if story.forms else None,
        }
        known = [self._answer(question, value) for question, value in values.items()]
        return {"sex": self.sex, "age_basis": "stated"} | dict(chain.from_iterable(known))

    def _answer(self, question: str, value: Any) -> list[tuple[str, Any]]:
        """The value; or why there is none."""
        state = self.states[question]
        if state == ANSWERED and value:
            return [(question, value)]
        return [(state_of(question), AnswerState.NOT_ASKED if state == ANSWERED else state)]

    def _birth(self, day: date) -> PartialBirth:
        """As precisely as this person can say."""
        year, (month, dom) = day.year - self.age - 1, self.birthday
        match self.precision:
            case "day":
                return PartialBirth(year, month, dom)
            case "month":
                return PartialBirth(year, month)
            case "band":
                oldest = min(self.age + 3, MAJORITY - 1) if self.is_child else self.age + 10
                return PartialBirth.aged(self.age, oldest, as_of=day)
        return PartialBirth(year)


class People:
    """Hands out the cards of one shelter's decks: one person after another."""

    def __init__(self, stories: Iterable[str], *, men: float, lot: Random) -> None:
        self.lot = lot
        stories = list(stories)
        number = len(stories)
        self.by_story = {
            name: self._cards(_told_of(name, men), stories.count(name))
            for name in dict.fromkeys(stories)
        }
        self.states = {name: deck(shares, number, lot) for name, shares in STATES.items()}
        self.sources = deck(SOURCES, number, lot)
        self.consents = deck(CONSENTS, number, lot)
        self.precisions = deck(PRECISION, number, lot)

    def draw(self, name: str) -> Person:
        story, lot = STORIES[name], self.lot
        sex, citizenship, held_for_years = (cards.pop() for cards in self.by_story[name])
        return Person(
            story=name,
            sex=sex,
            citizenship=citizenship,
            age=_age(story, lot),
            months=_months(story, held_for_years == "years", lot),
            name=full_name(citizenship, sex, lot),
            states={question: cards.pop() for question, cards in self.states.items()},
            source=self.sources.pop(),
            consent=self.consents.pop(),
            precision=self.precisions.pop(),
            about=lot.random() < 0.4,
            birthday=(lot.randint(1, 12), lot.randint(1, 28)),
        )

    def _cards(self, story: Story, number: int) -> tuple[list[str], ...]:
        long = {"years": story.for_years, "less": 100 - story.for_years}
        return tuple(
            deck(shares, number, self.lot) for shares in (story.sexes, story.citizenships, long)
        )


def child_of(parent: Person, child: Person) -> Person:
    """A child comes with the parent's papers and by the parent's way."""
    return replace(child, citizenship=parent.citizenship, source=parent.source)


def _told_of(name: str, men: float) -> Story:
    story = STORIES[name]
    if name != "labour":
        return story
    return replace(story, sexes={"male": men, "female": 100 - men})


def _age(story: Story, lot: Random) -> int:
    """Sixteen stands for seventeen too: a year of birth alone must not make an adult of a child."""
    age = round(within(around(story.age, 0.3, lot), *story.ages))
    return 16 if age == MAJORITY - 1 else age


def _months(story: Story, for_years: bool, lot: Random) -> float:
    if for_years:
        return within(around(YEARS_LONG, 0.4, lot), 61, LONGEST_MONTHS)
    return within(around(story.months, story.spread, lot), 0.3, LONGEST_MONTHS)


def in_words(months: float, about: bool) -> ExploitationTime:
    """In the unit a person would use; who speaks of years says "about"."""
    if months < 1:
        return ExploitationTime(max(1, round(months * 4.3)), TimeUnit.WEEKS, about)
    if months < 24:
        return ExploitationTime(round(months), TimeUnit.MONTHS, about)
    return ExploitationTime(round(months / 12), TimeUnit.YEARS, about=True)
