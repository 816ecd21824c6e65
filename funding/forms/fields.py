"""How money people write months and rates, and how they find an agreement."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.models import Agreement

CHOOSE = ("", _("Choose"))
ANY = ("", _("All"))
MONTH = re.compile(r"^(?:(\d{1,2})[./](\d{4})|(\d{4})-(\d{1,2}))$")
RATE = re.compile(r"([0-9]{1,6})(?:[.,]([0-9]{1,6}))?")


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


class RateField(forms.Field):
    """How many tenge for one unit: `520,25`, up to six digits after the comma."""

    default_error_messages = {
        "invalid": _("Write the rate in digits, for example 520,25."),
    }

    def __init__(self, **options: Any) -> None:
        attributes = {"class": "short", "inputmode": "decimal", "autocomplete": "off"}
        options.setdefault("widget", forms.TextInput(attrs=attributes))
        super().__init__(**options)

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values:
            return None
        found = RATE.fullmatch(str(value).strip())
        if not found:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return Decimal(f"{found[1]}.{found[2] or '0'}")

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}".replace(".", ",") if isinstance(value, Decimal) else value


class AgreementChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Agreements by donor, so that the right one is found by the donor's name."""

    def label_from_instance(self, obj: Agreement) -> str:
        return f"{obj.donor}: {obj}"
