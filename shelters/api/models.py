"""Tokens, and the answers that a repeated request gets again. Each schema has its own."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from shelters.api.scopes import SCOPES, Area, Reach
from shelters.staff.models import User


class TokenQuerySet(models.QuerySet["Token"]):
    def visible_to(self, user: User) -> TokenQuerySet:
        """One's own, and nobody else's."""
        return self.filter(user=user)


class Token(AbstractAuthToken):
    """By which a program asks in a person's name. Only its digest is kept.

    It opens no more than its scopes, and never more than the person may do at that moment.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=128, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="auth_token_set"
    )
    name = models.CharField(_("name"), max_length=60)
    scopes = models.JSONField(default=list)
    expiry = models.DateTimeField(_("works until"))

    objects = TokenQuerySet.as_manager()  # type: ignore[assignment, misc]

    class Meta:
        ordering = ["-created"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scopes__contained_by=SCOPES) & ~models.Q(scopes=[]),
                name="token_scopes_are_known",
            )
        ]

    def __str__(self) -> str:
        return f"token {self.id}"

    @property
    def is_over(self) -> bool:
        return self.expiry <= timezone.now()

    @property
    def opens(self) -> list[tuple[Area, Reach]]:
        """Area and reach, in the order of the areas."""
        return [(area, reach) for area in Area for reach in Reach if self._holds(area, reach)]

    def allows(self, area: Area | None, *, writing: bool) -> bool:
        """Whether it opens this part of the API; what belongs to no part, any token opens."""
        if area is None:
            return True
        return self._holds(area, Reach.WRITE) or (not writing and self._holds(area, Reach.READ))

    def _holds(self, area: Area, reach: Reach) -> bool:
        return f"{area}:{reach}" in self.scopes


class Answered(models.Model):
    """What a request with an Idempotency-Key was answered, for whoever sends it again.

    Answers to writing hold ids, never what is known of a client.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    endpoint = models.CharField(max_length=200)
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField(encoder=DjangoJSONEncoder, null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "answered"
        constraints = [
            models.UniqueConstraint(fields=["user", "endpoint", "key"], name="one_answer_a_key")
        ]

    def __str__(self) -> str:
        return f"answer {self.id}"
