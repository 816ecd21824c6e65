"""Three years of the demo: planned by lot, then lived through by the operations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.utils import timezone

from config.demo.casework import Casework
from config.demo.cast import HOUSES, SEED, House
from config.demo.clock import Clock
from config.demo.correspondence import Correspondence
from config.demo.letters import Letter
from config.demo.post import Post
from config.demo.stays import Calendar, Stay
from config.demo.underway import letters_under_way
from referrals.models import Status
from shelters.models import Shelter
from shelters.tenancy import in_shelter


@dataclass
class Years:
    """Who stayed where, and the letters between the shelters. No database yet."""

    stays: dict[str, list[Stay]]
    letters: list[Letter]
    calendars: dict[str, Calendar]

    @property
    def sent_at(self) -> dict[Stay, datetime]:
        return {letter.stay: letter.sent_at for letter in self.letters}


def three_years(present: datetime, houses: Iterable[House] = HOUSES) -> Years:
    """The same on the same day wherever it is asked."""
    today = timezone.localdate(present)
    calendars, stays = {}, {}
    for house in houses:
        calendar = Calendar(house, today=today, lot=Random(f"{SEED} {house.schema}"))
        here = calendar.who_is_here(house.here)
        calendars[house.schema] = calendar
        stays[house.schema] = [*calendar.who_has_left(house.left, house.passing), *here]
    lot = Random(f"{SEED} letters")
    past = Correspondence(calendars, stays, today=today, lot=lot).letters()
    return Years(stays, [*past, *letters_under_way(stays, present=present)], calendars)


def live_through(
    years: Years, houses: Sequence[House], shelters: Mapping[str, Shelter], clock: Clock
) -> None:
    """First everybody until a letter is sent about them, then the letters, then the rest."""
    codes: set[str] = set()
    works = {}
    for house in houses:
        with in_shelter(shelters[house.schema]):
            work = Casework(clock, lot=Random(f"{SEED} work of {house.schema}"), codes=codes)
            work.begin(years.stays[house.schema], sent_at=years.sent_at)
            works[house.schema] = work
    post = Post(shelters, works, clock)
    post.exchange(years.letters)
    post.end_consents()
    for house in houses:
        with in_shelter(shelters[house.schema]):
            _go_on(house, years, works[house.schema])


def _go_on(house: House, years: Years, work: Casework) -> None:
    for letter in years.letters:
        if letter.sender == house.schema and letter.came_to != Status.ARRIVED:
            work.go_on(letter.stay)
        if letter.recipient == house.schema and letter.then:
            work.go_on(letter.then)
    work.plan_steps(work.cases)
    work.last_night(house.here.get("emergency", 0))
    work.write_in_english()
