"""Inviting people, letting them in, giving them roles, and taking access away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, transaction
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
)
from shelters.staff.permissions import ROLES, Role
from shelters.tenancy import current_unit


class AlreadyInvited(Refusal):
    message = _("This person already has an account or an open invitation.")
    field = "email"


class WrongHostForRole(Refusal):
    message = _("This role does not exist here.")
    field = "roles"


class NoRole(Refusal):
    message = _("Choose at least one role.")
    field = "roles"


class VolunteerNeedsDate(Refusal):
    message = _("A volunteer helps until a date: give the date.")
    field = "volunteer_until"


class InvitationOver(Refusal):
    message = _("This invitation was used, withdrawn or is too old. Ask for a new one.")


class LastOne(Refusal):
    """Nobody would be left who lets people in."""

    message = _("This is the last director. Make somebody else a director first.")
    field = "roles"


class LastOperator(LastOne):
    message = _("This is the last network operator. Make somebody else a network operator first.")


@transaction.atomic
def invite_person(
    *,
    token: str,
    email: str,
    name: str,
    roles: Iterable[Role],
    language: str,
    by: User,
    volunteer_until: date | None = None,
) -> tuple[Invitation, bool]:
    """The invitation, and whether it is new: a second call with the same `token` finds the first.

    `token` comes from `new_token()` and makes the link. Only its hash is kept.
    """
    if first := Invitation.objects.for_token(token):
        return first, False
    chosen = _roles_of_this_host(roles)
    if User.objects.filter(email__iexact=email).exists():
        raise AlreadyInvited
    _withdraw_expired(email)
    invitation, is_new = _save_once(
        Invitation(
            email=email.lower(),
            name=name,
            roles=chosen,
            volunteer_until=_end_of_volunteer(chosen, volunteer_until),
            language=language,
            token_hash=hash_token(token),
            invited_by_id=by.id,
            expires_at=timezone.now() + INVITATION_LASTS,
        )
    )
    if is_new:
        record("staff.invited", subject=invitation, by=by, roles=chosen)
    return invitation, is_new


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User) -> None:
    """The link opens nothing any more; a second withdrawal changes nothing."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at:
        raise InvitationOver(_("This invitation was used already."))
    if invitation.withdrawn_at:
        return
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    record("staff.invitation_withdrawn", subject=invitation, by=by)


@transaction.atomic
def accept_invitation(*, token: str, name: str, password: str, language: str) -> User:
    """The invited person becomes a user; the link works once."""
    invitation = Invitation.objects.select_for_update().for_token(token)
    if invitation is None or User.objects.filter(email__iexact=invitation.email).exists():
        raise InvitationOver
    user = User.objects.create_user(invitation.email, password, name=name, language=language)
    give_roles(
        user=user,
        roles=[Role(role) for role in invitation.roles],
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
def change_roles(
    *, user: User, roles: Iterable[Role], by: User, volunteer_until: date | None = None
) -> None:
    """The person holds these roles and no others."""
    chosen = _roles_of_this_host(roles)
    until = _end_of_volunteer(chosen, volunteer_until)
    _lock_keepers()
    user = User.objects.select_for_update().get(pk=user.pk)
    if _keeper() not in chosen:
        _refuse_the_last(user)
    if _is_held_already(user, chosen, until):
        return
    user.grants.all().delete()
    give_roles(user=user, roles=[Role(role) for role in chosen], until=until)
    record("staff.roles_changed", subject=user, by=by, roles=chosen, volunteer_until=until)


@transaction.atomic
def deactivate(*, user: User, by: User) -> None:
    """The person may no longer sign in; their sessions end and their invitations open nothing."""
    _lock_keepers()
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        return
    _refuse_the_last(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    _end_sessions(user)
    Invitation.objects.waiting().filter(invited_by_id=user.pk).update(withdrawn_at=timezone.now())
    record("staff.deactivated", subject=user, by=by)


@transaction.atomic
def reactivate(*, user: User, by: User) -> None:
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active:
        return
    user.is_active = True
    user.save(update_fields=["is_active"])
    record("staff.reactivated", subject=user, by=by)


@transaction.atomic
def change_own_details(*, user: User, name: str, language: str) -> None:
    User.objects.filter(pk=user.pk).update(name=name, language=language)
    record("staff.details_changed", subject=user, by=user)


def choose_language(*, user: User, language: str) -> None:
    User.objects.filter(pk=user.pk).update(language=language)


@transaction.atomic
def ask_for_new_password(*, email: str, origin: str) -> None:
    """A letter with a link to `origin` follows, if somebody with access has this address.

    Where nobody has it the same is written, about nobody: neither the answer nor the time it takes
    tells who works here. The link is made by the one who sends it, and kept nowhere.
    """
    user = User.objects.filter(email__iexact=email, is_active=True).first() or User()
    record("staff.password_reset_asked", subject=user, by=None, origin=origin)


def _roles_of_this_host(roles: Iterable[Role]) -> list[str]:
    chosen = list(roles)
    if not chosen:
        raise NoRole
    if any(ROLES[role].central is not current_unit().is_central for role in chosen):
        raise WrongHostForRole
    return [role.value for role in chosen]


def _end_of_volunteer(chosen: list[str], until: date | None) -> date | None:
    if Role.VOLUNTEER not in chosen:
        return None
    if until is None:
        raise VolunteerNeedsDate
    return until


def _withdraw_expired(email: str) -> None:
    Invitation.objects.unanswered().filter(
        email__iexact=email, expires_at__lte=timezone.now()
    ).update(withdrawn_at=timezone.now())


def _save_once(invitation: Invitation) -> tuple[Invitation, bool]:
    """The saved row; or the one that the same press of the button saved a moment before."""
    try:
        with transaction.atomic():
            invitation.save(force_insert=True)
    except IntegrityError as error:
        first = Invitation.objects.waiting().filter(token_hash=invitation.token_hash).first()
        if first is None:
            raise AlreadyInvited from error
        return first, False
    return invitation, True


def _is_held_already(user: User, chosen: list[str], until: date | None) -> bool:
    held = {grant.role: grant.until for grant in user.grants.all()}
    return held == {role: until if role == Role.VOLUNTEER else None for role in chosen}


def _keeper() -> Role:
    """The role that lets people in, of which one holder must always be left."""
    return Role.NETWORK_OPERATOR if current_unit().is_central else Role.DIRECTOR


def _lock_keepers() -> None:
    """Two who take the role from each other at the same moment pass here one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('keepers of ' || current_schema()))")


def _refuse_the_last(user: User) -> None:
    """Asked after `_lock_keepers`, so that what is read here is still true at commit."""
    with_access = RoleGrant.objects.filter(role=_keeper(), user__is_active=True)
    is_one = user.is_active and with_access.filter(user=user).exists()
    if is_one and not with_access.exclude(user=user).exists():
        raise LastOperator if current_unit().is_central else LastOne


def _end_sessions(user: User) -> None:
    for session in Session.objects.filter(expire_date__gt=timezone.now()):
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
