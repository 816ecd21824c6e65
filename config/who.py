"""Addresses, people and roles, for whoever starts Pana and wants to sign in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils.formats import date_format

from config.demo.cast import PASSWORD, everybody
from shelters.models import Domain
from shelters.origins import origin_of
from shelters.registry import in_schema
from shelters.staff.models import RoleGrant, User
from shelters.staff.permissions import Role
from shelters.tenancy import CENTRAL, in_central

NOBODY = "Nobody may sign in yet."
NO_SHELTER = "No shelter is open yet; `./dev manage open_shelter` opens one."
Row = tuple[str, str, str]


@dataclass(frozen=True)
class Place:
    """A host and whoever may sign in there."""

    name: str
    url: str
    people: list[Row]


def page() -> str:
    places = [_place(*known) for known in _hosts()]
    rows = [row for place in places for row in place.people]
    widths = [max((len(row[n]) for row in rows), default=0) for n in range(2)]
    parts = [_in_lines(place, widths) for place in places]
    if len(places) == 1:
        parts.append(NO_SHELTER)
    if settings.DEMO and {row[0] for row in rows} & {person.email for person in everybody()}:
        parts.append(f"The people of the demo sign in with the password: {PASSWORD}")
    return "\n\n".join(parts) + "\n"


def _hosts() -> list[tuple[str, str, str]]:
    """Name, schema and host of every shelter, and of the network."""
    with in_central():
        domains = (
            Domain.objects.in_use().select_related("shelter").order_by("shelter__name", "host")
        )
        shelters = [(d.shelter.name, d.shelter.schema, d.host) for d in domains]
    return [*shelters, ("Network", CENTRAL.schema, settings.CENTRAL_HOST)]


def _place(name: str, schema: str, host: str) -> Place:
    with in_schema(schema):
        people = User.objects.filter(is_active=True).prefetch_related("grants")
        rows = [(user.email, user.name, _roles(user)) for user in sorted(people, key=_rank)]
    return Place(name, f"{origin_of(host)}/", rows)


def _rank(user: User) -> int:
    """Directors first, as roles stand in `Role`."""
    return min((list(Role).index(role) for role in user.roles), default=len(Role))


def _roles(user: User) -> str:
    return ", ".join(_role(grant) for grant in user.held if grant.in_force) or "no role"


def _role(grant: RoleGrant) -> str:
    label = str(grant.get_role_display()).lower()
    return f"{label} until {date_format(grant.until, 'j F Y')}" if grant.until else label


def _in_lines(place: Place, widths: list[int]) -> str:
    return "\n".join([f"{place.name}  {place.url}", *_people(place, widths)])


def _people(place: Place, widths: list[int]) -> Iterator[str]:
    if not place.people:
        yield f"  {NOBODY}"
    for email, name, roles in place.people:
        yield f"  {email:{widths[0]}}  {name:{widths[1]}}  {roles}"
