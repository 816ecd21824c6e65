"""What staff type about a client, parsed. A typed answer wins over "not asked"."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases import code_names
from cases.fields import BirthField, SeveralSelects
from cases.models import (
    CODE_LENGTH,
    ENTRY_LENGTH,
    AgeBasis,
    AgeGroup,
    AnswerState,
    Case,
    Citizenship,
    Client,
    ClosureReason,
    EntryKind,
    ExploitationForm,
    ExploitationTime,
    How,
    Language,
    NotATime,
    ReferralSource,
    Sex,
    Status,
    StayType,
    TimeUnit,
    state_of,
)
from cases.models.client import code_is_plain
from cases.operations.refusals import Contradiction
from shelters.forms import DayField, NewRowForm, PanaForm
from shelters.staff.models import User

CHOOSE = ("", _("Choose"))
QUESTIONS = (*Client.QUESTIONS, *Case.QUESTIONS)
A_FEW_LINES = forms.Textarea(attrs={"rows": 4})
NO_VALUE = (AnswerState.DECLINED, AnswerState.UNKNOWN)


class StateField(forms.ChoiceField):
    """Beside a question: was it asked at all, and did the person want to say?"""

    def __init__(self) -> None:
        super().__init__(
            label=_("State of the answer"),
            choices=[
                (state.value, state.label)
                for state in (
                    AnswerState.NOT_ASKED,
                    AnswerState.ANSWERED,
                    AnswerState.DECLINED,
                    AnswerState.UNKNOWN,
                )
            ],
            initial=AnswerState.NOT_ASKED,
            required=False,
            widget=forms.Select(attrs={"class": "state"}),
        )


class QuestionsForm(PanaForm):
    """The questions that may stay open. `answers` is what the operations take."""

    age_group = forms.ChoiceField(
        label=_("Adult or child?"),
        choices=AgeGroup.choices,
        initial=AgeGroup.CHILD,
        widget=forms.RadioSelect,
        help_text=_("While the age is in doubt, choose child."),
    )
    age_basis = forms.ChoiceField(
        label=_("How do we know the age?"), choices=[CHOOSE, *AgeBasis.choices], required=False
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        required=False,
        help_text=_("Stored encrypted, shown on the page of the case only."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=[CHOOSE, *Sex.choices], required=False)
    birth = BirthField(
        label=_("Born"),
        required=False,
        help_text=_("As far as known: 03.05.2001, 05.2001, 2001, or an age band such as 18-24."),
    )
    citizenship = forms.ChoiceField(
        label=_("Citizenship"), choices=[CHOOSE, *Citizenship.choices], required=False
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=Language.choices, required=False, widget=SeveralSelects
    )
    referral_source = forms.ChoiceField(
        label=_("Who referred?"), choices=[CHOOSE, *ReferralSource.choices], required=False
    )
    exploitation_forms = forms.MultipleChoiceField(
        label=_("Forms of exploitation"),
        choices=ExploitationForm.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    exploitation_time = forms.IntegerField(
        label=_("Time in exploitation"),
        required=False,
        min_value=1,
        max_value=36_500,
        widget=forms.TextInput(
            attrs={"class": "amount", "inputmode": "numeric", "autocomplete": "off"}
        ),
        error_messages={"invalid": _("Write the number in digits, for example 3.")},
    )
    exploitation_unit = forms.ChoiceField(
        label=_("Days, weeks, months or years"), choices=TimeUnit.choices, initial=TimeUnit.MONTHS
    )
    exploitation_about = forms.BooleanField(label=_("about, not exactly"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for question in QUESTIONS:
            self.fields[state_of(question)] = StateField()
        self.fields["exploitation_unit"].required = False

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        self._clean_time(given)
        for question in QUESTIONS:
            self._clean_state(question, given)
        return given

    @property
    def answers(self) -> dict[str, Any]:
        names = [name for question in QUESTIONS for name in (question, state_of(question))]
        return {name: self.cleaned_data.get(name) for name in names}

    def _clean_time(self, given: dict[str, Any]) -> None:
        amount, unit = given.get("exploitation_time"), given.get("exploitation_unit")
        if amount is None:
            return
        try:
            about = bool(given.get("exploitation_about"))
            given["exploitation_time"] = ExploitationTime(
                amount, TimeUnit(unit or TimeUnit.MONTHS), about
            )
        except NotATime:
            self.add_error("exploitation_time", _("This is more than a hundred years."))

    def _clean_state(self, question: str, given: dict[str, Any]) -> None:
        state, value = given.get(state_of(question)), given.get(question)
        if value and state in NO_VALUE:
            self.add_error(question, Contradiction.message)
        elif state == AnswerState.ANSWERED and not value and question not in self.errors:
            self.add_error(question, _("Give the answer, or choose why there is none."))


def known_answers(case: Case) -> dict[str, Any]:
    """What the questions were answered with so far, as initial values of a form."""
    client = case.client
    known: dict[str, Any] = {"age_group": client.age_group}
    for row in (client, case):
        for question in row.QUESTIONS:
            known[question] = getattr(row, question)
            known[state_of(question)] = getattr(row, state_of(question))
    time = case.exploitation_time
    return known | {
        "birth": client.partial_birth,
        "exploitation_time": time.amount if time else None,
        "exploitation_unit": time.unit if time else TimeUnit.MONTHS,
        "exploitation_about": bool(time and time.about),
    }


class AdmitForm(NewRowForm, QuestionsForm):
    """One screen. Three answers are enough; the rest may come later."""

    code = forms.CharField(
        label=_("Code name"),
        max_length=CODE_LENGTH,
        validators=[code_is_plain],
        initial=code_names.suggest,
        help_text=_("Suggested by lot. Never a real name."),
        widget=forms.TextInput(attrs={"class": "code", "autocomplete": "off"}),
    )
    consent_how = forms.ChoiceField(
        label=_("How did the client consent to the stay?"),
        choices=How.choices,
        widget=forms.RadioSelect,
    )
    consent_language = forms.ChoiceField(
        label=_("Language of the consent"), choices=[CHOOSE, *Language.choices], required=False
    )
    arrived_on = DayField(
        label=_("Arrived on"), required=False, help_text=_("Leave empty for today.")
    )
    stay_type = forms.ChoiceField(label=_("Kind of stay"), choices=StayType.choices, required=False)
    planned_until = DayField(label=_("The client plans to stay until"), required=False)
    keyworker = forms.ModelChoiceField(
        label=_("Keyworker"), queryset=User.objects.none(), required=False, empty_label=_("Nobody")
    )
    next_step = forms.CharField(label=_("Next step"), max_length=200, required=False)
    next_step_due = DayField(label=_("Due on"), required=False)
    note = forms.CharField(
        label=_("Note"), max_length=ENTRY_LENGTH, required=False, widget=A_FEW_LINES
    )

    field_order = ("code", "age_group", "consent_how")

    def __init__(self, *args: Any, colleagues: QuerySet[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["keyworker"].queryset = colleagues  # type: ignore[attr-defined]

    def clean_arrived_on(self) -> Any:
        day = self.cleaned_data["arrived_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        start = given.get("arrived_on") or timezone.localdate()
        if given.get("planned_until") and given["planned_until"] < start:
            self.add_error("planned_until", _("This day lies before the stay begins."))
        return given

    @property
    def facts(self) -> dict[str, Any]:
        """What `admit_client` takes besides the answers."""
        names = ("new_id", "code", "age_group", "consent_how", "consent_language", "stay_type")
        more = ("planned_until", "keyworker", "next_step", "next_step_due", "note")
        facts = {name: self.cleaned_data[name] for name in (*names, *more)}
        return facts | {"answers": self.answers, "started_at": _start(self.cleaned_data)}


class ReturnForm(AdmitForm):
    """For a client who was here before: the code name stays."""

    code = forms.CharField(required=False, widget=forms.HiddenInput)


class IntakeForm(QuestionsForm):
    """The questions once more, filled in with what is known."""


def _start(given: dict[str, Any]) -> datetime | None:
    """Now for today; noon of an earlier day, whose hour nobody asked for."""
    day = given["arrived_on"]
    if day is None or day == timezone.localdate():
        return None
    return timezone.make_aware(datetime.combine(day, time(12)))


class NoteForm(NewRowForm):
    text = forms.CharField(label=_("New note"), max_length=ENTRY_LENGTH, widget=A_FEW_LINES)
    kind = forms.ChoiceField(label=_("Kind"), choices=EntryKind.choices, initial=EntryKind.NOTE)
    happened_on = DayField(label=_("Day"), required=False, help_text=_("Leave empty for today."))
    happened_at_time = forms.TimeField(
        label=_("Time"),
        required=False,
        input_formats=["%H:%M", "%H.%M"],
        widget=forms.TimeInput(attrs={"class": "time", "autocomplete": "off"}, format="%H:%M"),
        help_text=_("Only if known."),
        error_messages={"invalid": _("Write the time as hours and minutes, for example 14:30.")},
    )


class NextStepForm(PanaForm):
    next_step = forms.CharField(
        label=_("What comes next?"),
        max_length=200,
        required=False,
        help_text=_("Leave empty when the step is done and no other is known yet."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    due = DayField(label=_("Due on"), required=False)


class PlanForm(PanaForm):
    until = DayField(
        label=_("The client plans to stay until"),
        required=False,
        help_text=_("Leave empty when no day is planned. The plan ends no stay by itself."),
    )


class CloseForm(PanaForm):
    reason = forms.ChoiceField(
        label=_("Why does the stay end?"),
        choices=[
            CHOOSE,
            *((r.value, r.label) for r in ClosureReason if r != ClosureReason.DID_NOT_ARRIVE),
        ],
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=ENTRY_LENGTH,
        required=False,
        widget=A_FEW_LINES,
        help_text=_("Needed when the client was asked to leave: why, and where to."),
    )


class ConsentForm(NewRowForm):
    REFUSED = "refused"

    how = forms.ChoiceField(
        label=_("How did the client consent to the stay?"),
        choices=[*How.choices, (REFUSED, _("The client refused"))],
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(
        label=_("In which language?"), choices=[CHOOSE, *Language.choices], required=False
    )


class SearchForm(PanaForm):
    """Was this person here before? By code name only: names are not searched."""

    search = forms.CharField(
        label=_("Code name, or its beginning"),
        max_length=CODE_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"class": "code", "autocomplete": "off"}),
    )

    @property
    def wanted(self) -> str:
        return self.cleaned_data["search"].strip() if self.is_valid() else ""


class ClientFilter(PanaForm):
    """Who is here or expected, unless the query string says otherwise."""

    ENDED = "ended"
    EVERY = "every"
    OVERDUE, TODAY, NONE = "overdue", "today", "none"

    code = forms.CharField(
        label=_("Code name"),
        max_length=CODE_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    status = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Here or expected")),
            (Status.ACTIVE.value, Status.ACTIVE.label),
            (Status.EXPECTED.value, Status.EXPECTED.label),
            (ENDED, _("Closed or moved")),
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
        label=_("Keyworker"), required=False, choices=[("", _("All")), ("me", _("Me"))]
    )
