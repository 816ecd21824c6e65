"""Whether a question was answered: not asked, declined and unknown are three different things."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AnswerState(models.TextChoices):
    ANSWERED = "answered", _("Answered")
    NOT_ASKED = "not_asked", _("Not asked")
    DECLINED = "declined", _("Declined to say")
    UNKNOWN = "unknown", _("Not known")


class AnswerField(models.CharField):  # type: ignore[type-arg]
    """The state of the question whose value stands in the column beside it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("max_length", 10)
        options.setdefault("choices", AnswerState)
        options.setdefault("default", AnswerState.NOT_ASKED)
        super().__init__(*args, **options)


def state_of(question: str) -> str:
    """Name of the column that says whether `question` was answered."""
    return f"{question}_answer"


def given_if_answered(question: str, given: Q) -> models.CheckConstraint:
    """The value is there when the question was answered, and only then."""
    answered = Q(**{state_of(question): AnswerState.ANSWERED})
    without = Q(**{f"{state_of(question)}__in": [AnswerState.NOT_ASKED, *NO_ANSWERS]})
    return models.CheckConstraint(
        condition=(given & answered) | (~given & without),
        name=f"{question}_given_if_answered",
    )


NO_ANSWERS = (AnswerState.DECLINED, AnswerState.UNKNOWN)
