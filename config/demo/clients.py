"""Who comes to the shelters of the demo: drawn by the shares that people in the field know.

The months in which more people come, the lengths of time and the shares are invented parameters
of a demo, no statistics.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from random import Random
from typing import Any

from cases.models import (
    AgeGroup,
    AnswerState,
    ExploitationTime,
    How,
    PartialBirth,
    StayType,
    TimeUnit,
    state_of,
)
from cases.operations import Answers
from config.demo.lots import around, day_in_season, deck, within
from config.demo.names import full_name, languages_of

ANSWERED = AnswerState.ANSWERED
DAYS_IN_A_MONTH = 30.4


@dataclass(frozen=True)
class Story:
    """A kind of case: who it befalls, and when they come."""

    forms: tuple[str, ...]
    sexes: Mapping[str, float]
    citizenships: Mapping[str, float]
    age: float
    ages: tuple[int, int]
    months: float = 6
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
        season=(4, 4, 5, 6, 6, 4, 4, 6, 14, 20, 17, 10),
    ),
    "sexual": Story(
        forms=("sexual",),
        sexes={"female": 97, "male": 3},
        citizenships=MOSTLY_HERE,
        age=23,
        ages=(18, 38),
        months=5,
        season=(16, 15, 11, 7, 6, 4, 4, 4, 5, 6, 9, 13),
    ),
    "begging": Story(("forced_begging",), EQUALLY, MOSTLY_HERE, age=46, ages=(18, 65)),
    "crime": Story(("forced_criminality",), {"male": 1}, NEIGHBOURS, age=21, ages=(18, 30)),
    "domestic": Story(
        ("servitude_domestic",), {"female": 1}, NEIGHBOURS, age=30, ages=(18, 55), months=11
    ),
    "child": Story((), EQUALLY, NEIGHBOURS, age=8, ages=(4, 13)),
    "emergency": Story((), EQUALLY, NEIGHBOURS, age=30, ages=(18, 50)),
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


@dataclass(frozen=True)
class Arrival:
    """One person as the intake will write them down."""

    age_group: AgeGroup
    answers: Answers
    consent_how: How
    stay_type: StayType
    arrived_on: date
    leaves_on: date  # as planned; whoever is closed left then
    topics: tuple[str, ...]  # what their notes and steps are about
    is_emergency: bool = False

    @property
    def language(self) -> str:
        return str(self.answers.get("languages", ["ru"])[0])


def arrivals(wanted: Mapping[str, int], *, closed: int, today: date, lot: Random) -> list[Arrival]:
    """Those who left come first; the emergencies last, as they came today or yesterday."""
    stories = [story for story, number in wanted.items() for _ in range(number)]
    grown = [story for story in stories if story not in {"child", "emergency"}]
    lot.shuffle(grown)
    people = _People(stories, lot)
    left = [people.draw(story, today=today, has_left=True) for story in grown[:closed]]
    here = [people.draw(story, today=today) for story in grown[closed:]]
    children = [people.draw("child", today=today) for _ in range(wanted.get("child", 0))]
    brought = [_emergency(n, today=today) for n in range(wanted.get("emergency", 0))]
    return [*left, *here, *children, *brought]


class _People:
    """Hands out the cards of one shelter's decks."""

    def __init__(self, stories: Iterable[str], lot: Random) -> None:
        self.lot = lot
        stories = list(stories)
        self.by_story = {
            story: self._cards(STORIES[story], stories.count(story))
            for story in dict.fromkeys(stories)
        }
        self.states = {name: deck(shares, len(stories), lot) for name, shares in STATES.items()}
        self.sources = deck(SOURCES, len(stories), lot)
        self.consents = deck(CONSENTS, len(stories), lot)
        self.precisions = deck(PRECISION, len(stories), lot)

    def draw(self, name: str, *, today: date, has_left: bool = False) -> Arrival:
        story = STORIES[name]
        sex, citizenship = (cards.pop() for cards in self.by_story[name])
        months = around(story.months, 1.1 if name == "labour" else 0.8, self.lot)
        arrived, leaves = self._stay(story, months, today=today, has_left=has_left)
        is_child = name == "child"
        return Arrival(
            age_group=AgeGroup.CHILD if is_child else AgeGroup.ADULT,
            answers=self._answers(story, sex, citizenship, months, arrived),
            consent_how=How.GUARDIAN_AND_CHILD if is_child else self.consents.pop(),
            stay_type=StayType.REHABILITATION,
            arrived_on=arrived,
            leaves_on=leaves,
            topics=_topics(name, citizenship),
        )

    def _cards(self, story: Story, number: int) -> tuple[list[str], list[str]]:
        return deck(story.sexes, number, self.lot), deck(story.citizenships, number, self.lot)

    def _stay(
        self, story: Story, months: float, *, today: date, has_left: bool
    ) -> tuple[date, date]:
        """Half the time in exploitation, give or take, within six weeks and six months."""
        planned = 0.5 * months * DAYS_IN_A_MONTH * around(1, 0.35, self.lot)
        days = round(within(planned, 42, 183))
        if has_left:
            left = today - timedelta(days=self.lot.randint(10, 120))
            return left - timedelta(days=days), left
        arrived = day_in_season(
            story.season,
            first=today - timedelta(days=days + 10),  # a few stay on beyond their plan
            last=today - timedelta(days=3),
            lot=self.lot,
        )
        return arrived, arrived + timedelta(days=days)

    def _answers(
        self, story: Story, sex: str, citizenship: str, months: float, day: date
    ) -> Answers:
        values = {
            "name": full_name(citizenship, sex, self.lot),
            "birth": self._birth(story, day),
            "citizenship": citizenship,
            "languages": languages_of(citizenship),
            "referral_source": self.sources.pop(),
            "exploitation_forms": list(story.forms),
            "exploitation_time": in_words(months, self.lot) if story.forms else None,
        }
        known = [self._answer(question, value) for question, value in values.items()]
        return {"sex": sex, "age_basis": "stated"} | dict(chain.from_iterable(known))

    def _answer(self, question: str, value: Any) -> list[tuple[str, Any]]:
        """The value; or why there is none."""
        state = self.states[question].pop()
        if state == ANSWERED and value:
            return [(question, value)]
        return [(state_of(question), AnswerState.NOT_ASKED if state == ANSWERED else state)]

    def _birth(self, story: Story, day: date) -> PartialBirth:
        """As precisely as this person can say."""
        age = round(within(around(story.age, 0.3, self.lot), *story.ages))
        year, month, dom = day.year - age - 1, self.lot.randint(1, 12), self.lot.randint(1, 28)
        match self.precisions.pop():
            case "day":
                return PartialBirth(year, month, dom)
            case "month":
                return PartialBirth(year, month)
            case "band":
                return PartialBirth.aged(age, age + (3 if age < 14 else 10), as_of=day)
        return PartialBirth(year)


