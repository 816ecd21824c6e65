"""Which days, and which gifts of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from funding.forms.fields import ANY
from funding.models import NOTHING_GIVEN, Donor, DonorKind, Evidence, GiftKind
from funding.statement import Period
from shelters.forms import DayField, SpanForm

UNNAMED = {DonorKind.INDIVIDUAL}  # on the central host


class PeriodForm(SpanForm):
    """This year, unless the query string says otherwise."""

    since = DayField(label=_("From"), required=False, initial=lambda: Period.this_year().first)
    until = DayField(label=_("To"), required=False, initial=lambda: Period.this_year().last)

    @property
    def period(self) -> Period:
        """What was asked for; a missing end is filled from the year of the other one."""
        if not self.is_bound or not self.is_valid():
            return Period.this_year()
        since, until = self.cleaned_data["since"], self.cleaned_data["until"]
        year = (since or until or timezone.localdate()).year
        return Period(since or date(year, 1, 1), until or date(year, 12, 31))

    @property
    def usual(self) -> list[tuple[str, Period, bool]]:
        """Periods to choose by one click, and whether it is the one that is shown."""
        return [(label, period, period == self.period) for label, period in Period.usual()]


class NetworkDonorFilter(PeriodForm):
    """Donors of all shelters: by name, by their kind, and by what they gave in the period."""

    name = forms.CharField(label=_("Name of the donor"), max_length=120, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[ANY, *(choice for choice in DonorKind.choices if choice[0] not in UNNAMED)],
        required=False,
    )
    given = forms.ChoiceField(
        label=_("What was given"),
        choices=[ANY, *GiftKind.choices, NOTHING_GIVEN],
        required=False,
    )

    field_order = ["name", "kind", "given", "since", "until"]

    @property
    def wanted(self) -> dict[str, str]:
        """By what donors are narrowed beside the period; nothing while the form is wrong."""
        if not self.is_bound or not self.is_valid():
            return {}
        answers = {name: self.cleaned_data[name] for name in ("name", "kind", "given")}
        return {name: answer for name, answer in answers.items() if answer}


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
