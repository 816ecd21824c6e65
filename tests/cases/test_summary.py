"""The summary for another shelter: what was chosen, in codes, and read with care."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from cases.models import Case, ExploitationTime, PartialBirth, TimeUnit
from cases.summary import SECTIONS, Section, answers_in, show, summary_of

pytestmark = pytest.mark.usefixtures("in_samal")
ANSWERS = {
    "name": "Invented Name",
    "birth": PartialBirth(2001, 5),
    "sex": "female",
    "languages": ["kk", "ru"],
    "citizenship": "UZ",
    "referral_source": "hotline",
    "exploitation_forms": ["forced_labour"],
    "exploitation_time": ExploitationTime(3, TimeUnit.YEARS, about=True),
}


@pytest.fixture
def known(admit: Callable[..., Case]) -> Case:
    return admit(
        code="Birch 12",
        answers=ANSWERS,
        next_step="Go to the consulate",
        next_step_due=date(2026, 12, 1),
    )


def test_the_identity_always_goes_and_nothing_else_unasked(known: Case):
    summary = summary_of(known, [])

    assert set(summary) == {"version", "identity"}
    assert summary["identity"]["code"] == "Birch 12"
    assert "Invented Name" not in json.dumps(summary)


def test_each_section_brings_its_own_answers(known: Case):
    summary = json.loads(json.dumps(summary_of(known, SECTIONS.values, "Needs a quiet room.")))

    assert answers_in(summary) == ANSWERS | {"age_basis_answer": "not_asked"}
    assert summary["safety_and_needs"] == {"text": "Needs a quiet room."}
    assert summary["plan"]["next_step"] == "Go to the consulate"


def test_an_unknown_section_is_an_error(known: Case):
    with pytest.raises(ValueError, match="diary"):
        summary_of(known, ["diary"])


def test_the_summary_is_read_in_the_readers_language(known: Case):
    with translation.override("en"):
        facts = {
            str(label): value
            for section in show(summary_of(known, SECTIONS.values, "Needs a quiet room."))
            for label, value in section.facts
        }

    assert facts["Code name"] == "Birch 12"
    assert facts["Born"] == "May 2001"
    assert facts["Languages"] == "Kazakh, Russian"
    assert facts["Time in exploitation"] == "about 3 years"
    assert facts["How we know the age"] == "Not asked"
    assert facts["Written by the sender"] == "Needs a quiet room."
    assert facts["Due"] == "01.12.2026"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)
sections = st.dictionaries(
    st.sampled_from(["sex", "languages", "birth", "name", "exploitation_time", "code", "text"]),
    st.one_of(json_values, st.dictionaries(st.sampled_from(["answer", "value"]), json_values)),
)


@given(st.dictionaries(st.sampled_from(Section.values), st.one_of(json_values, sections)))
def test_whatever_another_shelter_sends_can_be_shown(summary):
    for section in show(summary):
        for label, value in section.facts:
            assert str(label)
            assert isinstance(value, str)
    answers_in(summary)


@pytest.mark.parametrize("amount", [float("inf"), float("nan"), 10**400, "3 days", None, []])
def test_an_amount_that_is_none_is_not_known(amount):
    time = {"answer": "answered", "value": {"amount": amount, "unit": "days"}}

    read = answers_in({"source_and_exploitation": {"exploitation_time": time}})

    assert read["exploitation_time_answer"] == "unknown"
