"""One vocabulary of permissions, and roles as readable lists of it.

Every view declares its rule; `shelters.staff.middleware` asks it before the view runs, and a view
without one is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from shelters.staff.models import User


class P(StrEnum):
    """What a person may be allowed to do."""

    CASE_READ = "case.read"
    CASE_ADMIT = "case.admit"
    CASE_EDIT = "case.edit"
    CASE_CLOSE = "case.close"
    NOTE_WRITE = "note.write"
    REFERRAL_READ = "referral.read"
    REFERRAL_SEND = "referral.send"
    REFERRAL_ANSWER = "referral.answer"
    REFERRAL_ARRIVE = "referral.arrive"
    FUNDING_READ = "funding.read"
    FUNDING_WRITE = "funding.write"
    STAFF_READ = "staff.read"
    STAFF_INVITE = "staff.invite"
    NETWORK_REFERRALS_READ = "network.referrals.read"
    NETWORK_FUNDING_READ = "network.funding.read"
    NETWORK_OPERATE = "network.operate"


class Role(models.TextChoices):
    DIRECTOR = "director", _("Director")
    SOCIAL_WORKER = "social_worker", _("Social worker")
    PSYCHOLOGIST = "psychologist", _("Psychologist")
    LAWYER = "lawyer", _("Lawyer")
    AFTERCARE_WORKER = "aftercare_worker", _("Aftercare worker")
    BOOKKEEPER = "bookkeeper", _("Bookkeeper")
    NIGHT_DUTY = "night_duty", _("Night duty")
    INTERPRETER = "interpreter", _("Interpreter")
    VOLUNTEER = "volunteer", _("Volunteer")
    COORDINATOR = "coordinator", _("Coordinator")
    FUNDING_OFFICER = "funding_officer", _("Funding officer")
    NETWORK_OPERATOR = "network_operator", _("Network operator")


@dataclass(frozen=True)
class RoleCard:
    """What a role means, as the staff page shows it."""

    description: str | Promise
    permissions: frozenset[P]
    central: bool = False


ALL_OF_A_SHELTER = frozenset(p for p in P if not p.startswith("network."))
CASE_WORK = frozenset(
    {
        P.CASE_READ,
        P.CASE_ADMIT,
        P.CASE_EDIT,
        P.NOTE_WRITE,
        P.REFERRAL_READ,
        P.REFERRAL_SEND,
        P.REFERRAL_ANSWER,
        P.REFERRAL_ARRIVE,
        P.STAFF_READ,
    }
)

ROLES: dict[Role, RoleCard] = {
    Role.DIRECTOR: RoleCard(
        _("Runs the shelter: clients, referrals, money and staff."), ALL_OF_A_SHELTER
    ),
    Role.SOCIAL_WORKER: RoleCard(
        _("Admits clients, keeps their cases, sends and receives referrals."),
        CASE_WORK | {P.CASE_CLOSE},
    ),
    Role.PSYCHOLOGIST: RoleCard(_("Works with clients and writes notes."), CASE_WORK),
    Role.LAWYER: RoleCard(
        _("Reads cases and writes notes on legal matters."),
        frozenset({P.CASE_READ, P.NOTE_WRITE, P.REFERRAL_READ, P.STAFF_READ}),
    ),
    Role.AFTERCARE_WORKER: RoleCard(
        _("Stays in touch with clients after they leave."),
        frozenset({P.CASE_READ, P.NOTE_WRITE, P.REFERRAL_READ, P.STAFF_READ}),
    ),
    Role.BOOKKEEPER: RoleCard(
        _("Records gifts and agreements. Never sees a client."),
        frozenset({P.FUNDING_READ, P.FUNDING_WRITE, P.STAFF_READ}),
    ),
    Role.NIGHT_DUTY: RoleCard(
        _("Admits clients at night and confirms arrivals."),
        frozenset(
            {
                P.CASE_READ,
                P.CASE_ADMIT,
                P.NOTE_WRITE,
                P.REFERRAL_READ,
                P.REFERRAL_ARRIVE,
            }
        ),
    ),
    Role.INTERPRETER: RoleCard(_("Helps in conversations. Opens no case."), frozenset()),
    Role.VOLUNTEER: RoleCard(
        _("Helps for a time, until a date. Opens no case."), frozenset({P.STAFF_READ})
    ),
    Role.COORDINATOR: RoleCard(
        _("Sees referrals by urgency and time. Never a name, never a case."),
        frozenset({P.NETWORK_REFERRALS_READ}),
        central=True,
    ),
    Role.FUNDING_OFFICER: RoleCard(
        _("Sees donors, agreements and gifts of all shelters. Never a client."),
        frozenset({P.NETWORK_FUNDING_READ}),
        central=True,
    ),
    Role.NETWORK_OPERATOR: RoleCard(
        _("Sees shelters, their addresses and whether they work. Never a client."),
        frozenset({P.NETWORK_OPERATE, P.STAFF_READ, P.STAFF_INVITE}),
        central=True,
    ),
}


def roles_of(*, central: bool) -> list[Role]:
    """The roles that exist on the central host, or in a shelter."""
    return [role for role, card in ROLES.items() if card.central is central]


def require(user: User, permission: P) -> None:
    """Raises `PermissionDenied` unless the person may do this."""
    if not user.may(permission):
        raise PermissionDenied


@dataclass(frozen=True)
class Rule:
    """Who may open a page: holders of any of `permissions`; any signed-in person; anybody.

    `by_view`: the view asks its rules itself, because only it knows who sent a token.
    """

    permissions: frozenset[P] = frozenset()
    anyone: bool = False
    public: bool = False
    by_view: bool = False

    def allows(self, user: User) -> bool:
        return self.anyone or self.public or any(user.may(p) for p in self.permissions)


View = TypeVar("View", bound=Callable[..., Any])


def rule(*permissions: P, anyone: bool = False, public: bool = False) -> Callable[[View], View]:
    """Declare who may open the view; every view has exactly one rule."""
    declared = Rule(frozenset(permissions), anyone, public)

    def declare(view: View) -> View:
        view.rule = declared  # type: ignore[attr-defined]
        return view

    return declare
