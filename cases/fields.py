"""Form fields for what people say of themselves, as precisely as they say it."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import NotABirth, PartialBirth
from cases.words import birth_as_typed

DAY = re.compile(r"(\d{1,2})[.,](\d{1,2})[.,](\d{4})", re.ASCII)
MONTH = re.compile(r"(\d{1,2})[.,](\d{4})", re.ASCII)
ISO = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
BAND = re.compile(r"(\d{1,3}) ?[-–—] ?(\d{1,3})", re.ASCII)


class BirthField(forms.Field):
    """`03.05.2001`, `05.2001`, `2001`, or an age band such as `18-24`, as of today."""

    default_error_messages = {
        "invalid": _(
            "Write a day, a month, a year or an age band: 03.05.2001, 05.2001, 2001, 18-24."
        ),
        "ahead": _("This lies in the future."),
    }

    def __init__(self, **options: Any) -> None:
        attributes = {"class": "short", "autocomplete": "off", "maxlength": 20}
        options.setdefault("widget", forms.TextInput(attrs=attributes))
        super().__init__(**options)

    def to_python(self, value: Any) -> PartialBirth | None:
        if value in self.empty_values:
            return None
        try:
            birth = _read(str(value).strip())
        except NotABirth as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
        if birth.earliest > timezone.localdate():
            raise forms.ValidationError(self.error_messages["ahead"], code="ahead")
        return birth

    def prepare_value(self, value: Any) -> Any:
        return birth_as_typed(value) if isinstance(value, PartialBirth) else value


def _read(typed: str) -> PartialBirth:
    if found := DAY.fullmatch(typed):
        day, month, year = (int(part) for part in found.groups())
        return PartialBirth(year, month, day)
    if found := MONTH.fullmatch(typed):
        return PartialBirth(int(found[2]), int(found[1]))
    if found := BAND.fullmatch(typed):
        return PartialBirth.aged(int(found[1]), int(found[2]), as_of=timezone.localdate())
    if ISO.fullmatch(typed):
        return PartialBirth.parse(typed)
    raise NotABirth(typed)


class SeveralSelects(forms.Select):
    """The same choice several times, one box an answer; empty ones do not count."""

    template_name = "cases/_several_selects.html"
    use_fieldset = True
    fewest = 3

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        chosen = [code for code in value or [] if code]
        count = max(self.fewest, len(chosen) + 1)
        context["selects"] = [
            {
                "id": f"{context['widget']['attrs'].get('id', name)}_{number}",
                "number": number + 1,
                "chosen": chosen[number] if number < len(chosen) else "",
            }
            for number in range(count)
        ]
        context["is_invalid"] = "aria-invalid" in context["widget"]["attrs"]
        context["choices"] = [("", ""), *self.choices]
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        found = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return [code for code in found if code]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return ""
