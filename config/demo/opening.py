"""Opening the shelters and letting their people in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone

from config.demo.cast import NETWORK, OPERATOR, PASSWORD, House, Person
from config.demo.clock import Clock
from shelters.events.recording import record
from shelters.models import Shelter
from shelters.operations import Newcomer, add_operator, open_shelter
from shelters.staff.models import User, new_token
from shelters.staff.operations import change_roles, give_roles, invite_person
from shelters.staff.permissions import Role
from shelters.tenancy import in_central, in_shelter

THREE_YEARS, WEEK = timedelta(days=3 * 365), timedelta(days=7)


def open_house(house: House, clock: Clock, *, practice: bool = False) -> Shelter:
    """Runs outside any unit, as the owner: somewhat more than three years ago."""
    clock.set(clock.present - THREE_YEARS - 6 * WEEK)
    director, *colleagues = house.people
    shelter = open_shelter(
        name=house.name,
        schema=house.schema,
        word=house.schema,
        director=_newcomer(director),
        state_paid_days=house.state_paid_days,
        practice=practice,
    )
    with in_shelter(shelter):
        first = User.objects.get(email=director.email)
        if len(director.roles) > 1:
            change_roles(user=first, roles=director.roles, by=first)
        let_in(colleagues, clock, by=first)
        if house.invited:
            clock.set(clock.present)
            _invite(house.invited, by=first)
    return shelter


def open_network(clock: Clock) -> None:
    clock.set(clock.present - THREE_YEARS - 7 * WEEK)
    add_operator(_newcomer(OPERATOR))
    with in_central():
        let_in(NETWORK, clock, by=User.objects.get(email=OPERATOR.email))


def _newcomer(person: Person) -> Newcomer:
    return Newcomer(person.email, person.name, PASSWORD, person.language)


def let_in(people: Iterable[Person], clock: Clock, *, by: User) -> None:
    """As if each had answered an invitation, save that a password is costly to hash.

    Everybody has the same one here, so the hash of the first serves all. Who helps for a time only
    came a few weeks ago.
    """
    for person in sorted(people, key=lambda person: person.days is not None):
        if person.days:
            clock.set(clock.present - 5 * WEEK)
        user = User.objects.create_user(person.email, name=person.name, language=person.language)
        user.password = by.password
        user.save(update_fields=["password"])
        give_roles(user=user, roles=person.roles, until=_until(person, clock))
        record("staff.joined", subject=user, by=user, roles=[str(role) for role in person.roles])


def _until(person: Person, clock: Clock) -> date | None:
    today = timezone.localdate(clock.present)
    return today + timedelta(days=person.days) if person.days else None


def _invite(person: Person, *, by: User) -> None:
    invite_person(
        token=new_token(),
        email=person.email,
        name=person.name,
        roles=[Role(role) for role in person.roles],
        language=person.language,
        by=by,
    )
