"""The work with the clients of one shelter, written down day by day as staff would have done it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from uuid import uuid4

from django.utils import timezone, translation

from cases import code_names
from cases.models import AgeGroup, Case, ClosureReason, How, Scope, StayType
from cases.operations import (
    admit_client,
    close_case,
    complete_intake,
    give_consent,
    set_next_step,
    set_plan,
    write_note,
)
from config.demo.clock import Clock
from config.demo.lots import deck, moment
from config.demo.stays import Stay
from config.demo.words import ENGLISH, FIRST_NIGHT, Words, notes_for, step_for
from shelters.staff.models import User
from shelters.staff.permissions import P, Role

DUE = {"overdue": 17, "today": 17, "this week": 33, "later": 16, "some day": 5, "none": 12}
DAYS_AHEAD = {"overdue": (-5, -1), "today": (0, 0), "this week": (1, 6), "later": (8, 30)}
MINUTES = timedelta(minutes=1)


class Team:
    """Who of the staff does what."""

    def __init__(self) -> None:
        self.people = list(User.objects.prefetch_related("grants"))

    def one(self, role: Role) -> User:
        """Who holds the role; the director where nobody does."""
        return next((p for p in self.people if role in p.roles), self.director)

    @property
    def director(self) -> User:
        return next(person for person in self.people if Role.DIRECTOR in person.roles)

    @property
    def keyworkers(self) -> list[User]:
        return [person for person in self.people if person.may(P.CASE_EDIT)]


@dataclass
class Note:
    day: date
    words: Words


class Casework:
    """In the shelter's unit; sets the clock before each thing that is written."""

    def __init__(self, clock: Clock, *, lot: Random, codes: set[str]) -> None:
        """`codes` are the code names of all shelters, so that whoever moves keeps theirs."""
        self.clock, self.lot, self.codes = clock, lot, codes
        self.today = timezone.localdate(clock.present)
        self.team = Team()
        self.cases: dict[Stay, Case] = {}
        self.unwritten: dict[Stay, list[Note]] = {}

    def begin(self, stays: Iterable[Stay], *, sent_at: Mapping[Stay, datetime]) -> None:
        """The whole of each stay; of those about whom a letter is sent, until then."""
        for stay in sorted(stays, key=lambda stay: stay.since):
            self._admit(stay)
            self.go_on(stay, until=sent_at.get(stay))

    def go_on(self, stay: Stay, *, until: datetime | None = None) -> None:
        """Write what is left to write, up to a moment or to the end of the stay."""
        case, notes = self.cases[stay], self.unwritten[stay]
        while notes and (until is None or moment_of(notes[0].day) < until):
            note = notes.pop(0)
            self._write(case, note.words, note.day)
        if until is None:
            self._finish(stay, case)

    def receive(self, stay: Stay, case: Case, at: datetime) -> None:
        """Somebody whom another shelter has sent: what is asked on the day of arrival.

        Whoever came today has not been asked yet.
        """
        self.cases[stay], self.unwritten[stay] = case, self._notes(stay)
        if stay.since == self.today:
            return
        self.clock.set(at + 40 * MINUTES)
        by = self.team.one(Role.SOCIAL_WORKER)
        give_consent(case=case, scope=Scope.STAY, how=stay.person.consent_how, by=by)
        set_plan(case=case, until=stay.planned, by=by)
        set_next_step(case=case, text="", by=by)

    def plan_steps(self, stays: Iterable[Stay]) -> None:
        """What comes next for those who are here: overdue, due, later, or nothing."""
        here = [stay for stay in stays if not stay.is_over and stay.since < self.today]
        for stay, due in zip(here, deck(DUE, len(here), self.lot), strict=True):
            self._plan_step(self.cases[stay], stay, due)

    def last_night(self, number: int) -> None:
        """Brought in with nothing asked yet; the second one looks very young."""
        by = self.team.one(Role.NIGHT_DUTY)
        for n in range(number):
            at = moment(self._yesterday, self.lot, hours=(21, 24))
            case = self._bring_in(at, is_child=n == 1, by=by)
            for words in self.lot.sample(FIRST_NIGHT, 2):
                write_note(new_id=uuid4(), case=case, text=words.text, by=by)

    def write_in_english(self) -> None:
        """Where somebody works who writes so."""
        here = [stay for stay in self.cases if not stay.is_over and stay.since < self.today]
        writers = [p for p in self.team.people if p.language == "en" and p.may(P.NOTE_WRITE)]
        for by, words in zip(writers, ENGLISH, strict=False):
            self._write(self.cases[self.lot.choice(here)], words, self._yesterday, by=by)

    def _admit(self, stay: Stay) -> None:
        at = moment(stay.since, self.lot, hours=(20, 24) if stay.by_night else (9, 17))
        self.clock.set(at + 25 * MINUTES)
        by = self.team.one(Role.NIGHT_DUTY if stay.by_night else Role.SOCIAL_WORKER)
        person, first = stay.person, stay.first
        with translation.override(by.language):
            case = admit_client(
                new_id=uuid4(),
                code=self._free_code(),
                age_group=person.age_group,
                answers={} if stay.by_night else person.answers_on(first.since),
                returning=self.cases[stay.earlier].client if stay.earlier else None,
                consent_how=person.consent_how,
                consent_language=self._language(stay),
                consented_at=at + 20 * MINUTES,
                is_emergency=stay.by_night,
                stay_type=stay.kind,
                started_at=at,
                planned_until=stay.planned,
                keyworker=None if stay.by_night else self.lot.choice(self.team.keyworkers),
                by=by,
            )
        self.cases[stay], self.unwritten[stay] = case, self._notes(stay)
        if stay.by_night:
            self._ask_next_day(stay, case)

    def _ask_next_day(self, stay: Stay, case: Case) -> None:
        self.clock.set(moment(stay.since + timedelta(days=1), self.lot, hours=(9, 12)))
        by, person = self.team.one(Role.SOCIAL_WORKER), stay.person
        answers = person.answers_on(stay.first.since)
        complete_intake(case=case, age_group=person.age_group, answers=answers, by=by)
        set_next_step(case=case, text="", by=by)

    def _finish(self, stay: Stay, case: Case) -> None:
        if stay.is_extended:
            self.clock.set(moment(stay.planned - timedelta(days=3), self.lot))
            set_plan(case=case, until=stay.until, by=self.team.one(Role.SOCIAL_WORKER))
        if stay.reason:
            left = moment(stay.until, self.lot, hours=(9, 15))
            self.clock.set(left + 30 * MINUTES)
            reason = _told(stay.reason, stay)
            close_case(case=case, reason=reason, by=self.team.director, left_at=left)

    def _notes(self, stay: Stay) -> list[Note]:
        """From the day after the arrival to the day before the leaving, or to today."""
        last = stay.until - timedelta(days=1) if stay.is_over else self.today
        length = max((last - stay.since).days, 0)
        most = min(1 + length // 30, 4) if stay.is_over else min(2 + length // 20, 6)
        number = min(most, length)
        days = sorted(self.lot.sample(range(1, length + 1), number))
        words = notes_for(stay.person.topics, number, self.lot)
        pairs = zip(days, words, strict=False)
        return [Note(stay.since + timedelta(days=n), said) for n, said in pairs]

    def _write(self, case: Case, words: Words, day: date, *, by: User | None = None) -> None:
        self.clock.set(moment_of(day))
        by = by or self.team.one(words.by)
        write_note(
            new_id=uuid4(), case=case, text=words.text, kind=words.kind, happened_on=day, by=by
        )

    def _plan_step(self, case: Case, stay: Stay, due: str) -> None:
        if due == "none":
            return
        day = None
        if due in DAYS_AHEAD:
            day = self.today + timedelta(days=self.lot.randint(*DAYS_AHEAD[due]))
        said = max(stay.since, self.today - timedelta(days=self.lot.randint(1, 9)))
        self.clock.set(moment(said, self.lot, hours=(17, 20)))
        by = case.keyworker or self.team.one(Role.SOCIAL_WORKER)
        set_next_step(case=case, text=step_for(stay.person.topics, self.lot), due=day, by=by)

    def _bring_in(self, at: datetime, *, is_child: bool, by: User) -> Case:
        self.clock.set(at + 25 * MINUTES)
        with translation.override(by.language):
            return admit_client(
                new_id=uuid4(),
                code=self._free_code(),
                age_group=AgeGroup.CHILD if is_child else AgeGroup.ADULT,
                answers={"age_basis": "presumed"} if is_child else {},
                consent_how=How.ORAL_WITH_WITNESS,
                consent_language="ru",
                is_emergency=True,
                stay_type=StayType.EMERGENCY,
                started_at=at,
                by=by,
            )

    @property
    def _yesterday(self) -> date:
        return self.today - timedelta(days=1)

    def _free_code(self) -> str:
        while (code := code_names.suggest(self.lot.randrange)) in self.codes:
            continue
        self.codes.add(code)
        return code

    def _language(self, stay: Stay) -> str:
        answers = stay.person.answers_on(stay.since)
        return str(answers.get("languages", ["ru"])[0])


def moment_of(day: date) -> datetime:
    """When the notes of a day are written."""
    return moment(day, Random(day.toordinal()), hours=(17, 21))


def _told(reason: ClosureReason, stay: Stay) -> ClosureReason:
    """Nobody is sent home who is at home."""
    is_at_home = reason == ClosureReason.REPATRIATED and stay.person.citizenship == "KZ"
    return ClosureReason.REINTEGRATED if is_at_home else reason
