"""A removed shelter leaves an archive that opens without Pana, its name, and nothing else."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import re
import stat
import subprocess
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from cases import operations as case_work
from cases.models import Case
from funding import operations as money
from funding.models import Agreement, Donor, Receipt, RenewalState
from referrals.models import Referral
from shelters.closing import removing
from shelters.closing.archiving import NotArchived, archive_shelter, reopen_shelter
from shelters.closing.final import ArchiveFailed, writing
from shelters.closing.removing import WrongName, remove_shelter
from shelters.closing.steps import Removed
from shelters.events.carrying import carry
from shelters.events.models import Delivery
from shelters.events.tasks import deliver
from shelters.models import Shelter
from shelters.operations import NameTaken, open_shelter
from shelters.registry import UnknownShelter, in_schema
from shelters.renaming import rename_shelter
from shelters.staff.models import User
from shelters.staff.permissions import Role
from shelters.tenancy import in_central, in_shelter
from shelters.tenancy.access import app_login
from shelters.tenancy.migrate import as_owner
from shelters.tenancy.names import TASK_HEADER, shelter_role
from shelters.vault import keys
from tests.households import Words, furnish
from tests.shelters.zhuldyz import DIRECTOR, remove

pytestmark = pytest.mark.usefixtures("committed", "zhuldyz")
NAME = "Zhuldyz"


def _open(**other: Any) -> Shelter:
    usual = {"name": NAME, "schema": "zhuldyz", "word": "zhuldyz"}
    return open_shelter(**(usual | other), director=DIRECTOR)


@pytest.fixture
def zhuldyz(gone_after: None) -> Shelter:
    return _open()


def left_of_it() -> dict[str, int]:
    role = shelter_role(app_login()[0], "zhuldyz")
    found = {}
    with as_owner() as cursor:
        for what, sql in {
            "schemas": "SELECT count(*) FROM pg_namespace WHERE nspname = 'zhuldyz'",
            "roles": f"SELECT count(*) FROM pg_roles WHERE rolname = '{role}'",
            "keys": "SELECT count(*) - 6 FROM vault_wrappedkey",
            "sealing keys": "SELECT count(*) - 3 FROM vault_sealingkey",
            "hosts": "SELECT count(*) FROM shelters_domain WHERE host LIKE 'zhuldyz%'",
            "records": "SELECT count(*) - 3 FROM shelters_shelterrecord",
        }.items():
            cursor.execute(sql)
            found[what] = cursor.fetchone()[0]
    return found


NOTHING = dict.fromkeys(["schemas", "roles", "keys", "sealing keys", "hosts", "records"], 0)
WHOLE = NOTHING | {"schemas": 1, "roles": 1, "keys": 2, "sealing keys": 1, "hosts": 1, "records": 1}


# --- a shelter with a life, brought to its end --------------------------------------------------


@pytest.fixture
def words() -> Words:
    """Zhuldyz's."""
    return Words()


@pytest.fixture
def samals() -> Words:
    return Words(first="jx", born=1991)


@pytest.fixture
def furnished(
    zhuldyz: Shelter,
    samal: Shelter,
    aidyn: Shelter,
    person: Callable[..., User],
    words: Words,
    samals: Words,
) -> Shelter:
    """With rows of every kind, all brought to their end and archived; Samal has its own."""
    furnish(samal, aidyn, person=person, words=samals)
    home = furnish(zhuldyz, samal, person=person, words=words)
    with in_shelter(zhuldyz):
        for case in Case.objects.active():
            case_work.close_case(case=case, reason="left_by_own_choice", by=home.director)
        money.update_renewal(
            agreement=Agreement.objects.get(),
            new_id=uuid4(),
            state=RenewalState.REFUSED,
            as_of=timezone.localdate(),
            by=home.director,
        )
    carry_everything()
    return archive_shelter(schema="zhuldyz")


def carry_everything() -> None:
    for schema in ("zhuldyz", "samal", "aidyn"):
        with in_schema(schema):
            due = list(Delivery.objects.due().values_list("id", flat=True))
        for delivery_id in due:
            carry(schema, delivery_id)


def what_the_network_counts() -> list[Any]:
    with in_central():
        return [
            sorted(Receipt.objects.sums_by("shelter_id"), key=str),
            sorted(Referral.objects.values_list("code", "status", "sender", "recipient")),
            sorted(Donor.objects.values_list("name", "kind")),
        ]


