"""What came in, and what was wrong with it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from funding.forms.fields import CHOOSE, AgreementChoice, MonthField, RateField
from funding.models import (
    IN_KIND,
    Agreement,
    Currency,
    Donor,
    Evidence,
    GiftKind,
    Mistake,
    RateSource,
    StaffRole,
    Valuation,
)
from shelters.forms import DayField, MoneyField, NewRowForm


class GiftForm(NewRowForm):
    kind = forms.ChoiceField(
        label=_("What was given?"),
        choices=GiftKind.choices,
        widget=forms.RadioSelect,
        initial=GiftKind.CASH,
    )
    donor = forms.ModelChoiceField(
        label=_("From whom?"), queryset=Donor.objects.none(), empty_label=_("Choose")
    )
    agreement = AgreementChoice(
        label=_("Under which agreement?"),
        queryset=Agreement.objects.none(),
        required=False,
        empty_label=_("None"),
    )
    amount = MoneyField(
        label=_("Amount"),
        help_text=_("For example 250 000,50. For a salary: the sum of all its months."),
    )
    currency = forms.ChoiceField(
        label=_("Currency"), choices=Currency.choices, initial=Currency.KZT
    )
    rate = RateField(
        label=_("How many tenge for one unit?"),
        required=False,
        help_text=_("On the day it came, for example 520,25. It is never changed later."),
    )
    rate_source = forms.ChoiceField(
        label=_("Where does the rate come from?"),
        choices=[CHOOSE, *RateSource.choices],
        required=False,
    )
    received_on = DayField(label=_("Received on"))
    evidence = forms.ChoiceField(
        label=_("How do we know?"), choices=Evidence.choices, widget=forms.RadioSelect
    )
    description = forms.CharField(
        label=_("What exactly?"),
        max_length=200,
        required=False,
        help_text=_("How many, of what: 40 blankets. Name no client and no giver."),
    )
    valuation = forms.ChoiceField(
        label=_("Where does the amount come from?"),
        choices=[CHOOSE, *Valuation.choices],
        required=False,
    )
    staff_role = forms.ChoiceField(
        label=_("Whose salary?"),
        choices=[CHOOSE, *StaffRole.choices],
        required=False,
        help_text=_("The role, never the name."),
    )
    month_from = MonthField(
        label=_("First month"), required=False, help_text=_("For example 01.2026.")
    )
    month_to = MonthField(
        label=_("Last month"), required=False, help_text=_("Leave empty for one month.")
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("Number of the voucher or line. It stays in this shelter."),
    )

    SALARY_ONLY = ("staff_role", "month_from", "month_to")
    IN_KIND_ONLY = ("description", "valuation")
    RATE_ONLY = ("rate", "rate_source")

    def __init__(
        self,
        *args: Any,
        donors: QuerySet[Donor],
        agreements: QuerySet[Agreement],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["donor"].queryset = donors  # type: ignore[attr-defined]
        self.fields["agreement"].queryset = agreements  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        kind = answers.get("kind")
        self._clean_currency(answers)
        if kind == GiftKind.SALARY:
            self._clean_salary(answers)
        elif self._is_any_answered(answers, self.SALARY_ONLY):
            self.add_error(
                "kind",
                _("Role and months belong to a salary. Choose the salary, or leave them empty."),
            )
        if kind in IN_KIND:
            self._ask_for("description", _("Say what was given: how many, of what."))
            self._ask_for("valuation", _("Say who put this amount on it."))
        elif self._is_any_answered(answers, self.IN_KIND_ONLY):
            self.add_error(
                "kind",
                _("“What exactly?” belongs to goods and services. Choose one, or leave it empty."),
            )
        return answers

    def _clean_currency(self, answers: dict[str, Any]) -> None:
        if "currency" in self.errors:
            return
        if answers["currency"] != Currency.KZT:
            self._ask_for("rate", _("Give the rate: how many tenge one unit was worth."))
            self._ask_for("rate_source", _("Say where the rate comes from."))
        elif self._is_any_answered(answers, self.RATE_ONLY):
            self.add_error(
                "currency",
                _("A rate belongs to another currency. Choose it, or leave the rate empty."),
            )

    def _clean_salary(self, answers: dict[str, Any]) -> None:
        if not answers.get("month_to") and "month_to" not in self.errors:
            answers["month_to"] = answers.get("month_from")
        self._ask_for("staff_role", _("Choose the role of the person whose salary was paid."))
        self._ask_for("month_from", _("Give the first month that the salary covers."))

    def _ask_for(self, name: str, sentence: Any) -> None:
        if not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, sentence)

    @staticmethod
    def _is_any_answered(answers: dict[str, Any], names: tuple[str, ...]) -> bool:
        return any(answers.get(name) for name in names)


class ReverseForm(NewRowForm):
    mistake = forms.ChoiceField(
        label=_("What is wrong with it?"), choices=Mistake.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("In a few words. It stays in this shelter."),
    )
