"""allauth's forms in our words: its own are not translated into Kazakh."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth
from allauth.account.fields import PasswordField, SetPasswordField
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shelters.forms import PanaForm
from shelters.staff.models import User
from shelters.staff.operations import ask_for_new_password
from shelters.staff.passwords import HELP, LONGEST, NOT_THE_SAME
from shelters.tenancy.middleware import host_of


class InOurWords(PanaForm):
    """Labels stand above their fields; nothing is said twice inside them."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class TwiceTheSame(InOurWords):
    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super(allauth.PasswordVerificationMixin, self).clean() or {}
        first, second = answers.get("password1"), answers.get("password2")
        if first and second and first != second:
            self.add_error("password2", NOT_THE_SAME)
        return answers


class LoginForm(InOurWords, allauth.LoginForm):  # type: ignore[misc]
    password = PasswordField(
        label=_("Password"), autocomplete="current-password", max_length=LONGEST
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["login"].label = _("Email")


class ResetPasswordForm(InOurWords, allauth.ResetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["email"].label = _("Email")

    def clean_email(self) -> str:
        """Known or not is asked later, where nobody waits for the answer."""
        return str(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **options: Any) -> str:
        email = str(self.cleaned_data["email"])
        ask_for_new_password(email=email, origin=_origin(request))
        return email


class ResetLinkForm(allauth.UserTokenForm):  # type: ignore[misc]
    """A link that was sent before access was taken away opens nothing after it."""

    def _get_user(self, uidb36: str) -> User | None:
        user: User | None = super()._get_user(uidb36)
        return user if user and user.is_active else None


class NewPasswordForm(TwiceTheSame, allauth.ResetPasswordKeyForm):  # type: ignore[misc]
    password1 = SetPasswordField(label=_("New password"), help_text=HELP, max_length=LONGEST)
    password2 = PasswordField(
        label=_("New password once more"), autocomplete="new-password", max_length=LONGEST
    )


class ChangePasswordForm(TwiceTheSame, allauth.ChangePasswordForm):  # type: ignore[misc]
    oldpassword = PasswordField(
        label=_("Present password"), autocomplete="current-password", max_length=LONGEST
    )
    password1 = SetPasswordField(label=_("New password"), help_text=HELP, max_length=LONGEST)
    password2 = PasswordField(
        label=_("New password once more"), autocomplete="new-password", max_length=LONGEST
    )


def _origin(request: HttpRequest) -> str:
    """Where the link leads. Whoever asks names the host, which is known, but not the port."""
    port = f":{settings.PORT}" if settings.PORT else ""
    return f"{request.scheme}://{host_of(request)}{port}"
