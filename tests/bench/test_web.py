"""The benchmark of the web itself: it finds its forms, and its visitors meet no error."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.web.forms import choices, fields
from config.services.home import CHECKOUT, Home
from tests.config.homes import environment, forget

PAGE = """
<form method="get"><input name="search" value="Birch"></form>
<form method="post">
  <input type="hidden" name="new_id" value="a1">
  <input type="radio" name="kind" value="cash" checked>
  <input type="radio" name="kind" value="goods">
  <input type="checkbox" name="needs" value="bed" checked>
  <input type="checkbox" name="needs" value="legal" checked>
  <input type="radio" name="evidence" value="voucher">
  <select name="donor"><option value="">Choose</option><option value="d1">Club</option></select>
  <select name="unit">
    <option value="days">Days</option><option value="years" selected>Years</option>
  </select>
  <textarea name="note"></textarea>
</form>
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path / "home")
    yield made
    forget(made)


def test_a_form_is_sent_as_it_stands_on_the_page():
    assert fields(PAGE, "new_id") == {
        "new_id": "a1",
        "kind": ["cash"],
        "needs": ["bed", "legal"],
        "donor": [""],
        "unit": ["years"],
        "note": "",
    }


def test_a_page_without_the_form_is_an_error():
    with pytest.raises(LookupError, match="agreed"):
        fields(PAGE, "agreed")


def test_the_answers_of_a_select_leave_out_the_empty_one():
    assert choices(PAGE, "donor") == ["d1"]


@pytest.mark.full
def test_a_few_visitors_meet_no_error_and_nothing_is_lost(home):
    figures = measured(home, BENCH_USERS="12", BENCH_SECONDS="10")

    assert figures["things saved"] > 0
    assert figures["errors among them"] == 0
    assert figures["of these lost"] == figures["saved twice, or unasked"] == 0
    assert figures["deliveries outstanding"] == 0


def measured(home: Home, **more: str) -> dict[str, Any]:
    python = [sys.executable, "-m"]
    done = subprocess.run(
        [*python, "config.services", "run", "--scratch", "--", *python, "bench", "web"],
        cwd=CHECKOUT,
        env=environment(home, **more),
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["name"]: line["value"] for line in lines}
