"""The clients of the demo: admitted, written about, some of them gone on."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from uuid import uuid4

from django.utils import timezone, translation

from cases import code_names
from cases.models import Case, ClosureReason
from cases.operations import admit_client, close_case, write_note
from config.demo.cast import House
from config.demo.clients import Arrival, arrivals
from config.demo.lots import deck
from config.demo.words import ENGLISH, Words, notes_for, step_for
from shelters.staff.models import User
from shelters.staff.permissions import P, Role

ENDINGS = {
    ClosureReason.PLAN_COMPLETED: 45,
    ClosureReason.REPATRIATED: 22,
    ClosureReason.OWN_CHOICE: 12,
    ClosureReason.LOST_CONTACT: 6,
    ClosureReason.MAX_PERIOD: 4,
}
DUE = {"overdue": 17, "today": 17, "this week": 33, "later": 16, "some day": 5, "none": 12}
DAYS_AHEAD = {"overdue": (-5, -1), "today": (0, 0), "this week": (1, 6), "later": (8, 30)}


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


def work_on_cases(house: House, *, today: date, lot: Random) -> list[Case]:
    """Admits, writes and closes, in the shelter's unit.

    Returns the cases of the grown people who are in the house, the longest stays first.
    """
    team = Team()
    people = arrivals(house.arrivals, closed=house.closed, today=today, lot=lot)
    endings = deck(ENDINGS, house.closed, lot)
    due = deck(DUE, len(people), lot)
    cases = [_admit(arrival, team, due.pop(), today, lot) for arrival in people]
    for case, arrival in zip(cases, people, strict=True):
        _write_notes(case, arrival, team, today, lot)
    for case, arrival, reason in zip(cases, people, endings, strict=False):
        left = _moment(arrival.leaves_on, lot)
        close_case(case=case, reason=_told(reason, arrival), by=team.director, left_at=left)
    here = cases[house.closed : -house.arrivals["emergency"] - house.arrivals["child"]]
    _write(lot.choice(here), lot.choice(ENGLISH), team.director, today - timedelta(days=1))
    return sorted(here, key=lambda case: case.opened_at)


def _told(reason: ClosureReason, arrival: Arrival) -> ClosureReason:
    """Nobody is sent home who is at home."""
    is_at_home = reason == ClosureReason.REPATRIATED and "citizen" in arrival.topics
    return ClosureReason.REINTEGRATED if is_at_home else reason


def _admit(arrival: Arrival, team: Team, due: str, today: date, lot: Random) -> Case:
    at = _moment(arrival.arrived_on, lot)
    role = Role.NIGHT_DUTY if arrival.is_emergency else Role.SOCIAL_WORKER
    by = team.one(role)
    step, day = _next_step(arrival, due, today, lot)
    with translation.override(by.language):
        return admit_client(
            new_id=uuid4(),
            code=code_names.suggest(lot.randrange),
            age_group=arrival.age_group,
            answers=arrival.answers,
            consent_how=arrival.consent_how,
            consent_language=arrival.language,
            consented_at=at + timedelta(minutes=20),
            is_emergency=arrival.is_emergency,
            stay_type=arrival.stay_type,
            started_at=at,
            planned_until=None if arrival.is_emergency else arrival.leaves_on,
            keyworker=None if arrival.is_emergency else lot.choice(team.keyworkers),
            next_step=step,
            next_step_due=day,
            by=by,
        )


def _next_step(arrival: Arrival, due: str, today: date, lot: Random) -> tuple[str, date | None]:
    if due == "none" or arrival.is_emergency or arrival.leaves_on < today - timedelta(days=9):
        return "", None
    step = step_for(arrival.topics, lot)
    if due not in DAYS_AHEAD:
        return step, None
    return step, today + timedelta(days=lot.randint(*DAYS_AHEAD[due]))


def _write_notes(case: Case, arrival: Arrival, team: Team, today: date, lot: Random) -> None:
    last = min(today, arrival.leaves_on)
    length = (last - arrival.arrived_on).days
    number = min(2 + length // 20, 6)
    days = sorted(lot.sample(range(length + 1), min(number, length + 1)))
    for ago, words in zip(days, notes_for(arrival.topics, number, lot), strict=False):
        _write(case, words, team.one(words.by), arrival.arrived_on + timedelta(days=ago))


def _write(case: Case, words: Words, by: User, day: date) -> None:
    write_note(new_id=uuid4(), case=case, text=words.text, kind=words.kind, happened_on=day, by=by)


def _moment(day: date, lot: Random) -> datetime:
    """In the daytime of a day that is over."""
    return timezone.make_aware(datetime.combine(day, time(lot.randint(8, 19), lot.randint(0, 59))))
