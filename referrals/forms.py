"""What is typed to send, answer and end a referral."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models import How, Language
from cases.summary import TEXT_LENGTH
from referrals.models import ENDED, DeclineReason, Need, Reason, Status, Urgency
from referrals.operations import CHOOSABLE
from shelters.forms import DayField, NewRowForm, PanaForm, SpanForm
from shelters.models import Shelter

CHOOSE = ("", _("Choose"))
ALL = ("", _("All"))
END_OF_DAY = time(23, 59)
LOOK_ALIKES = str.maketrans("АВЕКМНРСТУХ", "ABEKMHPCTYX")


class HourField(forms.TimeField):
    """A time of day as people write it, `14:30` or `14.30`."""

    def __init__(self, **options: Any) -> None:
        attributes = {"class": "day", "inputmode": "decimal", "autocomplete": "off"}
        options.setdefault("widget", forms.TimeInput(attrs=attributes, format="%H:%M"))
        options.setdefault("input_formats", ["%H:%M", "%H.%M"])
        options.setdefault(
            "error_messages", {"invalid": _("Write the time as hours and minutes: 14:30.")}
        )
        super().__init__(**options)


class SendForm(NewRowForm):
    """What the sender asks for and tells. It names nobody: the summary is another thing."""

    recipient = forms.ModelChoiceField(
        label=_("To which shelter?"), queryset=Shelter.objects.none(), empty_label=_("Choose")
    )
    urgency = forms.ChoiceField(
        label=_("How urgent is it?"), choices=Urgency.choices, widget=forms.RadioSelect
    )
    reason = forms.ChoiceField(label=_("Why?"), choices=[CHOOSE, *Reason.choices])
    needs = forms.MultipleChoiceField(
        label=_("What does the client need there?"),
        choices=Need.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The other shelter sees this before it answers. It names nobody."),
    )
    sections = forms.MultipleChoiceField(
        label=_("What may the other shelter know?"),
        choices=[(section.value, section.label) for section in CHOOSABLE],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_(
            "Code name, adult or child, sex and languages always go with it."
            " Send no more than the client agrees to."
        ),
    )
    message = forms.CharField(
        label=_("Safety and needs"),
        max_length=TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What the other shelter must know from the first hour. Part of the summary."),
    )

    def __init__(self, *args: Any, recipients: QuerySet[Shelter], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["recipient"].queryset = recipients  # type: ignore[attr-defined]

    def clean_message(self) -> str:
        """Browsers end lines in two ways; the summary must not change between two pages."""
        typed: str = self.cleaned_data["message"]
        return typed.replace("\r\n", "\n")


class AgreedForm(SendForm):
    """The same answers, hidden under the preview, and the client's consent to what it shows."""

    ASKED_HERE = ("consent_how", "consent_language", "agreed")

    consent_how = forms.ChoiceField(
        label=_("How did the client consent to this referral?"),
        choices=How.choices,
        widget=forms.RadioSelect,
    )
    consent_language = forms.ChoiceField(
        label=_("In which language?"), choices=[CHOOSE, *Language.choices], required=False
    )
    agreed = forms.BooleanField(
        label=_("The client knows this summary and agrees that it goes to this shelter."),
        error_messages={"required": _("Without the client's consent nothing is sent.")},
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            if name not in self.ASKED_HERE:
                field.widget = field.hidden_widget()

    @property
    def facts(self) -> dict[str, Any]:
        """What `send_referral` takes."""
        facts = {name: value for name, value in self.cleaned_data.items() if name != "agreed"}
        return facts | {"recipient_id": facts.pop("recipient").pk}


def _tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


class AcceptForm(PanaForm):
    day = DayField(label=_("By which day do you expect the client?"), initial=_tomorrow)
    hour = HourField(
        label=_("Time"), required=False, help_text=_("Leave empty if any time will do.")
    )

    @property
    def arrive_by(self) -> datetime:
        given = self.cleaned_data
        return _moment(given["day"], given["hour"] or END_OF_DAY)


class DeclineForm(PanaForm):
    reason = forms.ChoiceField(
        label=_("Why can you not take the client?"), choices=[CHOOSE, *DeclineReason.choices]
    )


class ArriveForm(PanaForm):
    arrived_on = DayField(label=_("Arrived on"), initial=timezone.localdate)
    arrived_at = HourField(
        label=_("Time"), initial=lambda: timezone.localtime().time().replace(second=0)
    )

    @property
    def at(self) -> datetime:
        return _moment(self.cleaned_data["arrived_on"], self.cleaned_data["arrived_at"])


class SeenForm(PanaForm):
    """What the person saw when they pressed the button."""

    seen = forms.ChoiceField(choices=Status.choices, widget=forms.HiddenInput)


class NetworkFilter(PanaForm):
    """Open referrals, unless the query string says otherwise. A code is sought in every state."""

    ENDED = "ended"
    STATES = (Status.SENT.value, Status.ACCEPTED.value, "overdue", ENDED)

    status = forms.ChoiceField(
        choices=[(state, state) for state in STATES], required=False, widget=forms.HiddenInput
    )
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"class": "code", "autocomplete": "off"}),
    )
    urgency = forms.ChoiceField(
        label=_("Urgency"),
        choices=[ALL, *((urgency.value, urgency.short) for urgency in Urgency)],
        required=False,
    )
    need = forms.ChoiceField(label=_("Needs"), choices=[ALL, *Need.choices], required=False)
    sender = forms.ChoiceField(label=pgettext_lazy("shelter", "From"), required=False)
    recipient = forms.ChoiceField(label=pgettext_lazy("shelter", "To"), required=False)

    def __init__(self, *args: Any, shelters: dict[UUID, str], **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(str(id_), name) for id_, name in sorted(shelters.items(), key=lambda s: s[1])]
        for side in ("sender", "recipient"):
            self.fields[side].choices = [ALL, *named]  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        """The four letters, also of a code that was typed small, in Cyrillic or without `R-`."""
        typed: str = self.cleaned_data["code"]
        return typed.upper().translate(LOOK_ALIKES).rpartition("-")[2].strip()


class PastFilter(NetworkFilter, SpanForm):
    """How referrals ended, and when."""

    outcome = forms.ChoiceField(
        label=_("How it ended"),
        choices=[ALL, *((status.value, status.label) for status in ENDED)],
        required=False,
    )
    since = DayField(label=_("Ended from"), required=False)
    until = DayField(label=_("Ended until"), required=False)


def _moment(day: date, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))
