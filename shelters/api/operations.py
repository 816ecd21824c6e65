"""Making a token for oneself, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.crypto import hash_token
from knox.settings import CONSTANTS

from shelters.api.models import Token
from shelters.events.models import EventRecord
from shelters.events.recording import record
from shelters.events.subscribing import on
from shelters.once import SavedAlready
from shelters.refusals import Refusal
from shelters.staff.models import User

MOST = 10


class TooManyTokens(Refusal):
    message = _("You have ten tokens. Revoke one that you no longer use.")


@transaction.atomic
def make_token(*, token: str, name: str, days: int, scopes: Iterable[str], by: User) -> Token:
    """Let `token` open these scopes for so many days; it is shown now, and kept nowhere.

    A second call with the same `token` finds the first.
    """
    User.objects.select_for_update().get(pk=by.pk)
    digest = hash_token(token)
    if saved := Token.objects.filter(digest=digest).first():
        return _checked(saved, name, by)
    if Token.objects.filter(user=by, expiry__gt=timezone.now()).count() >= MOST:
        raise TooManyTokens
    made: Token = Token.objects.create(
        user=by,
        digest=digest,
        token_key=token[: CONSTANTS.TOKEN_KEY_LENGTH],
        name=name.strip(),
        scopes=list(scopes),
        expiry=timezone.now() + timedelta(days=days),
    )
    record("token.made", subject=made, by=by, scopes=made.scopes, until=made.expiry)
    return made


@transaction.atomic
def revoke_token(*, token: Token, by: User) -> None:
    """From this moment on it opens nothing."""
    record("token.revoked", subject=token, by=by)
    token.delete()


@on("staff.deactivated", same_transaction=True)
@on("staff.password_changed", same_transaction=True)
def revoke_all(event: EventRecord) -> None:
    """Whoever must go, or fears that somebody knows their password, leaves no door open."""
    Token.objects.filter(user_id=event.subject_id).delete()


def _checked(saved: Token, name: str, by: User) -> Token:
    if (saved.user_id, saved.name) != (by.id, name.strip()):
        raise SavedAlready
    return saved
