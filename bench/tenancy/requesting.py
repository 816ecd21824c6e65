"""Requests to the project of this process, through its WSGI application, as gunicorn sends them."""

from __future__ import annotations

import sys
import tempfile
import time
from io import BytesIO
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db import connection

from bench.tenancy import backend
from bench.tenancy.cast import SESSION, director_of

Environ = dict[str, Any]
application = get_wsgi_application()


class WrongAnswer(Exception):
    """Not the page of that host, or not its rows."""


def requests(hosts: list[str]) -> dict[str, Any]:
    """What these requests cost: processor time here and at the server, and each one's time."""
    environs = [environ_of(host) for host in hosts]
    bodies, walls = [], []
    server, begun = backend.seconds(), time.process_time()
    for environ in environs:
        started = time.perf_counter()
        bodies.append(answer_to(environ))
        walls.append(time.perf_counter() - started)
    here = time.process_time() - begun
    for host, body in zip(hosts, bodies, strict=True):
        _check(host, body)
    return {"here": here, "server": backend.seconds() - server, "walls": walls}


def trips(host: str) -> int:
    """Messages of libpq after which the client waited: each ends with ReadyForQuery."""
    held: Any = connection.connection
    with tempfile.TemporaryFile("w+b", buffering=0) as told:
        held.pgconn.trace(told.fileno())
        answer_to(environ_of(host))
        held.pgconn.untrace()
        told.seek(0)
        return told.read().count(b"\tReadyForQuery\t")


def environ_of(host: str) -> Environ:
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "SERVER_NAME": host,
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": host,
        "HTTP_COOKIE": f"session={SESSION}",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def answer_to(environ: Environ) -> bytes:
    answer = application(environ, _disregard)
    body = b"".join(answer)
    answer.close()
    return body


def _check(host: str, body: bytes) -> None:
    if director_of(host.partition(".")[0]).encode() not in body:
        raise WrongAnswer(f"{host} answered {body[:300]!r}")


def _disregard(status: str, headers: list[tuple[str, str]], *more: Any) -> None:
    pass
