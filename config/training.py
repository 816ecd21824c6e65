"""What a newcomer tries in a shelter for practice: on Today, each ticked once it was done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shelters.events.models import Event
from shelters.slots import Piece
from shelters.staff.models import User
from shelters.staff.permissions import P
from shelters.tenancy import current_unit

BEFORE_ALL_ELSE = -10


@dataclass(frozen=True)
class Task:
    """Done as soon as the person has left an event of this type. `url_name` is where it begins."""

    event_type: str
    permission: P
    words: str | Promise
    url_name: str


TASKS = (
    Task(
        "case.opened",
        P.CASE_ADMIT,
        _("Somebody came in the night: admit them with three answers, as an emergency."),
        "cases:admit",
    ),
    Task(
        "case.read",
        P.CASE_READ,
        _("Find a client by the first letters of the code name, and open the case."),
        "cases:clients",
    ),
    Task(
        "note.written",
        P.NOTE_WRITE,
        _("Write down there what happened today: a call home, a good night."),
        "cases:clients",
    ),
    Task(
        "case.next_step_set",
        P.CASE_EDIT,
        _("Set the next step of a client, with a day."),
        "cases:clients",
    ),
    Task(
        "case.intake_completed",
        P.CASE_EDIT,
        _("Ask what could wait: complete the intake of whoever came last night."),
        "cases:clients",
    ),
    Task(
        "case.plan_set",
        P.CASE_EDIT,
        _("A client wants to stay longer: change the plan. It ends nothing by itself."),
        "cases:clients",
    ),
    Task(
        "case.closed",
        P.CASE_CLOSE,
        _("A client has left: close the case and say why."),
        "cases:clients",
    ),
)


def on_today(request: HttpRequest, about: Any) -> Iterable[Piece]:
    """For this person's roles, in shelters for practice only."""
    if not current_unit().is_practice:
        return
    user = cast(User, request.user)
    done = _done_by(user)
    mine = [task for task in TASKS if user.may(task.permission)]
    lines = [(task, task.event_type in done) for task in mine]
    yield Piece("practice/_try_this.html", {"lines": lines}, order=BEFORE_ALL_ELSE)


def _done_by(user: User) -> set[str]:
    types = [task.event_type for task in TASKS]
    found = Event.objects.filter(by_id=user.id, type__in=types).order_by()
    return set(found.values_list("type", flat=True).distinct())
