"""A shelter for practice: the pages of any other, a dozen invented clients, things to try."""

from __future__ import annotations

from random import Random

from django.utils import timezone

from cases.models import Client
from config.demo.casework import Casework
from config.demo.cast import PRACTICE, SEED, TRAINEES, House
from config.demo.clock import Clock, turned_back
from config.demo.opening import let_in, open_house
from config.demo.stays import Calendar
from shelters.models import Shelter
from shelters.staff.models import User
from shelters.tenancy import in_central, in_shelter


class NotForPractice(Exception):
    """Invented clients go into a shelter for practice that has none yet; nowhere else."""


def make_practice() -> bool:
    """With people whose password everybody knows: for a demo. Needs the owner.

    What is there already stays; false when that was all of it. The newcomers come last: they have
    written nothing of what they find.
    """
    with turned_back() as clock:
        shelter = _found(PRACTICE.schema)
        changed = [shelter is None]
        shelter = shelter or open_house(PRACTICE, clock, practice=True)
        with in_shelter(shelter):
            changed += [_fill(clock), _let_newcomers_in(clock)]
    return any(changed)


def fill_practice(schema: str) -> None:
    """Put the invented clients into a shelter that `open_shelter --practice` has made."""
    shelter = _found(schema)
    if shelter is None:
        raise NotForPractice(f"There is no shelter for practice with the schema {schema!r}.")
    with turned_back() as clock, in_shelter(shelter):
        if not _fill(clock):
            raise NotForPractice(f"{shelter.name} has clients already.")


def _found(schema: str) -> Shelter | None:
    with in_central():
        shelter = Shelter.objects.filter(schema=schema).first()
    if shelter is not None and not shelter.is_practice:
        raise NotForPractice(f"{shelter.name} is no shelter for practice.")
    return shelter


def _fill(clock: Clock) -> bool:
    if Client.objects.exists():
        return False
    _live_through(PRACTICE, clock)
    return True


def _let_newcomers_in(clock: Clock) -> bool:
    """Beside the demo's own mentor, whose password is theirs; once."""
    mentor = User.objects.filter(email=PRACTICE.people[0].email).first()
    if mentor is None or User.objects.filter(email=TRAINEES[0].email).exists():
        return False
    clock.set(clock.present)
    let_in(TRAINEES, clock, by=mentor)
    return True


def _live_through(house: House, clock: Clock) -> None:
    calendar = Calendar(house, today=timezone.localdate(clock.present), lot=Random(SEED))
    here = calendar.who_is_here(house.here)
    stays = [*calendar.who_has_left(house.left, house.passing), *here]
    work = Casework(clock, lot=Random(SEED), codes=set())
    work.begin(stays, sent_at={})
    work.plan_steps(work.cases)
    work.last_night(house.here.get("emergency", 0))
