"""Letters that leave by delivery, after the commit and without anybody waiting for them."""

from __future__ import annotations

from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse

from shelters.events.models import EventRecord
from shelters.events.subscribing import on
from shelters.staff.mail import compose
from shelters.staff.models import User
from shelters.staff.tokens import ResetTokens


@on("staff.password_reset_asked")
def send_reset_link(event: EventRecord) -> None:
    """The link is made here, by the one who sends it. Nobody's id means an unknown address."""
    user = User.objects.filter(pk=event.subject_id, is_active=True).first()
    if user is None:
        return
    link = event.facts["origin"] + _path_for(user)
    template = "account/email/password_reset_key"
    compose(to=user.email, language=user.language, template=template, user=user, link=link).send()


def _path_for(user: User) -> str:
    steps = {"uidb36": user_pk_to_url_str(user), "key": ResetTokens().make_token(user)}
    return reverse("account_reset_password_from_key", kwargs=steps)
