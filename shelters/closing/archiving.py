"""Archiving a shelter: nothing may stand in the way, and afterwards nobody writes. And back."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from shelters.api.models import Token
from shelters.closing.answers import Obstacle, obstacles, read_meanwhile
from shelters.closing.steps import changing, note
from shelters.events.reporting import outstanding
from shelters.models import Shelter
from shelters.refusals import Refusal
from shelters.tenancy import CENTRAL, access, in_shelter
from shelters.tenancy.closing import Busy, keep_writers_out, undelivered_to
from shelters.tenancy.migrate import OWNER, as_owner

UNDELIVERED_HERE = ngettext_lazy(
    "%(number)s delivery of this shelter waits. The worker makes it.",
    "%(number)s deliveries of this shelter wait. The worker makes them.",
    "number",
)
UNDELIVERED_ELSEWHERE = ngettext_lazy(
    "%(number)s delivery to this shelter waits elsewhere. The worker makes it.",
    "%(number)s deliveries to this shelter wait elsewhere. The worker makes them.",
    "number",
)


class ArchivedAlready(Refusal):
    message = _("This shelter is archived already.")


class NotArchived(Refusal):
    message = _("This shelter is not archived.")


class StillAtWork(Refusal):
    message = _("Somebody is writing in this shelter all the time. Try again.")


class StandsInTheWay(Refusal):
    """Not yet; the reasons are counts and what to do, one a line."""

    def __init__(self, reasons: list[Obstacle]) -> None:
        self.reasons = reasons
        first = str(_("This shelter cannot be archived yet."))
        super().__init__("\n".join([first, *(f"- {reason}" for reason in reasons)]))


def archive_shelter(*, schema: str) -> Shelter:
    """Make the shelter's tables read-only, for its own role too, and its address nobody's.

    Its sessions and tokens end, no delivery or task runs for it, no other shelter can send to it.
    The address stays reserved. Raises `StandsInTheWay` while anything does.
    """
    with changing(schema) as shelter:
        if shelter.state == Shelter.State.ARCHIVED:
            raise ArchivedAlready
        _keep_writers_out(schema)
        if found := list(_in_the_way(shelter)):
            raise StandsInTheWay(found)
        _end_sessions(schema)
        _move(shelter, Shelter.State.ARCHIVED)
        note("shelter.archived", shelter)
    return shelter


def reopen_shelter(*, schema: str) -> Shelter:
    """Undo an archiving: the same address, tables and people, who sign in again."""
    with changing(schema) as shelter:
        if shelter.state != Shelter.State.ARCHIVED:
            raise NotArchived
        _move(shelter, shelter.state_when_open)
        note("shelter.reopened", shelter)
    return shelter


def _keep_writers_out(schema: str) -> None:
    shared = [model._meta.db_table for model in read_meanwhile()]
    with as_owner() as cursor:
        try:
            keep_writers_out(cursor, schema=schema, shared=shared)
        except Busy as error:
            raise StillAtWork from error


def _in_the_way(shelter: Shelter) -> Iterator[Obstacle]:
    """The shelter is asked in its own unit, on a connection that the locks let read."""
    with in_shelter(shelter):
        yield from obstacles()
        if here := outstanding().number:
            yield Obstacle(here, UNDELIVERED_HERE)
    if elsewhere := _undelivered_elsewhere(shelter.schema):
        yield Obstacle(elsewhere, UNDELIVERED_ELSEWHERE)


def _undelivered_elsewhere(schema: str) -> int:
    others = Shelter.objects.using(OWNER).with_schema().exclude(schema=schema)
    outboxes = [CENTRAL.schema, *others.values_list("schema", flat=True)]
    with as_owner() as cursor:
        return undelivered_to(cursor, schema=schema, outboxes=outboxes)


def _end_sessions(schema: str) -> None:
    with as_owner(schema):
        Session.objects.using(OWNER).all().delete()
        Token.objects.using(OWNER).all().delete()


def _move(shelter: Shelter, state: Shelter.State) -> None:
    """State and rights change together, or neither does."""
    database, _login = access.app_login()
    to_archive = state == Shelter.State.ARCHIVED
    change = access.put_in_archive if to_archive else access.take_out_of_archive
    with as_owner() as cursor:
        change(cursor, database=database, schema=shelter.schema)
    shelter.state = state
    shelter.save(using=OWNER, update_fields=["state"])
