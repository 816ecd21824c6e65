"""What is said about the money."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from shelters.forms import DayField, NewRowForm, PanaForm


class ClaimForm(NewRowForm):
    statement = forms.CharField(
        label=_("What is said?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: the city government funds the shelter."),
    )
    said_by = forms.CharField(
        label=_("Who says it?"),
        max_length=120,
        help_text=_("An office, a newspaper, a donor. Name no private person."),
    )
    as_of = DayField(label=_("When was it said?"))
    source = forms.CharField(
        label=_("Where was it said?"),
        max_length=200,
        help_text=_("A letter, a meeting, a web page."),
    )


class WithdrawForm(PanaForm):
    reason = forms.CharField(label=_("Why does it no longer stand?"), max_length=200)
