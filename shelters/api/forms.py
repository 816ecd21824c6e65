"""What is chosen for a new token."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from knox.crypto import create_token_string

from shelters.api.authentication import TOKEN
from shelters.api.scopes import Area, Reach
from shelters.forms import PanaForm

NO_ACCESS = ("", _("No access"))
DAYS = [(7, _("A week")), (30, _("A month")), (90, _("Three months"))]


class TokenForm(PanaForm):
    """Carries the token itself, so that a second press finds the first."""

    token = forms.RegexField(
        TOKEN,
        initial=create_token_string,
        widget=forms.HiddenInput,
        error_messages={
            "required": _("This form is incomplete. Open the page again and fill it in anew."),
            "invalid": _("This form is damaged. Open the page again and fill it in anew."),
        },
    )
    name = forms.CharField(
        label=_("What is it for?"),
        max_length=60,
        help_text=_("The name of the program that will use it. Name no client."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    days = forms.TypedChoiceField(
        label=_("How long shall it work?"), choices=DAYS, coerce=int, initial=7
    )

    def __init__(self, *args: Any, areas: list[Area], **options: Any) -> None:
        super().__init__(*args, **options)
        self.areas = areas
        for area in areas:
            self.fields[area.value] = forms.ChoiceField(
                label=area.label, choices=[NO_ACCESS, *Reach.choices], required=False
            )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.scopes and not any(area.value in self.errors for area in self.areas):
            self.add_error(self.areas[0].value, _("Give it access to something."))
        return given

    @property
    def scopes(self) -> list[str]:
        chosen = {area: self.cleaned_data.get(area.value) for area in self.areas}
        return [f"{area}:{reach}" for area, reach in chosen.items() if reach]

    @property
    def facts(self) -> dict[str, Any]:
        """What `make_token` takes."""
        return {name: self.cleaned_data[name] for name in ("token", "name", "days")} | {
            "scopes": self.scopes
        }
