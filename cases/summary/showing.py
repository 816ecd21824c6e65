"""A summary in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.models import AgeGroup, AnswerState
from cases.summary.reading import answer_in, state_in, text_in, value_in
from cases.summary.sections import CODES, LISTS, QUESTIONS, Section
from cases.words import birth_in_words


@dataclass(frozen=True)
class ShownSection:
    """One section in the reader's language: a heading and its facts."""

    label: str | Promise
    facts: list[tuple[str | Promise, str]]


def show(summary: Mapping[str, Any]) -> list[ShownSection]:
    """For people: the sender's preview and stub, and the receiver's page, all from here."""
    return [
        ShownSection(section.label, _facts(section, summary[section.value]))
        for section in Section
        if isinstance(summary.get(section.value), Mapping)
    ]


def _facts(section: Section, content: Mapping[str, Any]) -> list[tuple[str | Promise, str]]:
    facts = [
        (label, _shown(question, answer_in(content, question)))
        for question, label in QUESTIONS.get(section, {}).items()
    ]
    return _own_facts(section, content) + facts


def _own_facts(section: Section, content: Mapping[str, Any]) -> list[tuple[str | Promise, str]]:
    """The facts of a section that are no questions to the person."""
    if section is Section.IDENTITY:
        return [
            (_("Code name"), text_in(content.get("code"))),
            (_("Adult or child"), _label(AgeGroup, content.get("age_group"))),
        ]
    if section is Section.SAFETY_AND_NEEDS:
        return [(_("Written by the sender"), text_in(content.get("text")) or gettext("Nothing"))]
    if section is Section.PLAN:
        return [
            (_("In the shelter since"), _day_in_words(content.get("in_shelter_since"))),
            (_("Next step"), text_in(content.get("next_step")) or gettext("None")),
            (_("Due"), _day_in_words(content.get("next_step_due"))),
            (_("Planned until"), _day_in_words(content.get("planned_until"))),
        ]
    return []


def _shown(question: str, answer: Mapping[str, Any]) -> str:
    value = value_in(question, answer.get("value"))
    return _in_words(question, value) if value else str(AnswerState(state_in(answer)).label)


def _in_words(question: str, value: Any) -> str:
    if question == "birth":
        return birth_in_words(value)
    if question in CODES:
        codes = value if question in LISTS else [value]
        return ", ".join(_label(CODES[question], code) for code in codes)
    return str(value)


def _label(choices: type[models.TextChoices], code: Any) -> str:
    return str(choices(code).label) if code in choices.values else text_in(code)


def _day_in_words(sent: Any) -> str:
    try:
        return date_format(date.fromisoformat(text_in(sent)), "SHORT_DATE_FORMAT")
    except ValueError:
        return gettext("None")
