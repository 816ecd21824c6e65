"""The description of the API, for programs and for people, in the language that is asked for."""

from __future__ import annotations

import html

import pytest

from shelters.api.words import paragraphs, sentences
from shelters.staff.permissions import Role

ENGLISH = set(sentences())
OF_THE_PAGE = {"When the answer is no", "Who may:", "Parameters", "Meaning", "Answer 200"}
PLACES = {"samal.localhost": Role.DIRECTOR, "pana.localhost": Role.COORDINATOR}


@pytest.fixture(params=PLACES)
def reader(request, samal, person, browser_of):
    """Somebody of a shelter, or of the central host, who reads this language."""

    def reader(language):
        there = samal if request.param.startswith("samal") else None
        user = person(there, PLACES[request.param], language=language)
        return browser_of(user, request.param)

    return reader


def test_every_verb_has_a_sentence():
    assert len(ENGLISH) > 80


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_the_page_says_nothing_in_english(reader, language):
    page = html.unescape(reader(language).get("/api/").text.split("<main")[1])

    assert [words for words in ENGLISH | OF_THE_PAGE if words in page] == []


def test_the_page_says_who_may_in_words(reader):
    page = reader("en").get("/api/").text

    assert "Who may: " in page
    assert "case.read" not in page


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_programs_are_told_in_the_language_they_ask_for(reader, language):
    told = reader(language).get("/api/schema/", HTTP_ACCEPT_LANGUAGE=language).json()

    verbs = [verb for path in told["paths"].values() for verb in path.values()]
    said = {part for verb in verbs for part in paragraphs(verb["description"])}
    assert said
    assert said & ENGLISH == set()
