"""The benchmark of tenancy: its projects differ in tenancy alone, and it measures what it says."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from bench.tenancy import bouncer, costs
from bench.tenancy.page import page
from config.services.home import CHECKOUT, Home
from tests.config.homes import environment, forget

OUTERMOST = {
    "plain": [],
    "pana": ["shelters.tenancy.middleware.UnitOfWorkMiddleware"],
    "stock": ["django_tenants.middleware.main.TenantMainMiddleware"],
}
GOALS = {
    "CPU per request, rotating over 3 shelters, web process": 1.10,
    "CPU per request, 1 shelter, web process": 1.05,
    "p95 rotating over 3 shelters over p95 on one": 1.5,
    "round trips above plain Django per request": 2,
    "private memory of a connection after 3 shelters, this page": 160,
    "open a shelter with role, grants, key and first director, 3 present": 0.15,
    "migrate 3 shelters, nothing to do": 1.0,
    "migrate 3 shelters, add a column and an index": 5.0,
    "90 reads, 16 threads, 3 shelters, a connection a thread": 0,
    "90 reads, 16 threads, 3 shelters, a pool of 4": 0,
}


@pytest.mark.parametrize("project", OUTERMOST)
def test_the_projects_differ_in_their_outermost_middleware_alone(project):
    settings = import_module(f"bench.tenancy.projects.{project}")
    below = import_module("bench.tenancy.projects.common").MIDDLEWARE

    middleware = settings.MIDDLEWARE
    assert middleware == [*OUTERMOST[project], *below]
    assert import_module(settings.ROOT_URLCONF).urlpatterns[0].callback is page


def test_a_ratio_is_the_median_of_the_rounds_ratios():
    blocks = {"one": _blocks(1, 9, 3), "other": _blocks(1, 2, 2)}

    assert costs.over(blocks, "one", "other", costs.web) == 1.5
    assert costs.over(blocks, "one", "other", costs.both) == 1.25


def _blocks(*here: float) -> list[dict[str, Any]]:
    return [{"here": each, "server": 2 * (n == 2), "walls": []} for n, each in enumerate(here)]


def test_the_slowest_is_the_median_of_the_rounds_95th_of_a_hundred():
    blocks = {"one": [{"walls": [each / 1000 for each in range(n, n + 100)]} for n in (0, 1, 50)]}

    assert costs.slowest(blocks, "one") == pytest.approx(96)


def test_no_side_always_follows_the_same_other():
    rounds = [costs._in_turn(["a", "b", "c"], number) for number in range(3)]

    assert rounds == [["a", "b", "c"], ["b", "c", "a"], ["c", "a", "b"]]


def test_pgbouncer_runs_with_the_settings_that_are_deployed(tmp_path):
    bouncer._write_settings(tmp_path, 7654)

    written = (tmp_path / "ini").read_text().splitlines()
    left = set(bouncer.SETTINGS.read_text().splitlines()) - set(written)
    assert {line.partition(" = ")[0] for line in left} == {
        "pana",
        "listen_addr",
        "auth_file",
        "listen_port",
        "default_pool_size",
    }
    assert "pool_mode = transaction" in written


def test_a_machine_without_pgbouncer_is_told_apart(monkeypatch):
    monkeypatch.setattr(bouncer, "FOLDERS", "/nowhere")
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(FileNotFoundError, match="pgbouncer"), bouncer.bouncer():
        pass


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path / "home")
    yield made
    forget(made)


@pytest.mark.full
def test_each_figure_of_three_shelters_is_told_and_nobody_reads_anothers_rows(home):
    figures = measured(home, PANA_BENCH_SHELTERS="3", BENCH_ROUNDS="2", BENCH_READS="90")

    assert {name: figures[name]["goal"] for name in GOALS} == GOALS
    reads = [line for line in figures.values() if line.get("unit") == "wrong"]
    assert [line["value"] for line in reads] == [0] * len(reads)
    assert [line["failed"] for line in reads] == [0] * len(reads)


@pytest.mark.full
def test_what_was_made_is_kept_until_it_would_differ(home):
    three = measured(home, PANA_BENCH_SHELTERS="3", BENCH_PARTS="")
    again = measured(home, PANA_BENCH_SHELTERS="3", BENCH_PARTS="")
    four = measured(home, PANA_BENCH_SHELTERS="4", BENCH_PARTS="")

    made = {f"making the database of {project}" for project in OUTERMOST}
    assert made <= set(three)
    assert not made & set(again)
    assert made <= set(four)


def measured(home: Home, **more: str) -> dict[str, Any]:
    python = [sys.executable, "-m"]
    done = subprocess.run(
        [*python, "config.services", "run", "--scratch", "--", *python, "bench", "tenancy"],
        cwd=CHECKOUT,
        env=environment(home, BENCH_OPENINGS="1", **more),
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["name"]: line for line in lines}
