"""The summary of a case for another shelter: what the sender chose, and nothing more.

It travels as plain JSON with codes instead of words, so that each side reads it in its own
language. What comes from another shelter is read with care: an unknown code is not taken over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

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
    NotABirth,
    NotATime,
    PartialBirth,
    ReferralSource,
    Sex,
    TimeUnit,
    state_of,
)
from cases.words import birth_in_words

VERSION = 1
TEXT_LENGTH = 4000


class Section(models.TextChoices):
    IDENTITY = "identity", _("Code name, age group, sex, languages")
    NAME_AND_BIRTH = "name_and_birth", _("Name and birth")
    CITIZENSHIP = "citizenship", _("Citizenship")
    SOURCE_AND_EXPLOITATION = "source_and_exploitation", _("Who referred, and the exploitation")
    SAFETY_AND_NEEDS = "safety_and_needs", _("Safety and needs")
    PLAN = "plan", _("Next step and plan")


SECTIONS = Section
ALWAYS = frozenset({Section.IDENTITY})
QUESTIONS: dict[Section, dict[str, str | Promise]] = {
    Section.IDENTITY: {
        "age_basis": _("How we know the age"),
        "sex": _("Sex"),
        "languages": _("Languages"),
    },
    Section.NAME_AND_BIRTH: {"name": _("Name"), "birth": _("Born")},
    Section.CITIZENSHIP: {"citizenship": _("Citizenship")},
    Section.SOURCE_AND_EXPLOITATION: {
        "referral_source": _("Who referred"),
        "exploitation_forms": _("Forms of exploitation"),
        "exploitation_time": _("Time in exploitation"),
    },
}
CODES: dict[str, type[models.TextChoices]] = {
    "age_basis": AgeBasis,
    "sex": Sex,
    "languages": Language,
    "citizenship": Citizenship,
    "referral_source": ReferralSource,
    "exploitation_forms": ExploitationForm,
}
LISTS = frozenset({"languages", "exploitation_forms"})


@dataclass(frozen=True)
class ShownSection:
    """One section in the reader's language: a heading and its facts."""

    label: str | Promise
    facts: list[tuple[str | Promise, str]]


def summary_of(case: Case, sections: Iterable[str], message: str = "") -> dict[str, Any]:
    """What goes to the other shelter: the identity section always, the others as chosen.

    `message` is the sender's own text about safety and needs.
    """
    chosen = ALWAYS | {Section(section) for section in sections}
    summary: dict[str, Any] = {"version": VERSION}
    for section in Section:
        if section in chosen:
            summary[section.value] = _content(section, case, message)
    return summary


def show(summary: Mapping[str, Any]) -> list[ShownSection]:
    """For people: the sender's preview and stub, and the receiver's page, all from here."""
    return [
        ShownSection(section.label, _facts(section, summary[section.value]))
        for section in Section
        if isinstance(summary.get(section.value), Mapping)
    ]


def code_in(summary: Mapping[str, Any]) -> str:
    """The sender's code name of the person."""
    return _text(_section(summary, Section.IDENTITY).get("code"))


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
            value = _value(question, _answer(sent, question).get("value"))
            if value:
                answers[question] = value
            else:
                answers[state_of(question)] = _state(_answer(sent, question))
    return answers


def _content(section: Section, case: Case, message: str) -> dict[str, Any]:
    content = {question: _sent(case, question) for question in QUESTIONS.get(section, {})}
    if section is Section.IDENTITY:
        return {"code": case.client.code, "age_group": case.client.age_group, **content}
    if section is Section.SAFETY_AND_NEEDS:
        return {"text": message.strip()[:TEXT_LENGTH]}
    if section is Section.PLAN:
        return _plan(case)
    return content


def _sent(case: Case, question: str) -> dict[str, Any]:
    owner: Client | Case = case.client if question in Client.QUESTIONS else case
    return {
        "answer": getattr(owner, state_of(question)),
        "value": _plain(getattr(owner, question)),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, ExploitationTime):
        return {"amount": value.amount, "unit": str(value.unit), "about": value.about}
    return value or None


