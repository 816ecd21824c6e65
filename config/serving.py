"""Settings of gunicorn: `gunicorn config.wsgi -c python:config.serving --bind …`."""

from __future__ import annotations

from typing import Any

from config import exposition, logs

worker_class = "gthread"
workers = 2
threads = 4
keepalive = 0  # a connection a request: none meets one that is just being closed, and is lost
graceful_timeout = 15  # a request that runs at SIGTERM has so long to finish
control_socket_disable = True
forwarder_headers = ""  # no header moves an address to another page
logconfig_dict = logs.configuration()


def on_starting(server: Any) -> None:
    exposition.forget_former()


def when_ready(server: Any) -> None:
    server.exposition = exposition.start_beside()


def on_exit(server: Any) -> None:
    exposition.stop_beside(getattr(server, "exposition", None))
