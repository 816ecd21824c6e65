"""Clients and the work with them, in each shelter's own schema."""

from cases.models.answers import AnswerState, state_of
from cases.models.birth import NotABirth, PartialBirth
from cases.models.case import ENDED, OPEN, TRANSITIONS, Case, Status, WrongState
from cases.models.choices import (
    AgeBasis,
    AgeGroup,
    Citizenship,
    ClosureReason,
    EntryKind,
    ExploitationForm,
    Language,
    ReferralSource,
    Sex,
    StayType,
)
from cases.models.client import CODE_LENGTH, CODE_PATTERN, Client
from cases.models.consent import Consent, ConsentState, How, Scope
from cases.models.entry import ENTRY_LENGTH, Entry
from cases.models.exploitation_time import LONGEST, ExploitationTime, NotATime, TimeUnit
from cases.models.stay import Stay, StayDates

__all__ = [
    "CODE_LENGTH",
    "CODE_PATTERN",
    "ENDED",
    "ENTRY_LENGTH",
    "LONGEST",
    "OPEN",
    "TRANSITIONS",
    "AgeBasis",
    "AgeGroup",
    "AnswerState",
    "Case",
    "Citizenship",
    "Client",
    "ClosureReason",
    "Consent",
    "ConsentState",
    "Entry",
    "EntryKind",
    "ExploitationForm",
    "ExploitationTime",
    "How",
    "Language",
    "NotABirth",
    "NotATime",
    "PartialBirth",
    "ReferralSource",
    "Scope",
    "Sex",
    "Status",
    "Stay",
    "StayDates",
    "StayType",
    "TimeUnit",
    "WrongState",
    "state_of",
]
