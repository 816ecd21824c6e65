"""What leaves without a page: letters, messages to workers, logs."""

from __future__ import annotations

import logging

import pytest
from celery.signals import before_task_publish
from django.core import mail

from config.logs import JsonLines
from shelters.staff.permissions import Role
from tests.households import Household, Words, furnish, receive
from tests.isolation.test_pages import SAMAL, TULPAR, answers, paths
from tests.walking import SHELTER

OF_STAFF = {
    "email of a colleague",
    "name of a colleague",
    "email of a newcomer",
    "name of a newcomer",
}


@pytest.fixture
def life(tulpar, aidyn, person, words, deliver, django_capture_on_commit_callbacks):
    """Everything happens in Tulpar that may send something, and all of it is sent."""

    def life() -> Household:
        aidyns = Household(aidyn, person(aidyn, Role.DIRECTOR))
        with django_capture_on_commit_callbacks(execute=True):
            home = furnish(tulpar, aidyn, person=person, words=words)
            receive(home, aidyns, words=words)
        deliver()
        return home

    return life


def test_no_letter_tells_of_a_client_nor_leaves_for_another_shelters_people(life, words):
    life()
    to_tulpar = [letter for letter in mail.outbox if letter.to[0].endswith("@tulpar.example")]
    elsewhere = [letter for letter in mail.outbox if letter not in to_tulpar]

    assert to_tulpar
    assert {letter.to[0].split("@")[1] for letter in elsewhere} == {"aidyn.example"}
    assert said_in_letters(elsewhere, words) == set()
    assert said_in_letters(to_tulpar, words) <= OF_STAFF


def said_in_letters(letters, words: Words) -> set[str]:
    return words.said_in(" ".join(str(letter.message()) for letter in letters))


def test_a_message_to_a_worker_says_whose_it_is_and_which_row_and_no_more(life, words):
    sent = []

    def listen(headers, body, **_: object) -> None:
        sent.append((headers["shelter"], f"{headers} {body}"))

    before_task_publish.connect(listen)
    try:
        life()
    finally:
        before_task_publish.disconnect(listen)

    assert {shelter for shelter, _ in sent} == {"tulpar", "aidyn"}
    assert set().union(*(words.said_in(message) for _, message in sent)) == set()


def test_no_log_says_a_word(life, words, people_of, caplog):
    caplog.set_level(logging.DEBUG)
    home = life()
    for host in (SAMAL, TULPAR):
        browser = people_of(home, Role.DIRECTOR)
        browser.defaults["HTTP_HOST"] = host
        answers(browser, paths(SHELTER, home))

    written = "\n".join(JsonLines().format(record) for record in caplog.records)
    assert '"status": 404' in written
    assert words.said_in(caplog.text + written) == set()
