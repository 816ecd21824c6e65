"""People who sign in. The same tables stand in each shelter and, apart, on the central host."""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta
from hashlib import sha256
from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from shelters.staff.permissions import ROLES, P, Role

INVITATION_LASTS = timedelta(days=7)
TOKEN = r"^[A-Za-z0-9_-]{43}$"  # 32 random bytes, as `new_token` writes them


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user: User = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        self._tell_allauth(user)
        return user

    def _tell_allauth(self, user: User) -> None:
        """allauth keeps addresses in a table of its own; ours never change, so once is enough."""
        EmailAddress.objects.using(self._db).create(
            user=user, email=user.email, verified=True, primary=True
        )

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person of one shelter, or of the central host. Nobody is a user of two at once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("email"))
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default="ru"
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_an_email")]

    def __str__(self) -> str:
        return self.name

    @property
    def held(self) -> list[RoleGrant]:
        """Every role that was given, those that are over too, in the order of `Role`."""
        order = list(Role)
        return sorted(self.grants.all(), key=lambda grant: order.index(Role(grant.role)))

    @cached_property
    def roles(self) -> list[Role]:
        """The roles in force today, in the order of `Role`."""
        return [Role(grant.role) for grant in self.held if grant.in_force]

    @cached_property
    def permissions(self) -> frozenset[P]:
        return frozenset().union(*(ROLES[role].permissions for role in self.roles))

    def may(self, permission: P) -> bool:
        return self.is_active and permission in self.permissions


def holders_of(permission: P) -> models.QuerySet[User]:
    """Those who may sign in and hold a role with this permission."""
    roles = [role for role, card in ROLES.items() if permission in card.permissions]
    return User.objects.filter(is_active=True, grants__role__in=roles).distinct()


class RoleGrant(models.Model):
    """A role that a person holds, for good or until a day (that day included)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="one_grant_a_role"),
            models.CheckConstraint(
                condition=~models.Q(role="volunteer") | models.Q(until__isnull=False),
                name="volunteer_until_a_date",
                violation_error_message=_("A volunteer helps until a date: give the date."),
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.user_id}"

    @property
    def in_force(self) -> bool:
        return self.until is None or self.until >= timezone.localdate()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def unanswered(self) -> InvitationQuerySet:
        return self.filter(accepted_at=None, withdrawn_at=None)

    def waiting(self) -> InvitationQuerySet:
        return self.unanswered().filter(expires_at__gt=timezone.now())

    def for_token(self, token: str) -> Invitation | None:
        return self.waiting().filter(token_hash=hash_token(token)).first()


def hash_token(token: str) -> str:
    """Only the hash of an invitation's token is kept, so that a stolen backup invites nobody."""
    return sha256(token.encode()).hexdigest()


def new_token() -> str:
    return secrets.token_urlsafe(32)


class Invitation(models.Model):
    """A link by which one person, once, within a week, becomes a user with these roles."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("email"))
    name = models.CharField(_("name"), max_length=120)
    roles = models.JSONField(default=list)
    volunteer_until = models.DateField(_("volunteer until"), null=True, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default="ru"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by_id = models.UUIDField()
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="one_waiting_invitation_an_email",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.id}"

    @property
    def is_too_old(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def role_names(self) -> list[Any]:
        return [Role(role).label for role in self.roles]