def _topics(story: str, citizenship: str) -> tuple[str, ...]:
    if story == "child":
        return ("child",)
    work = ("work",) if story in {"labour", "domestic"} else ()
    return ("all", "adult", *work, "citizen" if citizenship == "KZ" else "foreign")


def _emergency(number: int, *, today: date) -> Arrival:
    """Brought in today or yesterday with nothing asked yet; the second one looks very young."""
    is_child = number == 1
    return Arrival(
        age_group=AgeGroup.CHILD if is_child else AgeGroup.ADULT,
        answers={"age_basis": "presumed"} if is_child else {},
        consent_how=How.ORAL_WITH_WITNESS,
        stay_type=StayType.EMERGENCY,
        arrived_on=today - timedelta(days=1),
        leaves_on=today + timedelta(days=14),
        topics=("first night",),
        is_emergency=True,
    )


def in_words(months: float, lot: Random) -> ExploitationTime:
    """In the unit a person would use; who speaks of years says "about"."""
    about = lot.random() < 0.4
    if months < 1:
        return ExploitationTime(max(1, round(months * 4.3)), TimeUnit.WEEKS, about)
    if months < 24:
        return ExploitationTime(round(months), TimeUnit.MONTHS, about)
    return ExploitationTime(round(months / 12), TimeUnit.YEARS, about=True)
