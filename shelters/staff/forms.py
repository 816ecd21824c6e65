"""What is typed to invite a person, to join, and to change roles or one's own details."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from shelters.forms import DayField, PanaForm
from shelters.staff.models import TOKEN, User, new_token
from shelters.staff.passwords import HELP, LONGEST, NOT_THE_SAME, check_password_choice
from shelters.staff.permissions import ROLES, Role, roles_of


class LanguageField(forms.ChoiceField):
    def __init__(self, **options: Any) -> None:
        super().__init__(label=_("Language"), choices=settings.LANGUAGES, **options)


class NameField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        super().__init__(label=_("Name"), max_length=120, **options)


class ChooseRolesForm(PanaForm):
    """Roles of this host only; the volunteer's end is asked where there are volunteers."""

    roles = forms.TypedMultipleChoiceField(
        label=_("Roles"),
        coerce=Role,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A person may hold several."),
        error_messages={"required": _("Choose at least one role.")},
    )
    volunteer_until = DayField(
        label=_("Volunteer until"),
        required=False,
        help_text=_("Only for a volunteer, for example 24.11.2026. The role ends after this day."),
    )

    def __init__(self, *args: Any, central: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(role.value, _with_meaning(role)) for role in roles_of(central=central)]
        self.fields["roles"].choices = choices  # type: ignore[attr-defined]
        if central:
            del self.fields["volunteer_until"]

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        until = answers.pop("volunteer_until", None)
        answers["volunteer_until"] = None
        if Role.VOLUNTEER in answers.get("roles", []):
            answers["volunteer_until"] = until
            self._check_end(until)
        return answers

    def _check_end(self, until: date | None) -> None:
        if "volunteer_until" in self.errors:
            return
        if until is None:
            self.add_error("volunteer_until", _("A volunteer helps until a date: give the date."))
        elif until < timezone.localdate():
            self.add_error("volunteer_until", _("This day is over. Give a later one."))


class InviteForm(ChooseRolesForm):
    """Carries the link's token, so that a second press finds the first invitation."""

    token = forms.RegexField(
        TOKEN,
        initial=new_token,
        widget=forms.HiddenInput,
        error_messages={
            "required": _("This form is incomplete. Open the page again and fill it in anew."),
            "invalid": _("This form is damaged. Open the page again and fill it in anew."),
        },
    )
    email = forms.EmailField(
        label=_("Email"),
        max_length=254,
        help_text=_("The link goes there, and the person logs in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = NameField(widget=forms.TextInput(attrs={"autocomplete": "off"}))
    language = LanguageField()

    field_order = ("token", "email", "name", "roles", "volunteer_until", "language")


class JoinForm(PanaForm):
    """The invited person's own answers."""

    name = NameField(widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = LanguageField(help_text=_("You can change it later."))
    password = forms.CharField(
        label=_("Password"),
        help_text=HELP,
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label=_("Password once more"),
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.email = email

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        password, again = answers.get("password"), answers.pop("password_again", None)
        if password:
            self._check(password, answers.get("name", ""))
        if password and again and password != again:
            self.add_error("password_again", NOT_THE_SAME)
        return answers

    def _check(self, password: str, name: str) -> None:
        try:
            check_password_choice(password, User(email=self.email, name=name))
        except ValidationError as error:
            self.add_error("password", error)


class DetailsForm(PanaForm):
    name = NameField(widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = LanguageField()


class LanguageForm(PanaForm):
    language = LanguageField()


def _with_meaning(role: Role) -> SafeString:
    return format_html("<span>{} <small>{}</small></span>", role.label, ROLES[role].description)
