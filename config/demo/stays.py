"""When they come and when they leave: three years of stays, never more people than beds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from cases.models import ClosureReason, StayType
from config.demo.beds import Beds
from config.demo.cast import House
from config.demo.clients import STORIES, People, Person, child_of
from config.demo.lots import around, day_in_season, deck, within

THREE_YEARS = timedelta(days=3 * 365)
DAYS_IN_A_MONTH = 30.4
PLANS = (42, 183)  # the shortest and the longest, in days
LONGEST_EXTENDED = 274
ENDINGS = {
    ClosureReason.PLAN_COMPLETED: 45,
    ClosureReason.REPATRIATED: 22,
    ClosureReason.OWN_CHOICE: 12,
    ClosureReason.TRANSFERRED: 8,
    ClosureReason.LOST_CONTACT: 6,
    ClosureReason.MAX_PERIOD: 4,
    ClosureReason.REFERRED_ON: 3,
}
BROKEN_OFF = (ClosureReason.OWN_CHOICE, ClosureReason.LOST_CONTACT)
EXTENDED = 0.17  # of those who stay to the end: 12 of a hundred people
BY_NIGHT = 0.12
RETURNING = 2  # people of each shelter who left early and came once more
SPARE = 1  # a bed kept for whoever another shelter sends
TRIES = 300
ALIKE = (1.0,) * 12


class NoBed(Exception):
    """The demo has more people than its beds can hold."""


@dataclass(frozen=True)
class Length:
    """How many days a stay is planned for, and how many it really lasts."""

    planned: int
    real: int
    kind: StayType = StayType.REHABILITATION


@dataclass(eq=False)
class Stay:
    """One person in one shelter. `until` is when they left; their plan while they are here."""

    person: Person
    since: date
    until: date
    planned: date
    kind: StayType = StayType.REHABILITATION
    reason: ClosureReason | None = None
    by_night: bool = False
    brings_a_child: bool = False
    earlier: Stay | None = None  # of the same person

    @property
    def is_over(self) -> bool:
        return self.reason is not None

    @property
    def is_extended(self) -> bool:
        return self.is_over and self.until > self.planned + timedelta(days=14)

    @property
    def first(self) -> Stay:
        return self.earlier.first if self.earlier else self


class Calendar:
    """Finds days for one shelter's people, so that each of them has a bed."""

    def __init__(self, house: House, *, today: date, lot: Random) -> None:
        self.today, self.lot = today, lot
        self.beds = Beds(house.beds)
        self.people = People([*_each(house.left), *_each(house.here)], men=house.men, lot=lot)
        last_night = today - timedelta(days=1)
        self.beds.take(last_night, self._tonight, people=house.here.get("emergency", 0))

    @property
    def _tonight(self) -> date:
        return self.today + timedelta(days=1)

    def who_is_here(self, wanted: Mapping[str, int]) -> list[Stay]:
        """The first two have been here for some time already."""
        grown = [
            self._here(self.people.draw(story), at_least=40 if n < 2 else 3)
            for n, story in enumerate(_grown(wanted))
        ]
        mothers = [stay for stay in grown if _may_bring_a_child(stay.person)]
        children = [self._child(mothers.pop()) for _ in range(wanted.get("child", 0))]
        return [*grown, *children]

    def who_has_left(self, wanted: Mapping[str, int], passing: float) -> list[Stay]:
        people = [self.people.draw(story) for story in _grown(wanted)]
        self.lot.shuffle(people)
        endings = deck(ENDINGS, len(people), self.lot)
        mothers = [p for p in people if _may_bring_a_child(p)][: wanted.get("child", 0)]
        found = []
        for person, reason in zip(people, endings, strict=True):
            brings = any(person is mother for mother in mothers)
            if brings and reason == ClosureReason.TRANSFERRED:
                reason = ClosureReason.PLAN_COMPLETED
            length = self._length(person, reason, passing)
            stay = self._place(person, reason, length, people=2 if brings else 1)
            found += [stay, self._child(stay)] if brings else [stay]
        self._let_return(found)
        return found

    def _here(self, person: Person, *, at_least: int) -> Stay:
        planned = self._plan(person)
        since = day_in_season(
            STORIES[person.story].season,
            first=self.today - timedelta(days=planned + 8),  # a few stay on beyond their plan
            last=self.today - timedelta(days=at_least),
            lot=self.lot,
        )
        self.beds.take(since, self._tonight)
        until = since + timedelta(days=planned)
        return Stay(person, since, until, until, by_night=self.lot.random() < BY_NIGHT)

    def _place(self, person: Person, reason: ClosureReason, length: Length, *, people: int) -> Stay:
        for since in self._days_to_come(STORIES[person.story].season):
            until = since + timedelta(days=length.real)
            if until < self.today and self.beds.are_free(since, until, people=people + SPARE):
                self.beds.take(since, until, people=people)
                planned = since + timedelta(days=length.planned)
                by_night = self.lot.random() < BY_NIGHT
                return Stay(person, since, until, planned, length.kind, reason, by_night)
        raise NoBed(f"{self.beds.number} beds are too few.")

    def _days_to_come(self, season: tuple[float, ...]) -> Iterator[date]:
        """In its season; where the house is always full then, in any other."""
        first, last = self.today - THREE_YEARS, self.today - timedelta(days=3)
        for weights in (season, ALIKE):
            for _ in range(TRIES):
                yield day_in_season(weights, first=first, last=last, lot=self.lot)

    def _child(self, parent: Stay) -> Stay:
        """Comes and leaves with the parent."""
        parent.brings_a_child = True
        child = child_of(parent.person, self.people.draw("child"))
        if not parent.is_over:
            self.beds.take(parent.since, self._tonight)
        return Stay(child, parent.since, parent.until, parent.planned, parent.kind, parent.reason)

    def _plan(self, person: Person) -> int:
        """Half the time in exploitation, give or take, within six weeks and six months."""
        days = 0.5 * person.months * DAYS_IN_A_MONTH * around(1, 0.35, self.lot)
        return round(within(days, *PLANS))

    def _length(self, person: Person, reason: ClosureReason, passing: float) -> Length:
        planned, lot = self._plan(person), self.lot
        if reason == ClosureReason.MAX_PERIOD:
            return Length(PLANS[1], PLANS[1])
        if reason == ClosureReason.TRANSFERRED:
            return Length(planned, max(14, round(planned * lot.uniform(0.3, 0.8))))
        if lot.random() < passing:
            days = lot.randint(2, 14)
            return Length(days, days, StayType.TRANSIT)
        if reason in BROKEN_OFF:
            early = lot.random() < 0.7
            return Length(planned, lot.randint(3, 41) if early else round(planned * 0.75))
        if lot.random() < EXTENDED:
            return Length(planned, min(planned + lot.randint(21, 91), LONGEST_EXTENDED))
        return Length(planned, planned + lot.randint(0, 5))

    def _let_return(self, stays: list[Stay]) -> None:
        """A few come a second time: the later stay becomes one of the same person."""
        by_day = sorted(stays, key=lambda stay: stay.since)
        left_early = [stay for stay in by_day if stay.reason in BROKEN_OFF]
        for earlier in left_early[:RETURNING]:
            for later in by_day:
                if _could_be_the_same(earlier, later):
                    later.person, later.earlier = earlier.person, earlier
                    break


def _each(wanted: Mapping[str, int]) -> Iterator[str]:
    for story, number in wanted.items():
        if story in STORIES:
            yield from [story] * number


def _grown(wanted: Mapping[str, int]) -> Iterable[str]:
    return (story for story in _each(wanted) if story != "child")


def _may_bring_a_child(person: Person) -> bool:
    return person.sex == "female" and person.age > 20


def _could_be_the_same(earlier: Stay, later: Stay) -> bool:
    gap = later.since - earlier.until
    return (
        later.earlier is None
        and not later.brings_a_child
        and timedelta(days=60) < gap < timedelta(days=500)
        and later.reason != ClosureReason.TRANSFERRED
        and (later.person.story, later.person.sex) == (earlier.person.story, earlier.person.sex)
        and later.person.age > 18
    )
