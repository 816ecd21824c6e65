"""What a bookkeeper types, parsed. Nothing here decides more than one form can see."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from funding.models import (
    Agreement,
    Donor,
    DonorKind,
    Evidence,
    GiftKind,
    Mistake,
    RenewalState,
    Restriction,
    StaffRole,
)
from funding.statement import Period
from shelters.forms import DayField, MoneyField, NewRowForm, PanaForm

CHOOSE = ("", _("Choose"))
ANY = ("", _("All"))
MONTH = re.compile(r"^(?:(\d{1,2})[./](\d{4})|(\d{4})-(\d{1,2}))$")


class MonthField(forms.Field):
    """A month as `mm.yyyy`; its value is the month's first day."""

    default_error_messages = {
        "invalid": _("Write the month as two digits and the year, for example 03.2026.")
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "widget", forms.TextInput(attrs={"class": "day", "inputmode": "numeric"})
        )
        super().__init__(**options)

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        found = MONTH.match(str(value).strip())
        if not found:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        month, year = found[1] or found[4], found[2] or found[3]
        try:
            return date(int(year), int(month), 1)
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%m.%Y}" if isinstance(value, date) else value


class AgreementChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Agreements by donor, so that the right one is found by the donor's name."""

    def label_from_instance(self, obj: Agreement) -> str:
        return f"{obj.donor}: {obj}"


class DonorForm(NewRowForm):
    name = forms.CharField(
        label=_("Name of the donor"),
        max_length=120,
        help_text=_("The network never sees the name of a private person, only the gift."),
    )
    kind = forms.ChoiceField(label=_("What kind of donor?"), choices=[CHOOSE, *DonorKind.choices])


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
        help_text=_("In tenge. Leave empty if the agreement states none."),
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
        help_text=_("In tenge, for example 250 000,50. For a salary: the sum of all its months."),
    )
    received_on = DayField(label=_("Received on"))
    evidence = forms.ChoiceField(
        label=_("How do we know?"), choices=Evidence.choices, widget=forms.RadioSelect
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
        if answers.get("kind") == GiftKind.SALARY:
            self._clean_salary(answers)
        elif any(answers.get(name) for name in self.SALARY_ONLY):
            self.add_error(
                "kind",
                _("Role and months belong to a salary. Choose the salary, or leave them empty."),
            )
        return answers

    def _clean_salary(self, answers: dict[str, Any]) -> None:
        if not answers.get("month_to") and "month_to" not in self.errors:
            answers["month_to"] = answers.get("month_from")
        for name, sentence in (
            ("staff_role", _("Choose the role of the person whose salary was paid.")),
            ("month_from", _("Give the first month that the salary covers.")),
        ):
            if not answers.get(name) and name not in self.errors:
                self.add_error(name, sentence)


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


class PeriodForm(PanaForm):
    """This year, unless the query string says otherwise."""

    since = DayField(label=_("From"), required=False, initial=lambda: Period.this_year().first)
    until = DayField(label=_("To"), required=False, initial=lambda: Period.this_year().last)

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = answers.get("since"), answers.get("until")
        if since and until and until < since:
            self.add_error("until", _("The end lies before the start."))
        return answers

    @property
    def period(self) -> Period:
        """What was asked for; a missing end is filled from the year of the other one."""
        if not self.is_bound or not self.is_valid():
            return Period.this_year()
        since, until = self.cleaned_data["since"], self.cleaned_data["until"]
        year = (since or until or timezone.localdate()).year
        return Period(since or date(year, 1, 1), until or date(year, 12, 31))


class GiftFilter(PeriodForm):
    """All gifts, unless the query string says otherwise."""

    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)
    donor = forms.ModelChoiceField(
        label=_("Donor"), queryset=Donor.objects.none(), required=False, empty_label=_("All")
    )
    kind = forms.ChoiceField(
        label=_("What was given"), choices=[ANY, *GiftKind.choices], required=False
    )
    evidence = forms.ChoiceField(
        label=_("Evidence"), choices=[ANY, *Evidence.choices], required=False
    )

    def __init__(self, *args: Any, donors: QuerySet[Donor], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["donor"].queryset = donors  # type: ignore[attr-defined]

    @property
    def wanted(self) -> dict[str, Any]:
        """The filter as look-ups on gifts; nothing while the form is wrong."""
        if not self.is_bound or not self.is_valid():
            return {}
        lookups = {
            "received_on__gte": self.cleaned_data["since"],
            "received_on__lte": self.cleaned_data["until"],
            "donor": self.cleaned_data["donor"],
            "kind": self.cleaned_data["kind"],
            "evidence": self.cleaned_data["evidence"],
        }
        return {name: value for name, value in lookups.items() if value}
