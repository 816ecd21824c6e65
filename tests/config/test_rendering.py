"""How forms, chips, clocks, navigation and error pages come out as HTML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import OperationalError
from django.http import HttpRequest
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone, translation
from psycopg.errors import DiskFull

from config import errors
from shelters.forms import DayField, PanaForm


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Sentences are compared as they stand in the source."""
    with translation.override("en"):
        yield


ERRORS = ["400", "403", "403_csrf", "404", "405", "429", "500", "503"]
ERRORS += ["503_busy", "503_full", "503_uncounted", "503_unsure"]


class Intake(PanaForm):
    name = forms.CharField(label="Code name", help_text="Not the real name.")
    born = DayField(label="Born", required=False)
    sex = forms.ChoiceField(
        label="Sex", choices=[("f", "Female"), ("m", "Male")], widget=forms.RadioSelect
    )
    consent = forms.BooleanField(label="Agreed", help_text="Asked in private.")
    token = forms.CharField(widget=forms.HiddenInput, error_messages={"required": "Start anew."})


class Page(HTMLParser):
    """All elements with their attributes, and the ids."""

    def __init__(self, html: object) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(str(html))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def named(self, tag: str, **wanted: str) -> list[dict[str, Any]]:
        return [
            attrs
            for found, attrs in self.elements
            if found == tag and wanted.items() <= attrs.items()
        ]

    @property
    def ids(self) -> list[str]:
        return [attrs["id"] for _tag, attrs in self.elements if attrs.get("id")]  # type: ignore[misc]


def template(text: str, **context: Any) -> str:
    return str(engines["django"].from_string(text).render(context))


def test_a_field_is_described_by_its_help_and_its_error():
    page = Page(Intake({}))

    (name,) = page.named("input", name="name")
    assert name["aria-invalid"] == "true"
    assert name["aria-describedby"] == "id_name_helptext id_name_error"
    assert {"id_name_helptext", "id_name_error"} <= set(page.ids)
    assert page.named("label", **{"for": "id_name"})


def test_choices_stand_in_a_fieldset_that_is_described():
    page = Page(Intake({}))

    (fieldset,) = page.named("fieldset")
    assert fieldset["aria-describedby"] == "id_sex_error"
    assert page.named("legend")
    assert "id_sex_error" in page.ids


def test_a_single_checkbox_has_its_words_and_descriptions():
    page = Page(Intake({}))

    (consent,) = page.named("input", name="consent")
    assert page.named("label", **{"for": "id_consent"})
    assert consent["aria-describedby"] == "id_consent_helptext id_consent_error"
    assert {"id_consent_helptext", "id_consent_error"} <= set(page.ids)


def test_every_id_of_a_form_is_there_once():
    ids = Page(Intake({})).ids

    assert len(ids) == len(set(ids))


def test_every_mistake_is_listed_on_top_and_leads_to_its_field():
    form = Intake({})
    form.add_error(None, "No bed is free.")
    page = Page(form)

    targets = [link["href"].removeprefix("#") for link in page.named("a")]
    assert targets == ["id_name", "id_sex_0", "id_consent"]
    assert set(targets) <= set(page.ids)
    assert page.named("div", role="alert", tabindex="-1")
    assert "No bed is free." in str(form)
    assert "Start anew." in str(form)


def test_a_form_without_mistakes_has_no_summary():
    assert "error-summary" not in str(Intake())


def test_a_question_is_not_followed_by_a_colon():
    class Asking(PanaForm):
        why = forms.CharField(label="Why?")
        code = forms.CharField(label="Code")

    summary = " ".join(str(Asking({})).split())
    assert ">Why?</a> Please answer this." in summary
    assert ">Code:</a> Please answer this." in summary


def test_optional_questions_say_so():
    assert str(Intake()).count("(optional)") == 1


def test_what_a_person_typed_is_escaped():
    form = Intake({"name": "<script>x</script>"})
    form.is_valid()
    form.add_error("name", "<b>no</b>")

    assert "<script>" not in str(form)
    assert "<b>" not in str(form)


