"""Parts of pages: only for htmx, never a whole page inside another, never a part on its own."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client as Browser

from cases.models import Case, Entry
from cases.operations import admit_client
from shelters.models import Shelter
from shelters.staff.models import User
from shelters.tenancy import in_shelter

HOST = "samal.localhost"
CLIENTS = "/clients/"


def wanting(part: str, **more: str) -> dict[str, str]:
    """The headers that htmx sends."""
    return {"HX-Request": "true", "HX-Target": part} | more


@pytest.fixture
def worker(samal: Shelter, person: Callable[..., User]) -> User:
    return person(samal, "social_worker")


@pytest.fixture
def browser(worker: User, browser_of: Callable[..., Browser]) -> Browser:
    return browser_of(worker, HOST)


@pytest.fixture
def case(samal: Shelter, worker: User) -> Case:
    with in_shelter(samal):
        return admit_client(
            new_id=uuid4(), code="Birch 12", age_group="adult", consent_how="signed", by=worker
        )


@pytest.fixture
def note(case: Case) -> str:
    return f"/clients/{case.pk}/note/"


def test_a_part_comes_alone_and_no_cache_takes_it_for_the_page(browser: Browser, case: Case):
    answer = browser.get(CLIENTS, headers=wanting("found"))

    assert answer.content.strip().startswith(b'<div id="found"')
    assert b"Birch 12" in answer.content
    assert b"<form" not in answer.content
    assert {"HX-Request", "HX-Target"} <= set(answer.headers["Vary"].split(", "))
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"HX-Target": "found"},
        wanting("something-else"),
        wanting("found", **{"HX-History-Restore-Request": "true"}),
    ],
    ids=["no scripts", "no htmx", "no such part", "going back"],
)
def test_everybody_else_gets_the_whole_page(browser: Browser, headers: dict[str, str]):
    assert browser.get(CLIENTS, headers=headers).content.lstrip().startswith(b"<!doctype html>")


def test_who_signed_out_is_sent_to_sign_in_by_the_page_itself(rows: None):
    answer = Browser(HTTP_HOST=HOST).get(CLIENTS, headers=wanting("found"))

    assert answer.headers["HX-Refresh"] == "true"
    assert (answer.status_code, answer.content) == (200, b"")


def test_who_may_not_sees_how_things_stand(
    samal: Shelter, person: Callable[..., User], browser_of: Callable[..., Browser], note: str
):
    browser = browser_of(person(samal, "bookkeeper"), HOST)

    answer = browser.post(note, headers=wanting("note"))

    assert (answer.headers["HX-Refresh"], answer.content) == ("true", b"")
    assert "could not be done" in browser.get("/staff/me/").text


def test_a_redirect_is_followed_by_the_browser_not_into_the_part(browser: Browser):
    answer = browser.get("/", headers=wanting("found"))

    assert answer.headers["HX-Redirect"].startswith("/clients/")
    assert "Location" not in answer.headers


def test_a_note_comes_back_with_an_empty_form_and_the_timeline(
    browser: Browser, note: str, case: Case, samal: Shelter
):
    answers = {"new_id": str(uuid4()), "text": "Slept well.", "kind": "note"}

    answer = browser.post(note, answers, headers=wanting("note"))

    assert answer.content.lstrip().startswith(b"<form")
    assert answer.text.count("Slept well.") == 1
    assert 'id="timeline" tabindex="-1"' in answer.text
    assert answer.text.count('hx-swap-oob="true"') == 1
    assert answer.headers["HX-Replace-Url"] == f"/clients/{case.pk}/"
    with in_shelter(samal):
        assert Entry.objects.get().text == "Slept well."


def test_a_note_that_is_missing_is_asked_for_in_its_form(browser: Browser, note: str):
    answer = browser.post(
        note, {"new_id": str(uuid4()), "kind": "note", "text": ""}, headers=wanting("note")
    )

    assert answer.content.lstrip().startswith(b"<form")
    assert b'aria-invalid="true"' in answer.content
    assert b"timeline" not in answer.content


def test_reading_the_timeline_alone_is_noted_like_reading_the_page(
    browser: Browser, case: Case, samal: Shelter
):
    from shelters.events.models import Event

    answer = browser.get(f"/clients/{case.pk}/?show=notes", headers=wanting("timeline"))

    assert b"Birch 12" not in answer.content
    with in_shelter(samal):
        assert Event.objects.filter(type="case.read", case_id=case.pk).count() == 1
