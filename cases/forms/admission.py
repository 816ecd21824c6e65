"""Admitting a client on one screen."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases import code_names
from cases.forms.questions import CHOOSE, QuestionsForm
from cases.models import CODE_LENGTH, ENTRY_LENGTH, How, Language, StayType
from cases.models.client import code_is_plain
from shelters.forms import DayField, NewRowForm, PanaForm
from shelters.staff.models import User


class AdmitForm(NewRowForm, QuestionsForm):
    """One screen. Three answers are enough; the rest may come later."""

    code = forms.CharField(
        label=_("Code name"),
        max_length=CODE_LENGTH,
        validators=[code_is_plain],
        initial=code_names.suggest,
        help_text=_("Suggested by lot. Never a real name."),
        widget=forms.TextInput(attrs={"class": "code", "autocomplete": "off"}),
    )
    consent_how = forms.ChoiceField(
        label=_("How did the client consent to the stay?"),
        choices=How.choices,
        widget=forms.RadioSelect,
    )
    consent_language = forms.ChoiceField(
        label=_("Language of the consent"), choices=[CHOOSE, *Language.choices], required=False
    )
    arrived_on = DayField(
        label=_("Arrived on"), required=False, help_text=_("Leave empty for today.")
    )
    stay_type = forms.ChoiceField(label=_("Kind of stay"), choices=StayType.choices, required=False)
    planned_until = DayField(label=_("The client plans to stay until"), required=False)
    keyworker = forms.ModelChoiceField(
        label=_("Keyworker"), queryset=User.objects.none(), required=False, empty_label=_("Nobody")
    )
    next_step = forms.CharField(label=_("Next step"), max_length=200, required=False)
    next_step_due = DayField(label=_("Due on"), required=False, help_text="")
    note = forms.CharField(
        label=_("Note"),
        max_length=ENTRY_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    field_order = ("code", "age_group", "consent_how")

    def __init__(self, *args: Any, colleagues: QuerySet[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["keyworker"].queryset = colleagues  # type: ignore[attr-defined]

    def clean_arrived_on(self) -> Any:
        day = self.cleaned_data["arrived_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        start = given.get("arrived_on") or timezone.localdate()
        if given.get("planned_until") and given["planned_until"] < start:
            self.add_error("planned_until", _("This day lies before the stay begins."))
        return given

    @property
    def facts(self) -> dict[str, Any]:
        """What `admit_client` takes besides the answers."""
        names = ("new_id", "code", "age_group", "consent_how", "consent_language", "stay_type")
        more = ("planned_until", "keyworker", "next_step", "next_step_due", "note")
        facts = {name: self.cleaned_data[name] for name in (*names, *more)}
        return facts | {"answers": self.answers, "started_at": _start(self.cleaned_data)}


class ReturnForm(AdmitForm):
    """For a client who was here before: the code name stays."""

    code = forms.CharField(required=False, widget=forms.HiddenInput)


class SearchForm(PanaForm):
    """Was this person here before? By code name only: names are not searched."""

    search = forms.CharField(
        label=_("Code name, or its beginning"),
        max_length=CODE_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"class": "code", "autocomplete": "off"}),
    )

    @property
    def wanted(self) -> str:
        return self.cleaned_data["search"].strip() if self.is_valid() else ""


def _start(given: dict[str, Any]) -> datetime | None:
    """Now for today; noon of an earlier day, whose hour nobody asked for."""
    day = given["arrived_on"]
    if day is None or day == timezone.localdate():
        return None
    return timezone.make_aware(datetime.combine(day, time(12)))