def test_the_archive_holds_all_that_was_known_and_nothing_of_others(
    furnished, words, samals, tmp_path
):
    path = remove_shelter(schema="zhuldyz", name=NAME, folder=tmp_path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == [path.name]
    with ZipFile(path) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    for kind in ("json", "csv", "pages"):
        said = "".join(text for name, text in texts.items() if name.startswith(kind))
        missing = set(words.meaning.values()) - words.said_in(said)
        assert missing <= {"message in the summary"}  # it goes when its referral ends
        assert samals.said_in(said) == set()
    whole = "".join(texts.values())
    assert "md5$" not in whole  # a password's hash
    assert not [name for name in texts if "session" in name or "token" in name or "key" in name]


def test_the_archive_opens_with_common_tools(furnished, tmp_path):
    path = remove_shelter(schema="zhuldyz", name=NAME, folder=tmp_path)

    with ZipFile(path) as archive:
        archive.extractall(tmp_path)
    check = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(check, cwd=tmp_path, check=False).returncode == 0
    entries = json.loads((tmp_path / "json/cases_entry.json").read_text())
    lines = io.StringIO((tmp_path / "csv/cases_entry.csv").read_text("utf-8-sig"))
    assert [line["text"] for line in csv.DictReader(lines)] == [entry["text"] for entry in entries]
    index = (tmp_path / "index.html").read_text()
    pages = {page.name for page in (tmp_path / "pages").iterdir()}
    assert pages == set(re.findall(r'href="pages/([^"]+)"', index))
    assert f"<td>{len(entries)}</td>" in index
    assert "НЕ ЗАШИФРОВАН" in (tmp_path / "README.txt").read_text()


def test_what_a_spreadsheet_would_run_is_only_shown(zhuldyz, tmp_path):
    with in_shelter(zhuldyz):
        User.objects.update(name="=1+1")
    archive_shelter(schema="zhuldyz")

    path = remove_shelter(schema="zhuldyz", name=NAME, folder=tmp_path)

    with ZipFile(path) as archive:
        assert ",'=1+1," in archive.read("csv/staff_user.csv").decode()
        assert '"name": "=1+1"' in archive.read("json/staff_user.json").decode()


def test_a_name_is_left_and_what_others_count_and_nothing_else(
    furnished, samal, tmp_path, words, browser_of, person
):
    before = what_the_network_counts()
    with in_shelter(furnished):
        keys.data_key()

    remove_shelter(schema="zhuldyz", name=NAME, folder=tmp_path)

    assert left_of_it() == NOTHING
    assert what_the_network_counts() == before
    assert furnished.id not in {shelter_id for shelter_id, *_ in keys._unwrapped}
    with in_central():
        tombstone = Shelter.objects.get(schema="zhuldyz")
    assert (tombstone.name, tombstone.state) == (NAME, "removed")
    with as_owner() as cursor:
        cursor.execute("SELECT text FROM funding_receiptnote")
        notes = str(cursor.fetchall())
        cursor.execute("SELECT name FROM funding_donor WHERE kind = 'individual'")
        assert words.said_in(notes + str(cursor.fetchall())) == set()
    assert "jx" in notes  # Samal's are there, and nobody deletes them
    with pytest.raises(DatabaseError, match="Cannot update or delete"), as_owner() as cursor:
        cursor.execute("DELETE FROM funding_receiptnote")
    histories = browser_of(person(samal, Role.DIRECTOR), "samal.localhost")
    assert NAME in histories.get("/referrals/past/").text


# --- refused ------------------------------------------------------------------------------------


def test_a_task_for_it_ends_plainly_and_is_not_tried_again(furnished, tmp_path, messages):
    remove_shelter(schema="zhuldyz", name=NAME, folder=tmp_path)
    messages()

    result = deliver.apply(args=["zhuldyz", str(uuid4())], headers={TASK_HEADER: "zhuldyz"})

    assert result.state == "FAILURE"
    assert isinstance(result.result, UnknownShelter)
    assert messages() == []


def test_only_an_archived_shelter_is_removed_by_whoever_knows_its_name(zhuldyz, tmp_path):
    with pytest.raises(NotArchived):
        remove_shelter(schema="zhuldyz", name=NAME, folder=tmp_path)
    archive_shelter(schema="zhuldyz")
    for name in ("", "zhuldyz", "Zhuldyz ", "Samal"):
        with pytest.raises(WrongName):
            remove_shelter(schema="zhuldyz", name=name, folder=tmp_path)

    assert os.listdir(tmp_path) == []
    reopen_shelter(schema="zhuldyz")
    assert Client(HTTP_HOST="zhuldyz.localhost").get("/").status_code == 302
    assert left_of_it() == WHOLE


def test_a_folder_that_takes_no_file_keeps_the_shelter(zhuldyz, tmp_path, monkeypatch):
    archive_shelter(schema="zhuldyz")
    a_file = tmp_path / "file"
    a_file.touch()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(ArchiveFailed, match="No such file or directory"):
        remove_shelter(schema="zhuldyz", name=NAME, folder=tmp_path / "nowhere")
    with pytest.raises(ArchiveFailed, match="Not a directory"):
        remove_shelter(schema="zhuldyz", name=NAME, folder=a_file)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ArchiveFailed, match="No space left on device"):
        remove_shelter(schema="zhuldyz", name=NAME, folder=tmp_path)

    assert os.listdir(tmp_path) == ["file"]
    assert left_of_it() == WHOLE


