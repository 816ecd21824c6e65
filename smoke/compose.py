"""docker-compose.yml as it is written, with `${NAME}` filled in."""

from __future__ import annotations

import re
import shlex
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from config.services.home import CHECKOUT

FILE = CHECKOUT / "docker-compose.yml"
VARIABLE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>\w+)(?::(?P<how>[-?])(?P<word>[^}]*))?\})")


@dataclass(frozen=True)
class Service:
    name: str
    written: Mapping[str, Any]
    values: Mapping[str, str]

    @property
    def command(self) -> list[str]:
        return self._words(self.written["command"])

    @property
    def environment(self) -> dict[str, str]:
        return {
            name: self._filled(value) for name, value in self.written.get("environment", {}).items()
        }

    @property
    def health_check(self) -> list[str]:
        kind, *words = self.written["healthcheck"]["test"]
        words = [self._filled(word) for word in words]
        return words if kind == "CMD" else ["sh", "-c", *words]

    @property
    def mounted_files(self) -> dict[str, Path]:
        """Paths in the container, and the files of this checkout that lie there."""
        parts = [volume.split(":") for volume in self.written.get("volumes", [])]
        return {part[1]: CHECKOUT / part[0] for part in parts if part[0].startswith("./")}

    @property
    def stop_signal(self) -> signal.Signals:
        return signal.Signals[self.written.get("stop_signal", "SIGTERM")]

    @property
    def stop_within(self) -> float:
        return float(str(self.written.get("stop_grace_period", "10s")).removesuffix("s"))

    def _words(self, command: str | list[str]) -> list[str]:
        words = shlex.split(command) if isinstance(command, str) else command
        return [self._filled(word) for word in words]

    def _filled(self, text: object) -> str:
        return VARIABLE.sub(self._value, str(text))

    def _value(self, found: re.Match[str]) -> str:
        if found["dollar"]:
            return "$"
        value = self.values.get(found["name"], "")
        if not value and found["how"] == "?":
            raise LookupError(found["word"])
        return value or (found["word"] or "")


@cache
def written() -> dict[str, Any]:
    """The whole file, parsed."""
    parsed: dict[str, Any] = yaml.safe_load(FILE.read_text())
    return parsed


def service(name: str, values: Mapping[str, str]) -> Service:
    return Service(name, written()["services"][name], values)
