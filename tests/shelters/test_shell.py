"""`manage shell`: inside one unit, or in none and told so."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from shelters.staff.models import User
from shelters.tenancy import CrossedUnits, OutsideUnit, in_shelter
from shelters.tenancy.errors import CommitRolledBack

pytestmark = pytest.mark.usefixtures("committed")

RENAME = "User.objects.update(name='Renamed')"


def shell(command: str, **options: object) -> str:
    said = io.StringIO()
    call_command("shell", command=command, stderr=said, verbosity=0, **options)
    return said.getvalue()


@pytest.fixture
def names(samal):
    def names() -> list[str]:
        with in_shelter(samal):
            return list(User.objects.values_list("name", flat=True))

    before = names()
    yield names
    with in_shelter(samal):
        User.objects.update(name=before[0])


def test_it_reads_one_shelter_and_no_other(names):
    look = "from shelters.tenancy import current_unit; assert current_unit().schema == 'samal'"
    said = shell(f"{look}; assert User.objects.count() == 1", shelter="samal")

    assert said.startswith("You read samal; nothing can be changed without --write.")
    with pytest.raises(CrossedUnits):
        shell("in_schema('tulpar').__enter__()", shelter="samal")


def test_it_changes_nothing_unless_told_to(names):
    with pytest.raises(DatabaseError, match="read-only transaction"):
        shell(RENAME, shelter="samal")

    assert names() == ["Director of samal"]


@pytest.mark.parametrize("way_out", ["", "; exit()", "; raise SystemExit"])
def test_what_is_changed_is_saved_on_leaving(names, way_out):
    said = shell(f"{RENAME}{way_out}", shelter="samal", write=True)

    assert "What you change is saved when you leave" in said
    assert names() == ["Renamed"]


def test_an_error_undoes_all_of_it(names):
    with pytest.raises(ZeroDivisionError):
        shell(f"{RENAME}; 1 / 0", shelter="samal", write=True)
    with pytest.raises(CommitRolledBack):
        shell(
            f"{RENAME}\ntry: connection.connection.execute('SELECT nothing')\nexcept Exception: 0",
            shelter="samal",
            write=True,
        )

    assert names() == ["Director of samal"]


def test_without_a_shelter_it_says_how_to_choose_one(names):
    said = shell("with in_schema('samal'): assert User.objects.exists()")

    assert "Start with --shelter SCHEMA" in said
    with pytest.raises(OutsideUnit):
        shell("User.objects.exists()")


def test_a_shelter_nobody_knows_is_a_sentence(names):
    with pytest.raises(CommandError, match="no shelter in use with the schema 'nowhere'"):
        shell("0", shelter="nowhere")
    with pytest.raises(CommandError, match="--write needs --shelter"):
        shell("0", write=True)
