"""A person at the door: https through Caddy, cookies, forms, and the API as a signed-in person."""

from __future__ import annotations

import http.client
import json
import re
import socket
import ssl
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from smoke.here import LOOPBACK
from smoke.stage import DOMAIN, Failed, Stage

PASSWORD = "harbour-lantern-42"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Browser:
    """One host and one connection that is kept; a thread has its own."""

    stage: Stage
    word: str
    cookies: dict[str, str] = field(default_factory=dict)
    line: http.client.HTTPSConnection | None = None

    @property
    def host(self) -> str:
        return f"{self.word}.{DOMAIN}"

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, None, headers)

    def post(self, path: str, body: str, kind: str, **headers: str) -> Answer:
        more = {"Content-Type": kind, "Origin": f"https://{self.host}"}
        more["X-CSRFToken"] = self.cookies.get("__Host-csrf", "")
        return self.ask("POST", path, body, more | headers)

    def send(self, path: str, answers: dict[str, Any] | None = None, status: int = 201) -> Any:
        """JSON to the API; raises `Failed` for any other status."""
        answer = self.post(path, json.dumps(answers or {}), "application/json")
        if answer.status != status:
            raise Failed(f"{self.host}{path} answered {answer.status}: {answer.text[:500]}")
        return answer.json()

    def read(self, path: str) -> Any:
        return self.page(path).json()

    def page(self, path: str) -> Answer:
        answer = self.get(path)
        if answer.status != 200:
            raise Failed(f"{self.host}{path} answered {answer.status}: {answer.text[:500]}")
        return answer

    def sign_in(self, email: str) -> Browser:
        answer = self.try_to_sign_in(email)
        if answer.status != 302:
            raise Failed(f"{email} was not let in: {answer.status}")
        return self

    def try_to_sign_in(self, email: str) -> Answer:
        found = TOKEN.search(self.page("/account/login/").text)
        if found is None:
            raise Failed("the login page has no token")
        answers = {"login": email, "password": PASSWORD, "csrfmiddlewaretoken": found[1]}
        return self.post("/account/login/", urlencode(answers), "application/x-www-form-urlencoded")

    def again(self) -> Browser:
        """The same person at the same host over a connection of its own."""
        return Browser(self.stage, self.word, dict(self.cookies))

    def ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        own = {"Host": self.host, "Cookie": cookies, "Accept-Language": "en"}
        line = self.line or self.connect()
        try:
            line.request(method, path, body, own | headers)
            found = line.getresponse()
            answer = Answer(found.status, found.headers, found.read().decode())
        except (http.client.HTTPException, OSError):
            line.close()
            raise
        self._keep_cookies(answer)
        return answer

    def connect(self) -> http.client.HTTPSConnection:
        self.line = _Line(self.stage, self.host)
        return self.line

    def _keep_cookies(self, answer: Answer) -> None:
        for header in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(header).items():
                if not morsel["secure"]:
                    raise Failed(f"the cookie {name} also goes over http")
                self.cookies[name] = morsel.value


class _Line(http.client.HTTPSConnection):
    """To Caddy on this machine, under the host's name; the certificate is checked."""

    def __init__(self, stage: Stage, host: str) -> None:
        trusted = ssl.create_default_context(cafile=str(stage.root / "run/secrets/tls_certificate"))
        super().__init__(host, timeout=60, context=trusted)
        self.port_here, self.trusted = stage.here.ports["443"], trusted

    def connect(self) -> None:
        plain = socket.create_connection((LOOPBACK, self.port_here), timeout=60)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = self.trusted.wrap_socket(plain, server_hostname=self.host)