def test_an_archive_that_does_not_read_back_keeps_the_shelter(zhuldyz, tmp_path, monkeypatch):
    archive_shelter(schema="zhuldyz")
    whole = writing._json
    for broken in (lambda rows: whole(rows[1:]), lambda rows: whole([*rows, {}])):
        monkeypatch.setattr(writing, "_json", broken)
        with pytest.raises(ArchiveFailed, match="read back whole"):
            remove_shelter(schema="zhuldyz", name=NAME, folder=tmp_path)

    assert os.listdir(tmp_path) == []
    assert left_of_it() == WHOLE


def test_without_the_right_key_nothing_is_removed(furnished, tmp_path, settings):
    settings.KEK = b"x" * 32
    keys._unwrapped.clear()

    with pytest.raises(ArchiveFailed, match="PANA_KEK"):
        remove_shelter(schema="zhuldyz", name=NAME, folder=tmp_path)

    assert os.listdir(tmp_path) == []
    assert left_of_it()["schemas"] == 1


def test_after_a_crash_it_is_whole_and_another_attempt_writes_another_archive(
    zhuldyz, tmp_path, monkeypatch
):
    archive_shelter(schema="zhuldyz")

    def crash(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(removing, "note", crash)
        with pytest.raises(KeyboardInterrupt):
            remove_shelter(schema="zhuldyz", name=NAME, folder=tmp_path)
    assert left_of_it() == WHOLE
    (first,) = tmp_path.iterdir()
    before = first.read_bytes()

    second = remove_shelter(schema="zhuldyz", name=NAME, folder=tmp_path)

    assert left_of_it() == NOTHING
    assert {*tmp_path.iterdir()} == {first, second}
    assert first.read_bytes() == before


def test_what_was_removed_is_neither_changed_nor_opened_again(zhuldyz, tmp_path):
    archive_shelter(schema="zhuldyz")
    remove_shelter(schema="zhuldyz", name=NAME, folder=tmp_path)

    for attempt in (archive_shelter, reopen_shelter):
        with pytest.raises(Removed):
            attempt(schema="zhuldyz")
    with pytest.raises(Removed):
        rename_shelter(schema="zhuldyz", name="Eagle")
    for taken in ({"name": "Eagle"}, {"schema": "eagle", "name": NAME}):
        with pytest.raises(NameTaken):
            _open(**taken)
    call_command("migrate", verbosity=0)
    call_command("migrate", check=True)


# --- for practice, and the command --------------------------------------------------------------


def test_one_for_practice_is_closed_with_its_people_and_its_money_stays_hidden(tmp_path):
    practice = _open(schema="exercise", name="Exercise", word="exercise", practice=True)
    try:
        with in_shelter(practice):
            director = User.objects.get()
            case_work.admit_client(
                new_id=uuid4(),
                code="Birch",
                age_group="adult",
                consent_how="signed",
                answers={},
                by=director,
            )
            donor = money.add_donor(new_id=uuid4(), name="Zhan", kind="un_agency", by=director)
            money.receive_gift(
                new_id=uuid4(),
                donor=donor,
                kind="cash",
                amount=Decimal(5),
                received_on=timezone.localdate(),
                evidence="voucher",
                by=director,
            )
        archive_shelter(schema="exercise")
        assert reopen_shelter(schema="exercise").state == Shelter.State.PRACTICE
        archive_shelter(schema="exercise")
        remove_shelter(schema="exercise", name="Exercise", folder=tmp_path)
        with in_central():
            assert not Receipt.objects.exists()
            assert "Exercise" not in [one.name for one in Shelter.objects.real()]
    finally:
        remove("exercise")


def test_the_command_asks_for_the_name_and_warns_of_the_archive(zhuldyz, tmp_path, monkeypatch):
    archive_shelter(schema="zhuldyz")
    said = io.StringIO()
    remove = partial(call_command, "remove_shelter", "zhuldyz", to=tmp_path, stdout=said)
    monkeypatch.setattr("sys.stdin", io.StringIO("Zhuldyz\n"))

    with pytest.raises(CommandError, match="use --name"):
        remove()
    with pytest.raises(CommandError, match="not the name of this shelter"):
        remove(name="Samal")
    remove(name="Zhuldyz")

    (path,) = tmp_path.iterdir()
    assert str(path) in said.getvalue()
    assert "NOT encrypted" in said.getvalue()
