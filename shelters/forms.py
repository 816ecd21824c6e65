"""What every form of Pana shares: refusals beside their field, days, money, rows sent once."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from shelters.refusals import Refusal

DAY = re.compile(r"([0-9]{1,2})[.,]([0-9]{1,2})[.,]([0-9]{4})|([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
MONEY = re.compile(r"([0-9]+|[0-9]{1,3}(?: [0-9]{3})+)(?:[.,]([0-9]{1,2}))?")
SPACES = re.compile("[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}]+")
PLAIN: dict[str, Any] = {
    "required": _("Please answer this."),
    "invalid_choice": _("Choose one of the answers that are offered."),
    "invalid_pk_value": _("Choose one of the answers that are offered."),
    "invalid_list": _("Choose from the answers that are offered."),
    "max_length": _("This is too long: %(show_value)d characters, at most %(limit_value)d fit."),
    "min_length": _("This is too short: at least %(limit_value)d characters are needed."),
    "max_value": _("This is too much: at most %(limit_value)s."),
    "min_value": _("This is too little: at least %(limit_value)s."),
    "null_characters_not_allowed": _("Something here cannot be read. Please type it again."),
}
OF_A_KIND: dict[type[forms.Field], dict[str, Any]] = {
    forms.EmailField: {"invalid": _("Write the email like this: name@example.org.")},
    forms.IntegerField: {"invalid": _("Write a whole number in digits.")},
}
FIELDS = forms.Field.__module__
MOST_DIGITS = 12  # before the decimal comma; two more after it


@dataclass(frozen=True)
class Chip:
    """One answer of a filter, in words; `name` is its key in the query string."""

    name: str
    label: str
    value: str


class PanaForm(forms.Form):
    """Asks, and answers in the person's own language: the browser's own bubbles stay silent."""

    use_required_attribute = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            _speak_plainly(field)

    def refuse(self, refusal: Refusal) -> None:
        """Show an operation's refusal beside its field, or on top when it belongs to none."""
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, str(refusal.message))

    @property
    def chips(self) -> list[Chip]:
        """What a filter narrows by now, answer by answer."""
        if not self.is_bound or not self.is_valid():
            return []
        return [_chip(field) for field in self.visible_fields() if _is_answered(self, field)]


class NewRowForm(PanaForm):
    """Makes a row whose id travels in the form, so that a second click finds the first row."""

    new_id = forms.UUIDField(
        initial=uuid.uuid4,
        widget=forms.HiddenInput,
        error_messages={
            "required": _("This form is incomplete. Open the page again and fill it in anew."),
            "invalid": _("This form is damaged. Open the page again and fill it in anew."),
        },
    )


class DayField(forms.Field):
    """A day as people here write it, `dd.mm.yyyy`; `yyyy-mm-dd` is understood too."""

    default_error_messages = {
        "invalid": _("Write the day as day, month and year, for example 24.11.2026."),
        "impossible": _("This day is not in the calendar. Check the day and the month."),
        "too_old": _("Check the year: it lies before 1900."),
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs=self._attributes()))
        options.setdefault("help_text", _("For example 24.11.2026."))
        super().__init__(**options)

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        day = self._read(str(value).strip())
        if day.year < 1900:
            raise self._error("too_old")
        return day

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%d.%m.%Y}" if isinstance(value, date) else value

    def _read(self, typed: str) -> date:
        found = DAY.fullmatch(typed)
        if not found:
            raise self._error("invalid")
        day, month, year = found.group(1, 2, 3) if found[1] else found.group(6, 5, 4)
        try:
            return date(int(year), int(month), int(day))
        except ValueError as error:
            raise self._error("impossible") from error

    def _error(self, code: str) -> forms.ValidationError:
        return forms.ValidationError(self.error_messages[code], code=code)

    @staticmethod
    def _attributes() -> dict[str, Any]:
        return {
            "class": "day",
            "inputmode": "decimal",
            "autocomplete": "off",
            "placeholder": _("dd.mm.yyyy"),
        }


class MoneyField(forms.Field):
    """An amount as people write it: `250 000,50` or `250000.50`.

    What could be read in two ways (`1,234`) is refused, not guessed.
    """

    default_error_messages = {
        "invalid": _("Write the amount in digits, for example 250 000 or 250 000,50."),
        "negative": _("Write the amount without a minus."),
        "too_large": _("This amount is too large. Check the number of zeros."),
    }

    def __init__(self, **options: Any) -> None:
        attributes = {"class": "money", "inputmode": "decimal", "autocomplete": "off"}
        options.setdefault("widget", forms.TextInput(attrs=attributes))
        super().__init__(**options)

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values:
            return None
        return self._read(SPACES.sub(" ", str(value).removesuffix("₸")).strip())

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        return f"{value:,.2f}".replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")

    def _read(self, typed: str) -> Decimal:
        found = MONEY.fullmatch(typed)
        if not found:
            is_negative = MONEY.fullmatch(typed.lstrip("-−– ")) is not None
            raise self._error("negative" if is_negative else "invalid")
        whole = found[1].replace(" ", "")
        if len(whole.lstrip("0")) > MOST_DIGITS:
            raise self._error("too_large")
        return Decimal(f"{whole}.{found[2] or '0'}")

    def _error(self, code: str) -> forms.ValidationError:
        return forms.ValidationError(self.error_messages[code], code=code)


class SpanForm(PanaForm):
    """Asks for days `since` and `until`, each of which may be left open."""

    since: Any = DayField(label=_("From"), required=False)
    until: Any = DayField(label=_("To"), required=False)

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = answers.get("since"), answers.get("until")
        if since and until and until < since:
            self.add_error("until", _("The end lies before the start."))
        return answers


def _speak_plainly(field: forms.Field) -> None:
    """Replace Django's sentences by ours; a sentence that the form itself chose stays."""
    of_django = next(kind for kind in type(field).__mro__ if kind.__module__ == FIELDS)
    sentences = PLAIN | OF_A_KIND.get(of_django, {})
    own = {
        code: sentence
        for code, sentence in field.error_messages.items()
        if sentence is not _of_django(field, code)
    }
    field.error_messages = field.error_messages | sentences | own


def _of_django(field: forms.Field, code: str) -> Any:
    """What the nearest class of Django's in the field's family says."""
    for kind in type(field).__mro__:
        said = vars(kind).get("default_error_messages", {})
        if code in said:
            return said[code] if kind.__module__.startswith("django.") else None
    return None


def _is_answered(form: forms.Form, field: BoundField) -> bool:
    return form.cleaned_data.get(field.name) not in field.field.empty_values


def _chip(field: BoundField) -> Chip:
    return Chip(field.html_name, str(field.label), _in_words(field))


def _in_words(field: BoundField) -> str:
    """The label of what was chosen, or what was typed."""
    chosen = field.data if isinstance(field.data, list) else [field.data]
    labels = _labels(field)
    return ", ".join(str(labels.get(str(value), value)) for value in chosen)


def _labels(field: BoundField) -> dict[str, Any]:
    choices = getattr(field.field, "choices", ())
    return {str(value): label for value, label in choices}
