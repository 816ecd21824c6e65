"""From a schema's name to its unit of work, for code that is told a shelter by name."""

from __future__ import annotations

from uuid import UUID

from shelters.models import Shelter, ShelterQuerySet
from shelters.tenancy import CENTRAL, UnitOfWork, current_unit, in_central, in_shelter
from shelters.tenancy.errors import UnknownShelter
from shelters.tenancy.held import refuse_unless_held

__all__ = [
    "UnknownShelter",
    "in_schema",
    "other_shelters",
    "schemas_in_use",
    "shelter_names",
]


def in_schema(schema: str, *, sealed: bool = False) -> UnitOfWork:
    """The unit of the shelter with that schema, or of the central host for `public`.

    Raises `NotHeld` where the database is not as the models declare.
    """
    if schema == CENTRAL.schema:
        refuse_unless_held(schema)
        return in_central(sealed=sealed)
    with in_central():
        shelter = Shelter.objects.in_use().filter(schema=schema).first()
    if shelter is None:
        raise UnknownShelter(f"There is no shelter in use with the schema {schema!r}.")
    refuse_unless_held(schema)
    return in_shelter(shelter, sealed=sealed)


def schemas_in_use() -> list[str]:
    with in_central():
        return list(Shelter.objects.in_use().values_list("schema", flat=True))


def shelter_names() -> dict[UUID, str]:
    """Names of all shelters by id, for pages that show who sent or receives a referral."""
    return dict(Shelter.objects.values_list("id", "name"))


def other_shelters() -> ShelterQuerySet:
    """To which this one may send a client; a shelter for practice sends nobody anywhere."""
    if current_unit().is_practice:
        return Shelter.objects.none()
    return Shelter.objects.open().exclude(pk=current_unit().id)
