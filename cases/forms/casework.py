"""The small forms about one case."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.questions import CHOOSE
from cases.models import ENTRY_LENGTH, ClosureReason, ConsentState, EntryKind, How, Language
from shelters.forms import DayField, NewRowForm, PanaForm


class NoteForm(NewRowForm):
    text = forms.CharField(
        label=_("New note"), max_length=ENTRY_LENGTH, widget=forms.Textarea(attrs={"rows": 4})
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=EntryKind.choices, initial=EntryKind.NOTE)
    happened_on = DayField(label=_("Day"), required=False, help_text=_("Leave empty for today."))
    happened_at_time = forms.TimeField(
        label=_("Time"),
        required=False,
        input_formats=["%H:%M", "%H.%M"],
        widget=forms.TimeInput(attrs={"class": "time", "autocomplete": "off"}, format="%H:%M"),
        help_text=_("Only if known."),
        error_messages={"invalid": _("Write the time as hours and minutes, for example 14:30.")},
    )


class NextStepForm(PanaForm):
    next_step = forms.CharField(
        label=_("What comes next?"),
        max_length=200,
        required=False,
        help_text=_("Leave empty when the step is done and no other is known yet."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    due = DayField(label=_("Due on"), required=False)


class PlanForm(PanaForm):
    until = DayField(
        label=_("The client plans to stay until"),
        required=False,
        help_text=_("Leave empty when no day is planned. The plan ends no stay by itself."),
    )


class CloseForm(PanaForm):
    reason = forms.ChoiceField(
        label=_("Why does the stay end?"),
        choices=[
            CHOOSE,
            *((r.value, r.label) for r in ClosureReason if r != ClosureReason.DID_NOT_ARRIVE),
        ],
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=ENTRY_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed when the client was asked to leave: why, and where to."),
    )


class ConsentForm(NewRowForm):
    how = forms.ChoiceField(
        label=_("How did the client consent to the stay?"),
        choices=[*How.choices, (ConsentState.REFUSED.value, _("The client refused"))],
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(
        label=_("In which language?"), choices=[CHOOSE, *Language.choices], required=False
    )
