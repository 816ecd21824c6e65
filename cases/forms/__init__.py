"""What staff type about a client, parsed. Nothing here decides more than one form can see."""

from cases.forms.admission import AdmitForm, ReturnForm, SearchForm
from cases.forms.casework import CloseForm, ConsentForm, NextStepForm, NoteForm, PlanForm
from cases.forms.narrowing import ClientFilter
from cases.forms.questions import IntakeForm, QuestionsForm, known_answers

__all__ = [
    "AdmitForm",
    "ClientFilter",
    "CloseForm",
    "ConsentForm",
    "IntakeForm",
    "NextStepForm",
    "NoteForm",
    "PlanForm",
    "QuestionsForm",
    "ReturnForm",
    "SearchForm",
    "known_answers",
]
