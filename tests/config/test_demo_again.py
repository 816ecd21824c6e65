"""The demo made twice, on a smaller scale: it looks the same, and half of one is made anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings

from cases.models import Case
from config.demo.building import build, is_here, is_wanted
from config.demo.cast import HOUSES
from funding.models import Receipt
from referrals.kept.models import Sent
from shelters.operations import NameTaken
from shelters.registry import in_schema
from shelters.staff.models import User
from tests.databases import own_database

FEW = [
    replace(house, left={story: 1 + number // 12 for story, number in house.left.items()})
    for house in HOUSES
]


@pytest.fixture
def home(
    django_db_setup: None, django_db_blocker: Any, worker_id: str, tmp_path: Path
) -> Iterator[Path]:
    with (
        django_db_blocker.unblock(),
        own_database(f"again_pana_{worker_id}"),
        override_settings(DEMO=True, SECURE=False, HOME=tmp_path, PORT="8000"),
    ):
        call_command("migrate", verbosity=0)
        build(FEW)
        yield tmp_path


def test_what_was_cut_short_is_made_anew_and_looks_the_same(home: Path):
    """And one that fails is remembered as unfinished."""
    before = whatever_people_see()
    with pytest.raises(NameTaken):
        build(FEW)
    assert (home / "demo.unfinished").exists()
    assert is_wanted()

    build(FEW)

    assert whatever_people_see() == before
    assert not (home / "demo.unfinished").exists()
    assert is_here()


def whatever_people_see() -> list[Any]:
    """Everything but ids, codes of referrals and moments of today."""
    return [_seen_at(house.schema) for house in FEW]


def _seen_at(schema: str) -> list[Any]:
    with in_schema(schema):
        cases = Case.objects.select_related("client", "keyworker").order_by("client__code")
        seen: list[Any] = [_seen_of(case) for case in cases]
        gifts = Receipt.objects.order_by("received_on", "amount", "evidence", "mistake")
        seen += [
            (str(g.donor), g.kind, g.amount, g.received_on, g.evidence, g.mistake) for g in gifts
        ]
        letters = Sent.objects.order_by("status", "case__client__code")
        seen += [(str(letter.case), letter.status, letter.text) for letter in letters]
        return [*seen, *sorted((u.email, u.name, u.language) for u in User.objects.all())]


def _seen_of(case: Case) -> tuple[Any, ...]:
    client, stay = case.client, case.stays.first()
    return (
        *(getattr(client, name) for name in ("code", "age_group", *client.QUESTIONS)),
        *(str(getattr(case, name)) for name in case.QUESTIONS),
        (case.status, case.closure_reason, case.next_step, case.next_step_due),
        str(case.keyworker),
        (stay.started_on, stay.planned_until) if stay else None,
        [(e.happened_on, e.kind, e.text, e.by_name) for e in case.entries.order_by("entered_at")],
    )
