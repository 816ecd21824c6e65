"""What another shelter sent, read with care: it may hold anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cases.models import (
    AgeGroup,
    AnswerState,
    ExploitationTime,
    NotABirth,
    NotATime,
    PartialBirth,
    TimeUnit,
    state_of,
)
from cases.summary.sections import CODES, LISTS, QUESTIONS, TEXT_LENGTH, Section


def code_in(summary: Mapping[str, Any]) -> str:
    """The sender's code name of the person."""
    return text_in(_section(summary, Section.IDENTITY).get("code"))


def age_group_in(summary: Mapping[str, Any]) -> AgeGroup:
    """A child unless the sender says an adult."""
    said = _section(summary, Section.IDENTITY).get("age_group")
    return AgeGroup.ADULT if said == AgeGroup.ADULT else AgeGroup.CHILD


def answers_in(summary: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that can be taken over into a case, as `admit_client` takes them."""
    answers: dict[str, Any] = {}
    for section, questions in QUESTIONS.items():
        sent = _section(summary, section)
        for question in questions:
            value = value_in(question, answer_in(sent, question).get("value"))
            if value:
                answers[question] = value
            else:
                answers[state_of(question)] = state_in(answer_in(sent, question))
    return answers


def value_in(question: str, sent: Any) -> Any:
    """The sent value if it is one we know, else None."""
    read: Callable[[Any], Any] = READERS.get(question, lambda sent: _code(question, sent))
    return read(sent)


def _code(question: str, sent: Any) -> Any:
    known = CODES[question].values
    if question not in LISTS:
        return sent if isinstance(sent, str) and sent in known else None
    codes = sent if isinstance(sent, list) else []
    return [code for code in known if code in codes]


def _birth(sent: Any) -> PartialBirth | None:
    try:
        return PartialBirth.parse(text_in(sent))
    except NotABirth:
        return None


def _time(sent: Any) -> ExploitationTime | None:
    if not isinstance(sent, Mapping):
        return None
    try:
        unit = TimeUnit(str(sent.get("unit")))
        return ExploitationTime(int(sent.get("amount", 0)), unit, bool(sent.get("about")))
    except (NotATime, ValueError, TypeError, OverflowError):
        return None


def text_in(sent: Any) -> str:
    return sent.replace("\0", "").strip()[:TEXT_LENGTH] if isinstance(sent, str) else ""


def _name(sent: Any) -> str:
    return text_in(sent)[:200]


READERS: dict[str, Callable[[Any], Any]] = {
    "name": _name,
    "birth": _birth,
    "exploitation_time": _time,
}


def _section(summary: Mapping[str, Any], section: Section) -> Mapping[str, Any]:
    content = summary.get(section.value)
    return content if isinstance(content, Mapping) else {}


def answer_in(content: Mapping[str, Any], question: str) -> Mapping[str, Any]:
    answer = content.get(question)
    return answer if isinstance(answer, Mapping) else {}


def state_in(answer: Mapping[str, Any]) -> str:
    """Why there is no value; an answer that could not be read is not known."""
    state = answer.get("answer")
    if state == AnswerState.ANSWERED:
        return AnswerState.UNKNOWN.value
    return str(state) if state in AnswerState.values else AnswerState.NOT_ASKED.value
