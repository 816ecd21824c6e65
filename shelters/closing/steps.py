"""What every step of closing begins and ends with; all of them run as the owner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext_lazy as _

from shelters.events.models import Event
from shelters.models import Shelter
from shelters.operations import take_turns
from shelters.refusals import Refusal
from shelters.tenancy import hosts
from shelters.tenancy.migrate import OWNER, as_owner


class NoSuchShelter(Refusal):
    message = _("There is no shelter with this schema.")
    field = "schema"


class Removed(Refusal):
    message = _("This shelter was removed; only its name is left.")


@contextmanager
def changing(schema: str) -> Iterator[Shelter]:
    """One transaction as the owner, with the shelter's row locked: a second attempt waits, and
    so does who migrates or opens.

    Addresses that this process remembers are forgotten; other processes do so within
    `hosts.SECONDS`.
    """
    with as_owner() as cursor:
        take_turns(cursor)
        found = Shelter.objects.using(OWNER).select_for_update(no_key=True)
        shelter = found.filter(schema=schema).first()
        if shelter is None:
            raise NoSuchShelter
        if shelter.state == Shelter.State.REMOVED:
            raise Removed
        yield shelter
    hosts.forget()


def note(event_type: str, shelter: Shelter, **facts: Any) -> None:
    """Into the trail of the central host, which outlives the shelter."""
    Event.objects.using(OWNER).create(
        type=event_type,
        subject_type=shelter._meta.label_lower,
        subject_id=str(shelter.id),
        facts={"schema": shelter.schema, **facts},
    )
