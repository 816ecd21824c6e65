"""Afterwards, as the app: is each thing that was answered as saved there, and nothing else?"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db.models import QuerySet  # noqa: E402 only now that the apps are loaded

from bench.web.cast import SHELTERS  # noqa: E402
from cases.models import Case, Entry  # noqa: E402
from funding.models import Receipt  # noqa: E402
from referrals.models import Referral  # noqa: E402
from shelters.events.models import Delivery, Event  # noqa: E402
from shelters.registry import in_schema  # noqa: E402
from shelters.tenancy import CENTRAL, current_unit  # noqa: E402

DELIVERED_WITHIN = 60.0
EVENTS = {
    "client": "case.opened",
    "note": "note.written",
    "step": "case.next_step_set",  # overwritten by the next one, so it leaves an event only
    "letter": "referral.sent",
    "gift": "gift.received",
}
Things = Counter[tuple[str, str, str]]


def main() -> None:
    told = json.loads(Path(sys.argv[1]).read_text())
    begun = datetime.fromtimestamp(told["begun"], UTC)
    saved: Things = Counter(tuple(line) for line in told["saved"])
    with_rows: Things = Counter(line for line in saved.elements() if line[1] != "step")
    events, rows = Things(), Things()
    for schema in SHELTERS:
        with in_schema(schema):
            events.update(_events(schema, begun))
            rows.update(_rows(schema, begun))
    _tell("things saved", saved.total(), "things")
    _tell("of these lost", ((saved - events) | (with_rows - rows)).total(), "things", "0")
    _tell("saved twice, or unasked", ((events - saved) | (rows - with_rows)).total(), "things", "0")
    _tell("deliveries outstanding", _outstanding(), "deliveries", "0")


def _events(schema: str, begun: datetime) -> Iterator[tuple[str, str, str]]:
    kinds = {event: kind for kind, event in EVENTS.items()}
    found = Event.objects.filter(type__in=kinds, at__gte=begun)
    for event, subject in found.values_list("type", "subject_id"):
        yield schema, kinds[event], subject


def _rows(schema: str, begun: datetime) -> Iterator[tuple[str, str, str]]:
    me = current_unit().id
    rows: dict[str, QuerySet[Any]] = {
        "client": Case.objects.filter(opened_at__gte=begun),
        "note": Entry.objects.filter(entered_at__gte=begun),
        "letter": Referral.objects.filter(sender_id=me, sent_at__gte=begun),
        "gift": Receipt.objects.filter(shelter_id=me, entered_at__gte=begun),
    }
    for kind, found in rows.items():
        for key in found.values_list("pk", flat=True):
            yield schema, kind, str(key)


def _outstanding() -> int:
    """What the workers have not carried yet, once they had time."""
    deadline = time.monotonic() + DELIVERED_WITHIN
    while (number := _waiting()) and time.monotonic() < deadline:
        time.sleep(1)
    return number


def _waiting() -> int:
    number = 0
    for schema in (CENTRAL.schema, *SHELTERS):
        with in_schema(schema):
            number += Delivery.objects.filter(delivered_at=None).count()
    return number


def _tell(name: str, value: int, unit: str, goal: str = "") -> None:
    told = {"name": name, "value": value, "unit": unit} | ({"goal": goal} if goal else {})
    print(json.dumps(told))


if __name__ == "__main__":
    main()
