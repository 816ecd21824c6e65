"""The sections of a summary and the questions that each of them answers."""

from __future__ import annotations

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import (
    AgeBasis,
    Citizenship,
    ExploitationForm,
    Language,
    ReferralSource,
    Sex,
)

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
