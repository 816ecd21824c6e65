"""Where the demo must not be made, and what `who` says where there is none."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from config.demo.building import is_wanted
from config.demo.cast import PASSWORD
from shelters.registry import schemas_in_use
from shelters.tenancy.migrate import OWNER

pytestmark = pytest.mark.usefixtures("samal")


def test_where_people_are_real_there_is_no_demo(settings):
    settings.DEMO = settings.DEBUG = False

    with pytest.raises(CommandError, match="its password is known to all"):
        call_command("demo")


def test_only_the_owner_opens_shelters(settings, monkeypatch):
    settings.DEMO = True

    with monkeypatch.context() as without_owner:
        without_owner.delitem(settings.DATABASES, OWNER)
        with pytest.raises(CommandError, match="OWNER_URL"):
            call_command("demo")


def test_shelters_that_are_not_the_demos_are_left_alone(settings, tmp_path: Path):
    settings.DEMO, settings.HOME = True, tmp_path
    before = schemas_in_use()

    with pytest.raises(CommandError, match="a database without one"):
        call_command("demo")

    assert schemas_in_use() == before


def test_a_demo_cut_short_long_ago_takes_no_shelter_away_that_was_opened_since(
    settings, tmp_path: Path
):
    settings.DEMO, settings.HOME = True, tmp_path
    (tmp_path / "demo.unfinished").touch()
    before = schemas_in_use()

    assert not is_wanted()
    with pytest.raises(CommandError, match="a database without one"):
        call_command("demo")

    assert schemas_in_use() == before


def test_who_gives_no_password_that_is_not_the_demos(settings):
    settings.DEMO = True
    said = StringIO()

    call_command("who", stdout=said)

    assert "director@samal.example" in said.getvalue()
    assert PASSWORD not in said.getvalue()
