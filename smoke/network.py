"""The running whole, the people who sign in, and a look into the database beside the app."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from smoke.browser import Browser
from smoke.stage import Failed, Stage

SHELTERS = {"samal": "Samal", "tulpar": "Tulpar", "aidyn": "Aidyn", "zhuldyz": "Zhuldyz"}
WAITING = "SELECT count(*) FROM events_delivery WHERE delivered_at IS NULL"
SCHEMAS = ("public", *SHELTERS)


@dataclass
class Network:
    stage: Stage
    directors: dict[str, Browser] = field(default_factory=dict)

    def director(self, schema: str) -> Browser:
        """Signed in already, over a connection of its own."""
        return self.directors[schema].again()

    # --- the main job ----------------------------------------------------------------------------

    def admit(self, schema: str, code: str) -> str:
        answers = {"code": code, "age_group": "adult", "consent_how": "signed"}
        return str(self.director(schema).send("/api/cases/", answers)["id"])

    def refer(self, case: str, sender: str = "samal", recipient: str = "tulpar") -> str:
        """The summary is read first, as on the page."""
        director = self.director(sender)
        told = {"case": case, "sections": ["name_and_birth"], "message": "Insulin twice a day."}
        letter = told | {
            "recipient": self.id_of(director, recipient),
            "urgency": "urgent_72h",
            "reason": "safety",
            "needs": ["bed"],
            "consent_how": "signed",
            "agreed": True,
            "seen": director.send("/api/referrals/preview/", told, 200)["seen"],
        }
        return str(director.send("/api/referrals/", letter)["id"])

    @staticmethod
    def id_of(director: Browser, recipient: str) -> str:
        known = director.read("/api/referrals/recipients/")
        return str(next(each["id"] for each in known if each["name"] == SHELTERS[recipient]))

    # --- the database ----------------------------------------------------------------------------

    def superuser(self) -> psycopg.Connection[Any]:
        """Straight to PostgreSQL."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.stage.here.ports["5432"],
            user="postgres",
            password=self.stage.secret("superuser_password"),
            dbname="pana",
            autocommit=True,
        )

    def found(self, sql: str, values: Sequence[Any] = ()) -> Any:
        with self.superuser() as connection:
            row = connection.execute(sql, values or None).fetchone()
        return row[0] if row else None

    def waiting(self, schema: str = "samal") -> int:
        """Deliveries that the shelter's outbox still holds."""
        with self.superuser() as connection:
            connection.execute("SELECT set_config('search_path', %s, false)", [schema])
            row = connection.execute(WAITING).fetchone()
        return int(row[0]) if row else 0

    def letters(self) -> str:
        return "".join(file.read_text() for file in self.stage.mail.glob("*"))

    # --- the broker ------------------------------------------------------------------------------

    def queue(self) -> dict[str, str]:
        """Of the one queue of tasks: its kind, what waits in it, and what is being worked on."""
        words = ["rabbitmqctl", "-q", "list_queues", "-p", "pana", "--no-table-headers"]
        columns = ["name", "type", "messages_ready", "messages_unacknowledged"]
        said = self.stage.must("broker", [*words, *columns])
        for line in said.splitlines():
            if line.split("\t")[0] == "celery":
                return dict(zip(columns, line.split("\t"), strict=True))
        raise Failed(f"there is no queue of tasks: {said}")


def soon() -> str:
    return (datetime.now(UTC) + timedelta(days=2)).isoformat()


def now() -> str:
    return datetime.now(UTC).isoformat()
