"""The questions that may stay open. A typed answer wins over "not asked"."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.fields import BirthField, SeveralSelects
from cases.models import (
    AgeBasis,
    AgeGroup,
    AnswerState,
    Case,
    Citizenship,
    Client,
    ExploitationForm,
    ExploitationTime,
    Language,
    NotATime,
    ReferralSource,
    Sex,
    TimeUnit,
    state_of,
)
from cases.operations.refusals import Contradiction
from shelters.forms import PanaForm

CHOOSE = ("", _("Choose"))
QUESTIONS = (*Client.QUESTIONS, *Case.QUESTIONS)
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


class IntakeForm(QuestionsForm):
    """The questions once more, filled in with what is known."""