@pytest.mark.parametrize(
    ("left", "words", "state"),
    [
        (timedelta(days=3, hours=1), "3 days left", "calm"),
        (timedelta(days=2, minutes=1), "2 days left", "calm"),
        (timedelta(hours=47, minutes=1), "47 h left", "calm"),
        (timedelta(hours=5, minutes=1), "5 h left", "soon"),
        (timedelta(minutes=61, seconds=30), "61 min left", "soon"),
        (timedelta(seconds=30), "0 min left", "soon"),
        (timedelta(minutes=-30, seconds=-30), "overdue by 30 min", "late"),
        (timedelta(hours=-2, minutes=-1), "overdue by 2 h", "late"),
        (timedelta(days=-9, minutes=-1), "overdue by 9 days", "late"),
    ],
)
def test_a_clock_says_the_time_left_in_words(left, words, state):
    shown = template("{% clock until %}", until=timezone.now() + left)

    assert words in shown
    assert f'class="clock {state}"' in shown


def test_a_clock_without_a_moment_says_so():
    assert "no deadline" in template("{% clock until %}", until=None)


def test_a_chip_takes_its_own_answer_away_and_keeps_the_rest():
    class Filter(PanaForm):
        sex = forms.CharField(label="Sex", required=False)
        word = forms.CharField(label="Word", required=False)

    request = RequestFactory().get("/", {"sex": "f", "word": "a&b", "page": "3", "sort": "day"})
    page = Page(template("{% chips form %}", form=Filter(request.GET), request=request))

    assert [link["href"] for link in page.named("a")] == [
        "?word=a%26b&sort=day",
        "?sex=f&sort=day",
    ]


def test_an_icon_says_nothing_aloud_and_carries_no_style():
    (svg,) = Page(template('{% icon "users" %}')).named("svg")

    assert svg["aria-hidden"] == "true"
    assert "style" not in svg


@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_error_pages_need_nothing_and_name_no_host(name, language):
    with translation.override(language):
        html = render_to_string(f"errors/{name}.html")

    page = Page(html)
    assert page.named("html", lang=language)
    assert len(page.named("h1")) == 1
    assert not page.named("form")
    assert settings.BASE_DOMAIN not in html


def test_the_page_of_an_unknown_host_is_that_of_an_unknown_address():
    """The tenancy middleware draws it with a request that has no session, user or unit."""
    request = RequestFactory().get("/", headers={"host": "nobody.example"})

    assert render_to_string("errors/404.html", request=request) == render_to_string(
        "errors/404.html"
    )


def test_every_page_keeps_to_the_content_security_policy():
    page = Page(render_to_string("base.html"))

    assert not page.named("style")
    assert all("src" in script for script in page.named("script"))
    for _tag, attrs in page.elements:
        assert not [name for name in attrs if name == "style" or name.startswith("on")]
    assert page.named(
        "meta",
        name="htmx-config",
        content='{"includeIndicatorStyles":false,"allowEval":false,'
        '"historyCacheSize":0,"refreshOnHistoryMiss":true,"timeout":20000}',
    )


def test_every_static_file_of_the_frame_exists():
    page = Page(render_to_string("base.html"))
    names = [link["href"] for link in page.named("link")]
    names += [script["src"] for script in page.named("script")]

    assert len(names) > 5
    for name in names:
        assert finders.find(name.removeprefix(f"/{settings.STATIC_URL.strip('/')}/")), name


def test_a_fault_is_500_and_a_lost_database_503():
    request = HttpRequest()
    answers = []
    for fault in (ValueError(), OperationalError()):
        try:
            raise fault
        except Exception:
            answers.append(errors.broken(request))

    assert [answer.status_code for answer in answers] == [500, 503]
    assert answers[1].headers["Retry-After"] == "30"


def test_programs_hear_what_people_read():
    request = HttpRequest()
    request.path = "/api/cases/"
    full = OperationalError()
    full.__cause__ = DiskFull()
    said = []
    for fault in (ValueError(), OperationalError(), full):
        try:
            raise fault
        except Exception:
            said.append(json.loads(errors.broken(request).content)["detail"])

    assert said[0].startswith("It is not your fault.")
    assert said[1].startswith("The data cannot be reached.")
    assert said[2].startswith("The disk is full.")


@pytest.mark.parametrize(
    ("view", "status"),
    [(errors.bad_request, 400), (errors.forbidden, 403), (errors.not_found, 404)],
)
def test_expected_faults_keep_their_status(view, status):
    assert view(HttpRequest(), Exception("secret detail")).status_code == status
    assert b"secret detail" not in view(HttpRequest(), Exception("secret detail")).content


def test_a_form_that_was_open_too_long_says_what_to_do():
    answer = errors.csrf_failed(HttpRequest())

    assert answer.status_code == 403
    assert b"<h1>" in answer.content
