"""How allauth behaves here: nobody signs up, every answer is our own, no link leaves the host."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from shelters.events.recording import record
from shelters.staff.mail import compose, post_after_commit
from shelters.staff.models import User
from shelters.staff.passwords import check_password_choice


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The address or the password is wrong."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, then try again."),
        "enter_current_password": _("This is not your present password."),
        "invalid_password_reset": _("This link no longer works."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People come by invitation only."""
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """One door, with pages: no second way in that answers in JSON."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """After sign-in one stays on the host: another shelter's is as foreign as any other."""
        return is_on_this_host(self.request, url)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Somebody without access hears what a wrong password hears."""
        user: User | None = super().authenticate(request, **credentials)
        return user if user and user.is_active else None

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        record("staff.signed_in", subject=user, by=user)

    def clean_password(self, password: str, user: User | None = None) -> str:
        check_password_choice(password, user)
        return password

    def set_password(self, user: User, password: str) -> None:
        user.set_password(password)
        user.save(update_fields=["password"])  # access may be taken away at this very moment
        record("staff.password_changed", subject=user, by=user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("staff:me")

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """That the password changed; without the address and the browser it was changed from."""
        post_after_commit(
            compose(to=user.email, language=user.language, template=template_prefix, user=user)
        )


def is_on_this_host(request: HttpRequest, url: str | None) -> bool:
    return url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
