"""A shelter's name and address change whole, or not at all; its schema never does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections
from django.test import Client

from shelters.closing.archiving import archive_shelter, reopen_shelter
from shelters.models import Domain, Shelter
from shelters.operations import BadName, BadWord, NameTaken
from shelters.refusals import Refusal
from shelters.renaming import NothingToRename, rename_shelter
from shelters.staff.models import User
from shelters.tenancy import in_central, in_shelter
from shelters.tenancy.migrate import OWNER, as_owner

pytestmark = pytest.mark.usefixtures("named_as_before")


@pytest.fixture
def named_as_before(committed: None) -> Iterator[None]:
    yield
    with as_owner():
        for schema in ("samal", "tulpar"):
            shelter = Shelter.objects.using(OWNER).filter(schema=schema)
            shelter.update(name=schema.capitalize())
            domains = Domain.objects.using(OWNER).filter(shelter__in=shelter)
            domains.update(host=f"{schema}.localhost")
    connections[OWNER].close()


def names() -> dict[str, tuple[str, str]]:
    """Name and host of each shelter, by its schema."""
    with in_central():
        found = Domain.objects.select_related("shelter")
        return {one.shelter.schema: (one.shelter.name, one.host) for one in found}


AS_THEY_WERE = {
    "samal": ("Samal", "samal.localhost"),
    "tulpar": ("Tulpar", "tulpar.localhost"),
    "aidyn": ("Aidyn", "aidyn.localhost"),
}


def test_a_new_name_and_a_new_address_lead_to_the_same_shelter(tulpar):
    Client(HTTP_HOST="tulpar.localhost").get("/")

    renamed = rename_shelter(schema="tulpar", name="Қыран", word="eagle")

    assert names() == AS_THEY_WERE | {"tulpar": ("Қыран", "eagle.localhost")}
    unknown = Client(HTTP_HOST="nobody-at-all.localhost").get("/")
    old = Client(HTTP_HOST="tulpar.localhost").get("/")
    assert (old.status_code, old.content) == (404, unknown.content)
    page = Client(HTTP_HOST="eagle.localhost").get("/account/login/")
    assert "Қыран" in page.text
    with in_shelter(renamed):
        assert User.objects.get().email == "director@tulpar.example"


def test_an_old_address_is_free_for_others():
    rename_shelter(schema="tulpar", word="eagle")

    rename_shelter(schema="samal", word="tulpar")

    assert names()["samal"] == ("Samal", "tulpar.localhost")


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({}, NothingToRename),
        ({"name": "  "}, BadName),
        ({"name": "Sam\nal"}, BadName),
        ({"name": "Eagle", "word": "a.b"}, BadWord),
        ({"name": "Samal", "word": "eagle"}, NameTaken),
        ({"name": "Eagle", "word": "samal"}, NameTaken),
        ({"name": "Eagle", "word": "pana"}, NameTaken),
    ],
    ids=str,
)
def test_what_is_bad_or_taken_is_refused_and_nothing_changes(asked, refusal):
    with pytest.raises(refusal):
        rename_shelter(schema="tulpar", **asked)

    assert names() == AS_THEY_WERE


def test_of_two_who_want_the_same_name_one_gets_it():
    outcomes: list[str] = []

    def attempt(schema: str) -> None:
        try:
            rename_shelter(schema=schema, name="Eagle", word="eagle")
            outcomes.append("renamed")
        except (Refusal, DatabaseError) as error:
            outcomes.append(type(error).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=attempt, args=[name]) for name in ("samal", "tulpar")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcomes) == ["NameTaken", "renamed"]


def test_an_archived_one_keeps_its_address_to_itself(tulpar):
    archive_shelter(schema="tulpar")
    try:
        with pytest.raises(NameTaken):
            rename_shelter(schema="samal", word="tulpar")
        rename_shelter(schema="tulpar", name="Eagle")
    finally:
        reopen_shelter(schema="tulpar")

    assert names() == AS_THEY_WERE | {"tulpar": ("Eagle", "tulpar.localhost")}


def test_not_even_the_owner_gives_it_another_schema():
    with pytest.raises(DatabaseError, match="Cannot update"), as_owner() as cursor:
        cursor.execute("UPDATE shelters_shelter SET schema = 'eagle' WHERE schema = 'tulpar'")


def test_the_command_says_where_it_is_and_what_becomes_of_the_old_address(monkeypatch):
    monkeypatch.setattr("shelters.tenancy.hosts.SECONDS", 15.0)
    said = StringIO()

    call_command("rename_shelter", "tulpar", name="Eagle", word="eagle", stdout=said)
    with pytest.raises(CommandError, match="already a shelter"):
        call_command("rename_shelter", "tulpar", name="Samal")

    assert "Eagle is at https://eagle.localhost/" in said.getvalue()
    assert "within 15 seconds" in said.getvalue()
