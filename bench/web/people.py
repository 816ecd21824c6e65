"""What people and programs do, and how often: numbers beside a task are shares of it."""

from __future__ import annotations

import random
import re
import time
from datetime import date
from typing import Any
from uuid import uuid4

from locust import task

from bench.web.cast import PROGRAM
from bench.web.forms import choices, fields
from bench.web.visiting import Browser, Program

CASE = re.compile(r'href="/clients/([0-9a-f-]{36})/">([^<]+)</a>')
LETTER = re.compile(r'href="/referrals/([0-9a-f-]{36})/">')
NOTE = "Ночь прошла спокойно. Разговор о планах, сорок минут. "
TWICE = 0.1  # how often somebody presses a button twice, or a program asks again


class Reader(Browser):
    """Reads cases and writes notes."""

    works = ("lawyer", "aftercare_worker")

    def on_start(self) -> None:
        super().on_start()
        self.cases: list[tuple[str, str]] = []

    @task(4)
    def today(self) -> None:
        self.look("today", "/clients/today/", 'id="content"')

    @task(3)
    def clients(self) -> None:
        page = random.choice(("", "", "?page=2"))
        found = CASE.findall(self.look("clients", f"/clients/{page}", 'id="clients"'))
        self.cases = found or self.cases

    @task(2)
    def search(self) -> None:
        _, code = self._some_case()
        path = f"/clients/?code={code.partition(' ')[0]}"
        self.part("page: clients found", path, "found", code)

    @task(8)
    def case(self) -> tuple[str, str]:
        key, code = self._some_case()
        return key, self.look("case", f"/clients/{key}/", code)

    def _some_case(self) -> tuple[str, str]:
        if not self.cases:
            self.clients()
            self.pause()
        return random.choice(self.cases)

    @task(4)
    def note(self) -> None:
        key, page = self.case()
        answers = fields(page, "text") | {"text": f"{NOTE}{uuid4()}"}
        self.pause()
        for _ in range(2 if random.random() < TWICE else 1):
            path, text = f"/clients/{key}/note/", answers["text"]
            self.part("write: note", path, "note", text, 'class="saved"', data=answers)
        self.saved("note", answers["new_id"])


class NightDuty(Reader):
    """Admits clients too, and looks who is on the way."""

    works = ("night_duty",)

    @task(1)
    def admit(self) -> str:
        page = self.look("admission", "/clients/admit/")
        answers = fields(page, "consent_how") | {
            "age_group": "adult",
            "consent_how": "signed",
            "name": "Нурбек Есенов",
            "name_answer": "answered",
        }
        self.pause()
        self.write("admission", "/clients/admit/", answers, answers["code"])
        self.saved("client", answers["new_id"])
        return answers["new_id"]

    @task(2)
    def inbox(self) -> None:
        found = LETTER.findall(self.look("inbox", "/referrals/", "R-"))
        self.pause()
        self.look("letter", f"/referrals/{random.choice(found)}/", "R-")


class Caseworker(NightDuty):
    """Keeps cases too, and sends clients to other shelters."""

    works = ("social_worker", "psychologist")

    @task(2)
    def next_step(self) -> None:
        key, _ = self.case()
        path = f"/clients/{key}/next-step/"
        answers = fields(self.look("next step", path), "next_step")
        self.pause()
        answers |= {"next_step": f"Позвонить {uuid4()}", "due": f"{date.today():%d.%m.%Y}"}
        self.write("next step", path, answers)
        self.saved("step", key)

    @task(1)
    def outgoing(self) -> None:
        self.look("sent", "/referrals/sent/", "R-")

    @task(1)
    def send(self) -> None:
        """Somebody who was admitted just now, whom nobody else sends meanwhile."""
        path = f"/referrals/send/{self.admit()}/"
        page = self.look("letter to write", path)
        answers = fields(page, "recipient") | {
            "recipient": random.choice(choices(page, "recipient")),
            "urgency": "urgent_72h",
            "reason": "court_location",
            "needs": ["bed", "legal"],
            "message": NOTE,
            "step": "preview",
        }
        self.pause()
        preview = self.fetch("page: letter to read", path, data=answers, wanted=['name="seen"'])
        agreed = {"consent_how": "signed", "agreed": "on", "step": "send"}
        self.pause()
        self.write("letter", path, fields(preview, "seen") | agreed, "R-")
        self.saved("letter", answers["new_id"])


class Bookkeeper(Browser):
    works = ("bookkeeper",)

    @task(4)
    def statement(self) -> None:
        self.look("statement", "/money/", "Club 0")

    @task(3)
    def gifts(self) -> None:
        self.look("gifts", "/money/gifts/", "Club")

    @task(1)
    def donors(self) -> None:
        self.look("donors", "/money/donors/", "Club 0")

    @task(1)
    def agreements(self) -> None:
        self.look("agreements", "/money/agreements/", "Year 0")

    @task(2)
    def gift(self) -> None:
        page = self.look("gift to enter", "/money/gifts/add/")
        answers = fields(page, "evidence") | {
            "donor": random.choice(choices(page, "donor")),
            "amount": str(random.randrange(1_000, 900_000)),
            "received_on": f"{date.today():%d.%m.%Y}",
            "evidence": "voucher",
            "note": f"Line {uuid4()}",
        }
        self.pause()
        self.write("gift", "/money/gifts/add/", answers, answers["note"])
        self.saved("gift", answers["new_id"])


class Director(Caseworker, Bookkeeper):
    """Does everything."""

    works = ("director",)


class Machine(Program):
    works = (PROGRAM,)

    @task(4)
    def list_cases(self) -> str:
        found = self.ask("cases", "cases/", '"keyworker"')["results"]
        return str(random.choice(found)["id"])

    @task(3)
    def read_case(self) -> None:
        key = self.list_cases()
        self.pause()
        self.ask("case", f"cases/{key}/", key, '"consents"')

    @task(2)
    def list_referrals(self) -> None:
        self.ask("referrals", "referrals/", '"urgency"')

    @task(2)
    def list_gifts(self) -> None:
        self.ask("gifts", "funding/gifts/", '"amount"')

    @task(2)
    def read_statement(self) -> None:
        self.ask("statement", "funding/statement/", "Club 0")

    @task(4)
    def write_note(self) -> None:
        case, text = self.list_cases(), f"{NOTE}{uuid4()}"
        self.pause()
        self._send("note", f"cases/{case}/notes/", {"text": text})

    @task(2)
    def give(self) -> None:
        donors = self.ask("donors", "funding/donors/")["results"]
        self.pause()
        gift = {
            "kind": "cash",
            "donor": random.choice(donors)["id"],
            "amount": f"{random.randrange(1_000, 900_000)}.50",
            "received_on": str(date.today()),
            "evidence": "bank_line",
        }
        self._send("gift", "funding/gifts/", gift)

    def _send(self, kind: str, path: str, body: dict[str, Any]) -> None:
        """Now and then twice by the same key, which must make one row."""
        key = f"{time.time_ns()}-{random.random()}"
        made = [
            self.send(kind, path, body, key) for _ in range(2 if random.random() < TWICE else 1)
        ]
        for one in {answer["id"] for answer in made}:
            self.saved(kind, one)


KINDS = (Reader, NightDuty, Caseworker, Bookkeeper, Director, Machine)
