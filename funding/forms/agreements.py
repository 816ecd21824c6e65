"""What was agreed, and whether it will go on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from funding.forms.fields import CHOOSE
from funding.models import Currency, Donor, RenewalState, Restriction
from shelters.forms import DayField, MoneyField, NewRowForm


class AgreementForm(NewRowForm):
    donor = forms.ModelChoiceField(
        label=_("Donor"), queryset=Donor.objects.none(), empty_label=_("Choose")
    )
    title = forms.CharField(
        label=_("Title or number"),
        max_length=120,
        help_text=_("As on the paper. Name no client and no member of staff."),
    )
    amount = MoneyField(
        label=_("Amount agreed"),
        required=False,
        help_text=_("Leave empty if the agreement states none."),
    )
    currency = forms.ChoiceField(
        label=_("Currency"), choices=Currency.choices, initial=Currency.KZT
    )
    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("To"), required=False, help_text=_("Leave empty if it has no end."))
    restriction = forms.ChoiceField(
        label=_("For what may it be used?"),
        choices=Restriction.choices,
        initial=Restriction.UNKNOWN,
    )
    renewal = forms.ChoiceField(
        label=_("Will it be renewed?"),
        choices=RenewalState.choices,
        initial=RenewalState.UNKNOWN,
        help_text=_("“Not known” is a good answer: it shows what must be asked."),
    )
    renewal_as_of = DayField(label=_("As of"), initial=timezone.localdate)

    def __init__(self, *args: Any, donors: QuerySet[Donor], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["donor"].queryset = donors  # type: ignore[attr-defined]


class RenewalForm(NewRowForm):
    state = forms.ChoiceField(
        label=_("Will it be renewed?"), choices=[CHOOSE, *RenewalState.choices]
    )
    as_of = DayField(label=_("As of"), initial=timezone.localdate)
