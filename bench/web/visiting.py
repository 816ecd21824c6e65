"""Somebody with a browser, or a program with a token, in one of the shelters.

What is not as it must be counts as an error: a status from 400 on, a page without the shelter's
name and the way to sign out, an answer without the words that it must hold.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from typing import Any, ClassVar
from urllib.parse import urlencode

import gevent
from locust import FastHttpUser
from locust.exception import RescheduleTask
from requests.cookies import create_cookie

from bench.web.cast import PASSWORD, SHELTERS, Person
from bench.web.forms import fields

PAUSE = (2.0, 8.0)  # seconds between two requests of one person, the same mean for a program


class Pace:
    """1 is how people work; 0 leaves no pause, to see how much goes through."""

    now = 1.0


class Ledger:
    """What was answered as saved: kind and id by shelter, for a look into the database later."""

    lines: ClassVar[list[tuple[str, str, str]]] = []


class Visitor(FastHttpUser):
    abstract = True
    connection_timeout = network_timeout = 30.0
    works: ClassVar[tuple[str, ...]] = ()
    waiting: ClassVar[dict[str, list[Person]]] = {}

    def __init__(self, environment: Any) -> None:
        self.person = self._somebody()
        self.word = self.person.word
        port = str(environment.host).rpartition(":")[2]
        self.default_headers = {
            "Host": f"{self.word}.localhost:{port}",
            "X-Forwarded-For": self.person.address,
        }
        super().__init__(environment)

    def _somebody(self) -> Person:
        work = next(work for work in self.works if self.waiting[work])
        return self.waiting[work].pop()

    def wait_time(self) -> float:
        return random.uniform(*PAUSE) * Pace.now

    def pause(self) -> None:
        """Between a form and its answers."""
        gevent.sleep(self.wait_time())

    def saved(self, kind: str, key: str) -> None:
        Ledger.lines.append((self.word, kind, key))

    def fetch(
        self,
        name: str,
        path: str,
        *,
        wanted: Iterable[str] = (),
        leaves: str = "",
        **options: Any,
    ) -> str:
        """The text of the answer, after all redirects; they must lead away from `leaves`."""
        method = "POST" if options.keys() & {"data", "json"} else "GET"
        if "data" in options:
            options |= _as_form(**options)
        with self.client.request(method, path, name=name, catch_response=True, **options) as answer:
            text = answer.text or ""
            wrong = _wrong(answer, text, wanted)
            if not wrong and leaves and str(answer.url).endswith(leaves):
                wrong = "the form again"
            if wrong:
                answer.failure(f"{self.word} {path}: {wrong}")
        if wrong:
            raise RescheduleTask
        return text


def _as_form(
    data: dict[str, Any], headers: dict[str, str] | None = None, **_: Any
) -> dict[str, Any]:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return {"data": urlencode(data, doseq=True), "headers": kind | (headers or {})}


def _wrong(answer: Any, text: str, wanted: Iterable[str]) -> str:
    if not 200 <= answer.status_code < 400:
        return f"status {answer.status_code} {answer.error or ''} {text[:200]}"
    missing = [words for words in wanted if words not in text]
    return f"without {missing}" if missing else ""


class Browser(Visitor):
    abstract = True

    def on_start(self) -> None:
        if self.person.signs_in:
            self._sign_in()
        else:
            cookie = create_cookie("session", self.person.session, domain="127.0.0.1")
            self.client.cookiejar.set_cookie(cookie)

    def _sign_in(self) -> None:
        page = self.fetch("sign in: page", "/account/login/")
        answers = fields(page, "login") | {"login": self.person.email, "password": PASSWORD}
        wanted = self._frame()
        path = "/account/login/"
        self.fetch("sign in: password", path, data=answers, wanted=wanted, leaves=path)

    def look(self, name: str, path: str, *wanted: str) -> str:
        return self.fetch(f"page: {name}", path, wanted=[*self._frame(), *wanted])

    def write(self, name: str, path: str, answers: dict[str, Any], *wanted: str) -> str:
        """Until the page after it is there, which is another than that of the form."""
        wanted = (*self._frame(), *wanted)
        return self.fetch(f"write: {name}", path, data=answers, wanted=wanted, leaves=path)

    def part(self, name: str, path: str, target: str, *wanted: str, **options: Any) -> str:
        """What htmx asks for: one place of the page."""
        headers = {"HX-Request": "true", "HX-Target": target}
        return self.fetch(name, path, wanted=wanted, headers=headers, **options)

    def _frame(self) -> list[str]:
        return [f"<span>{SHELTERS[self.word]}</span>", "/account/logout/"]


class Program(Visitor):
    abstract = True

    def ask(self, name: str, path: str, *wanted: str) -> Any:
        return self._answer(f"api: {name}", f"/api/{path}", wanted)

    def send(self, name: str, path: str, body: dict[str, Any], key: str) -> Any:
        headers = {"Idempotency-Key": key}
        return self._answer(f"api write: {name}", f"/api/{path}", ['"id"'], headers, json=body)

    def _answer(
        self,
        name: str,
        path: str,
        wanted: Iterable[str],
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> Any:
        own = {"Authorization": f"Bearer {self.person.token}", "Accept": "application/json"}
        text = self.fetch(name, path, wanted=wanted, headers=own | (headers or {}), **options)
        return json.loads(text)
