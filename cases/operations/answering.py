"""Answers and the reasons for having none, brought into the columns of a client and a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from cases.models import AgeBasis, AgeGroup, AnswerState, Case, Client, state_of
from cases.operations.refusals import AgeInDoubt, BornTooEarly, BornTooLate, Contradiction

Answers = Mapping[str, Any]
"""`{"sex": "female", "citizenship_answer": "declined"}`: a value is an answer by itself; a question
that is not mentioned was not asked. `birth` is a PartialBirth, `exploitation_time` an
ExploitationTime, `languages` and `exploitation_forms` are lists of codes."""

EMPTY: dict[str, Any] = {
    "name": None,
    "birth": None,
    "exploitation_time": None,
    "languages": [],
    "exploitation_forms": [],
}


def put_answers(row: Client | Case, answers: Answers) -> None:
    """Set value and state of every question of the row; raises `Contradiction`."""
    for question in row.QUESTIONS:
        value, state = _settle(question, answers)
        setattr(row, question, value)
        setattr(row, state_of(question), state)


def known_of(row: Client | Case) -> dict[str, Any]:
    """What is known now: age group, values and states, to tell whether anything changed."""
    names = [name for question in row.QUESTIONS for name in (question, state_of(question))]
    known = {name: getattr(row, name) for name in names}
    return known | {"age_group": row.age_group} if isinstance(row, Client) else known


def check_age(client: Client) -> None:
    """Adult or child must fit what is known about the age."""
    is_adult = client.age_group == AgeGroup.ADULT
    if is_adult and client.age_basis == AgeBasis.PRESUMED:
        raise AgeInDoubt
    birth, today = client.partial_birth, timezone.localdate()
    if birth and is_adult and birth.is_surely_child(today):
        raise BornTooLate
    if birth and not is_adult and birth.is_surely_adult(today):
        raise BornTooEarly


def _settle(question: str, answers: Answers) -> tuple[Any, str]:
    value = _plain(answers.get(question))
    state = answers.get(state_of(question)) or AnswerState.NOT_ASKED
    if value and state in {AnswerState.DECLINED, AnswerState.UNKNOWN}:
        raise Contradiction(field=question)
    if value:
        return value, AnswerState.ANSWERED
    if state == AnswerState.ANSWERED:
        state = AnswerState.NOT_ASKED
    return EMPTY.get(question, ""), str(state)


def _plain(value: Any) -> Any:
    """A birth is kept as text, a list without repetition."""
    if isinstance(value, list | tuple):
        return list(dict.fromkeys(value))
    if isinstance(value, str):
        return value.strip()
    return str(value) if _is_birth(value) else value


def _is_birth(value: Any) -> bool:
    return hasattr(value, "is_surely_child")
