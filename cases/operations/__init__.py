"""Every change to a case: one transaction each, and an event beside it."""

from cases.operations.answering import Answers
from cases.operations.arrivals import confirm_arrival, expect_client
from cases.operations.consents import (
    answer_about_stay,
    give_consent,
    refuse_consent,
    withdraw_consent,
)
from cases.operations.endings import client_did_not_arrive, close_case, hand_over
from cases.operations.intake import admit_client, complete_intake
from cases.operations.notes import write_note
from cases.operations.reading import read_case
from cases.operations.refusals import (
    AlreadyConsented,
    AlreadyHere,
    CaseIsClosed,
    CodeTaken,
    ConsentOver,
    NotInShelter,
)
from cases.operations.steps import set_next_step, set_plan

__all__ = [
    "AlreadyConsented",
    "AlreadyHere",
    "Answers",
    "CaseIsClosed",
    "CodeTaken",
    "ConsentOver",
    "NotInShelter",
    "admit_client",
    "answer_about_stay",
    "client_did_not_arrive",
    "close_case",
    "complete_intake",
    "confirm_arrival",
    "expect_client",
    "give_consent",
    "hand_over",
    "read_case",
    "refuse_consent",
    "set_next_step",
    "set_plan",
    "withdraw_consent",
    "write_note",
]