def _plan(case: Case) -> dict[str, Any]:
    stay = case.stays.first()
    return {
        "in_shelter_since": _iso(stay.started_on if stay else None),
        "next_step": case.next_step or "",
        "next_step_due": _iso(case.next_step_due),
        "planned_until": _iso(stay.planned_until if stay else None),
    }


def _facts(section: Section, content: Mapping[str, Any]) -> list[tuple[str | Promise, str]]:
    facts = [
        (label, _shown(question, _answer(content, question)))
        for question, label in QUESTIONS.get(section, {}).items()
    ]
    return _own_facts(section, content) + facts


def _own_facts(section: Section, content: Mapping[str, Any]) -> list[tuple[str | Promise, str]]:
    """The facts of a section that are no questions to the person."""
    if section is Section.IDENTITY:
        return [
            (_("Code name"), _text(content.get("code"))),
            (_("Adult or child"), _label(AgeGroup, content.get("age_group"))),
        ]
    if section is Section.SAFETY_AND_NEEDS:
        return [(_("Written by the sender"), _text(content.get("text")) or gettext("Nothing"))]
    if section is Section.PLAN:
        return [
            (_("In the shelter since"), _day_in_words(content.get("in_shelter_since"))),
            (_("Next step"), _text(content.get("next_step")) or gettext("None")),
            (_("Due"), _day_in_words(content.get("next_step_due"))),
            (_("Planned until"), _day_in_words(content.get("planned_until"))),
        ]
    return []


def _shown(question: str, answer: Mapping[str, Any]) -> str:
    value = _value(question, answer.get("value"))
    return _in_words(question, value) if value else str(AnswerState(_state(answer)).label)


def _in_words(question: str, value: Any) -> str:
    if question == "birth":
        return birth_in_words(value)
    if question in CODES:
        codes = value if question in LISTS else [value]
        return ", ".join(_label(CODES[question], code) for code in codes)
    return str(value)


def _value(question: str, sent: Any) -> Any:
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
        return PartialBirth.parse(_text(sent))
    except NotABirth:
        return None


def _time(sent: Any) -> ExploitationTime | None:
    if not isinstance(sent, Mapping):
        return None
    try:
        unit = TimeUnit(str(sent.get("unit")))
        return ExploitationTime(int(sent.get("amount", 0)), unit, bool(sent.get("about")))
    except (NotATime, ValueError, TypeError):
        return None


def _text(sent: Any) -> str:
    return sent.replace("\0", "").strip()[:TEXT_LENGTH] if isinstance(sent, str) else ""


def _name(sent: Any) -> str:
    return _text(sent)[:200]


READERS: dict[str, Callable[[Any], Any]] = {
    "name": _name,
    "birth": _birth,
    "exploitation_time": _time,
}


def _section(summary: Mapping[str, Any], section: Section) -> Mapping[str, Any]:
    content = summary.get(section.value)
    return content if isinstance(content, Mapping) else {}


def _answer(content: Mapping[str, Any], question: str) -> Mapping[str, Any]:
    answer = content.get(question)
    return answer if isinstance(answer, Mapping) else {}


def _state(answer: Mapping[str, Any]) -> str:
    """Why there is no value; an answer that could not be read is not known."""
    state = answer.get("answer")
    if state == AnswerState.ANSWERED:
        return AnswerState.UNKNOWN.value
    return str(state) if state in AnswerState.values else AnswerState.NOT_ASKED.value


def _label(choices: type[models.TextChoices], code: Any) -> str:
    return str(choices(code).label) if code in choices.values else _text(code)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day_in_words(sent: Any) -> str:
    try:
        return date_format(date.fromisoformat(_text(sent)), "SHORT_DATE_FORMAT")
    except ValueError:
        return gettext("None")
