"""An embedded Valkey, as broker (database 0) and cache (database 1), on a unix socket only."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

from config.services.home import Home, refuse_full_disk
from config.services.programs import valkey_program

LONGEST_WAIT = 1.0


class Broker:
    name = "broker"
    stop_signal = signal.SIGTERM
    last_word = signal.SIGTERM

    def __init__(self, home: Home, *, durable: bool = True) -> None:
        self.home = home
        self.durable = durable

    @property
    def data(self) -> Path:
        return self.home.data / "broker"

    @property
    def socket(self) -> Path:
        return self.home.sockets / "broker"

    def refuse_what_cannot_work(self) -> None:
        """Raises `CannotStart` for a disk without room."""
        refuse_full_disk(self.home.data)

    def prepare(self) -> None:
        if not self.data.exists():
            self.data.mkdir(mode=0o700)
            self.home.account.own(self.data)

    def command(self) -> list[str | Path]:
        words = [
            "--port",
            "0",
            "--unixsocketperm",
            "700",
            "--save",
            "",
            "--loglevel",
            "notice",
        ]
        words += [
            "--appendonly",
            "yes" if self.durable else "no",
            "--appendfsync",
            "everysec",
        ]
        words += ["--maxmemory", "256mb", "--maxmemory-policy", "volatile-lru"]
        place = ["--dir", str(self.data), "--unixsocket", str(self.socket)]
        return [valkey_program(self.home), *words, *place]

    def is_ready(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(LONGEST_WAIT)
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def finish(self) -> None:
        """Nothing to make: it is empty until somebody writes."""

    def environment(self) -> dict[str, str]:
        return {
            "BROKER_URL": f"redis+socket://{self.socket}?virtual_host=0",
            "CACHE_URL": f"unix://{self.socket}?db=1",
        }
