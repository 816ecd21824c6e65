"""Who gives."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.forms.fields import CHOOSE
from funding.models import DonorKind
from shelters.forms import NewRowForm


class DonorForm(NewRowForm):
    name = forms.CharField(
        label=_("Name of the donor"),
        max_length=120,
        help_text=_("The network never sees the name of a private person, only the gift."),
    )
    kind = forms.ChoiceField(label=_("What kind of donor?"), choices=[CHOOSE, *DonorKind.choices])
