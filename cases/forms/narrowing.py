"""Narrowing the list of clients."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.lists import ENDED_ONES, EVERY, ME, NONE, OVERDUE, TODAY
from cases.models import CODE_LENGTH, AgeGroup, Status
from shelters.forms import PanaForm


class ClientFilter(PanaForm):
    """Who is here or expected, unless the query string says otherwise."""

    code = forms.CharField(
        label=_("Code name"),
        max_length=CODE_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"class": "code", "autocomplete": "off"}),
    )
    status = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Here or expected")),
            (Status.ACTIVE.value, Status.ACTIVE.label),
            (Status.EXPECTED.value, Status.EXPECTED.label),
            (ENDED_ONES, _("Closed or moved")),
            (EVERY, _("All")),
        ],
    )
    age = forms.ChoiceField(
        label=_("Adult or child"), required=False, choices=[("", _("All")), *AgeGroup.choices]
    )
    step = forms.ChoiceField(
        label=_("Next step"),
        required=False,
        choices=[
            ("", _("All")),
            (OVERDUE, _("Overdue")),
            (TODAY, _("Due today")),
            (NONE, _("None set")),
        ],
    )
    keyworker = forms.ChoiceField(
        label=_("Keyworker"), required=False, choices=[("", _("All")), (ME, _("Me"))]
    )
