"""Figures on a port of their own, never among the pages: a small process beside web or worker.

    python -m config.exposition HOST:PORT

Started by the web server's and the worker's own process where `PANA_METRICS` names a port. All
their processes write into the folder of `PROMETHEUS_MULTIPROC_DIR`; this one adds them up when
asked for `/metrics`. It needs no Django, no database and no secret.
"""

from __future__ import annotations

import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from config.services.processes import Child, start, stop

ADDRESS = "PANA_METRICS"
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
WITHOUT_SECRETS = ("PATH", "PYTHONPATH", "LANG", FOLDER)


def start_beside() -> Child | None:
    """The listener, as a child that ends with us; none where nobody asked for figures."""
    address, folder = os.environ.get(ADDRESS), os.environ.get(FOLDER)
    if not address or not folder:
        return None
    Path(folder).mkdir(parents=True, exist_ok=True)
    environment = {name: os.environ[name] for name in WITHOUT_SECRETS if name in os.environ}
    command = [sys.executable, "-m", "config.exposition", address]
    return start(command, env=environment, cwd=Path(__file__).resolve().parent.parent)


def stop_beside(listener: Child | None) -> None:
    if listener is not None:
        stop(listener)


def forget_former() -> None:
    """Files of processes of an earlier start would be counted again."""
    if folder := os.environ.get(FOLDER):
        for file in Path(folder).glob("*.db"):
            file.unlink(missing_ok=True)


class Page(BaseHTTPRequestHandler):
    timeout = 10  # seconds that one who asks may stay silent

    def do_GET(self) -> None:
        if self.path != "/metrics":
            self.send_error(404)
            return
        text = figures()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *words: object) -> None:
        """Somebody asks every few seconds."""


def figures() -> bytes:
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def main() -> int:
    host, _, port = sys.argv[1].rpartition(":")
    try:
        ThreadingHTTPServer((host or "127.0.0.1", int(port)), Page).serve_forever()
    except (OSError, ValueError, OverflowError) as reason:
        why = getattr(reason, "strerror", "") or "this is no address"
        print(f"No figures at {sys.argv[1]}: {why}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
