"""Inviting people, letting them in, and giving them roles."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shelters.events.recording import record
from shelters.refusals import Refusal
from shelters.staff.models import (
    INVITATION_LASTS,
    Invitation,
    RoleGrant,
    User,
    hash_token,
    new_token,
)
from shelters.staff.permissions import ROLES, Role
from shelters.tenancy import current_unit


class AlreadyInvited(Refusal):
    message = _("This person already has an account or an open invitation.")


class WrongHostForRole(Refusal):
    message = _("This role does not exist here.")


class InvitationOver(Refusal):
    message = _("This invitation was used, withdrawn or is too old. Ask for a new one.")


@transaction.atomic
def invite_person(
    *,
    email: str,
    name: str,
    roles: Iterable[Role],
    language: str,
    by: User,
    volunteer_until: date | None = None,
) -> tuple[Invitation, str]:
    """Make an invitation; returns it with the token for the link, which is kept nowhere."""
    chosen = _roles_of_this_host(roles)
    if User.objects.filter(email__iexact=email).exists():
        raise AlreadyInvited
    _withdraw_expired(email)
    token = new_token()
    invitation = _save_invitation(
        Invitation(
            email=email.lower(),
            name=name,
            roles=chosen,
            volunteer_until=volunteer_until if Role.VOLUNTEER in chosen else None,
            language=language,
            token_hash=hash_token(token),
            invited_by_id=by.id,
            expires_at=timezone.now() + INVITATION_LASTS,
        )
    )
    record("staff.invited", subject=invitation, by=by, roles=chosen)
    return invitation, token


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User) -> None:
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at or invitation.withdrawn_at:
        raise InvitationOver
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    record("staff.invitation_withdrawn", subject=invitation, by=by)


@transaction.atomic
def accept_invitation(*, token: str, name: str, password: str, language: str) -> User:
    """The invited person becomes a user; the link works once."""
    invitation = Invitation.objects.select_for_update().for_token(token)
    if invitation is None:
        raise InvitationOver
    user = User.objects.create_user(invitation.email, password, name=name, language=language)
    give_roles(
        user=user,
        roles=[Role(r) for r in invitation.roles],
        until=invitation.volunteer_until,
    )
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    record("staff.joined", subject=user, by=user, roles=invitation.roles)
    return user


def give_roles(
    *,
    user: User,
    roles: Iterable[Role],
    until: date | None = None,
    using: str | None = None,
) -> None:
    """Grant roles; `until` limits only the volunteer's."""
    RoleGrant.objects.using(using).bulk_create(
        RoleGrant(user=user, role=role, until=until if role is Role.VOLUNTEER else None)
        for role in roles
    )


@transaction.atomic
def deactivate(*, user: User, by: User) -> None:
    """The person may no longer sign in, and every session of theirs ends at once."""
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active = False
    user.save(update_fields=["is_active"])
    _end_sessions(user)
    record("staff.deactivated", subject=user, by=by)


@transaction.atomic
def reactivate(*, user: User, by: User) -> None:
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active = True
    user.save(update_fields=["is_active"])
    record("staff.reactivated", subject=user, by=by)


def choose_language(*, user: User, language: str) -> None:
    User.objects.filter(pk=user.pk).update(language=language)


def _end_sessions(user: User) -> None:
    for session in Session.objects.filter(expire_date__gt=timezone.now()):
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


def _roles_of_this_host(roles: Iterable[Role]) -> list[str]:
    chosen = list(roles)
    if not chosen or any(ROLES[role].central is not current_unit().is_central for role in chosen):
        raise WrongHostForRole
    return [role.value for role in chosen]


def _withdraw_expired(email: str) -> None:
    Invitation.objects.filter(
        email__iexact=email,
        accepted_at=None,
        withdrawn_at=None,
        expires_at__lte=timezone.now(),
    ).update(withdrawn_at=timezone.now())


def _save_invitation(invitation: Invitation) -> Invitation:
    try:
        with transaction.atomic():
            invitation.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyInvited from error
    return invitation
