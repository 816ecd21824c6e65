"""From the containers' world to this machine: ports, folders and names of hosts, nothing else."""

from __future__ import annotations

import re
import socket
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from smoke.compose import written

LOOPBACK = "127.0.0.1"
PORTS = ("5432", "6432", "5672", "6379", "8000", "9100", "2020", "80", "443")
FOLDERS = re.compile(r"(?<![\w./-])/(run/secrets|srv/pana|etc/pana|etc/caddy|tmp)(?=[/\s\"']|$)")


@dataclass
class Here:
    """`root` stands for the containers' file systems, which need not be told apart."""

    root: Path
    ports: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
        hosts = "|".join(written()["services"])
        self._host = re.compile(rf"(?<=[@\s/=])(?:{hosts})(?=:\d| port=)|0\.0\.0\.0")
        self._port = re.compile(rf"(?<![\w.-])(?:{'|'.join(PORTS)})(?![\w.-])")

    def turned(self, text: str) -> str:
        text = self._host.sub(LOOPBACK, f" {text}")[1:]
        text = self._port.sub(lambda found: str(self.ports[found[0]]), text)
        return FOLDERS.sub(lambda found: f"{self.root}/{found[1]}", text)

    def words(self, words: list[str]) -> list[str]:
        return [self.turned(word) for word in words]

    def environment(self, values: dict[str, str]) -> dict[str, str]:
        return {name: self.turned(value) for name, value in values.items()}

    def place(self, path: str) -> Path:
        return self.root / path.lstrip("/")


def free_port() -> int:
    return free_ports(1)[0]


def free_ports(number: int) -> list[int]:
    """All at once, so that no two are the same."""
    with ExitStack() as probes:
        found = []
        for _ in range(number):
            probe = probes.enter_context(socket.socket())
            probe.bind((LOOPBACK, 0))
            found.append(int(probe.getsockname()[1]))
        return found
