"""The load, a process of its own: `python -m bench.web.load PORT PID-OF-GUNICORN LEDGER`."""

from __future__ import annotations

from locust import events  # isort: skip  first of all: it patches what the others import

import json
import os
import random
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gevent
import psutil
from locust.env import Environment

from bench.web.cast import everybody
from bench.web.people import KINDS
from bench.web.visiting import Ledger, Pace, Visitor

USERS = int(os.environ.get("BENCH_USERS", "200"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "75"))
A_SECOND = 8  # people who come
SETTLE = float(os.environ.get("SETTLE", "15"))
RUSH = 12.0  # seconds without pauses that are measured
STOP_WITHIN = 30.0  # who is writing finishes that
CORES = psutil.cpu_count() or 1
GOAL = "< 500"
GROUPS = {
    "pages": ("page",),
    "writing on pages": ("write",),
    "API": ("api", "api write"),
    "all": ("page", "write", "api", "api write"),
}


@dataclass
class Watch:
    """What was answered in one stretch of time, and what it took."""

    web: psutil.Process
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    seconds = own = used = busy = 0.0  # processor seconds of the load, of gunicorn, of all

    def note(self, name: str, response_time: float, exception: Any, **_: Any) -> None:
        self.times[name].append(response_time)
        if exception:
            self.errors.append(f"{name}: {exception}")

    def note_fault(self, exception: Exception, **_: Any) -> None:
        """What a visitor could not go on with, as a page without the form it must have."""
        self.errors.append(f"visitor: {exception!r}")

    def run(self, seconds: float) -> None:
        begun = self._clocks()
        events.request.add_listener(self.note)
        gevent.sleep(seconds)
        events.request.remove_listener(self.note)
        passed = [now - then for now, then in zip(self._clocks(), begun, strict=True)]
        self.seconds, self.own, self.used, self.busy = passed

    def _clocks(self) -> tuple[float, float, float, float]:
        own = sum(psutil.Process().cpu_times()[:2])
        return time.monotonic(), own, _used_by(self.web), _busy()

    @property
    def number(self) -> int:
        return sum(len(found) for found in self.times.values())

    @property
    def a_second(self) -> float:
        return self.number / self.seconds

    @property
    def of_gunicorn(self) -> float:
        """Milliseconds a request."""
        return self.used / max(self.number, 1) * 1000

    @property
    def of_the_load(self) -> float:
        """Its share of what all processors of the machine could do."""
        return self.own / self.seconds / CORES * 100

    @property
    def in_use(self) -> float:
        return self.busy / self.seconds / CORES * 100

    def of(self, kinds: tuple[str, ...]) -> list[float]:
        named = [found for name, found in self.times.items() if name.partition(":")[0] in kinds]
        return sorted(one for found in named for one in found)


def main() -> None:
    port, web, ledger = sys.argv[1:]
    for person in everybody():
        Visitor.waiting.setdefault(person.work, []).append(person)
    for people in Visitor.waiting.values():
        random.shuffle(people)
    usual, rush = Watch(psutil.Process(int(web))), Watch(psutil.Process(int(web)))
    begun = time.time()
    all_along = Watch(psutil.Process(int(web)))
    events.request.add_listener(all_along.note)
    events.user_error.add_listener(all_along.note_fault)
    _play(f"http://127.0.0.1:{port}", usual, rush)
    Path(ledger).write_text(json.dumps({"begun": begun, "saved": Ledger.lines}))
    for figure in (*_usual(usual), *_rush(rush), *_errors(all_along)):
        print(json.dumps(figure))


def _play(host: str, usual: Watch, rush: Watch) -> None:
    """People come, work at their pace, then in a rush, and finish what they are at."""
    for kind in KINDS:
        kind.weight = sum(len(Visitor.waiting[work]) for work in kind.works)
    environment = Environment(user_classes=list(KINDS), events=events, host=host)
    environment.stop_timeout = STOP_WITHIN
    runner = environment.create_local_runner()
    runner.start(USERS, spawn_rate=A_SECOND)
    gevent.sleep(USERS / A_SECOND + SETTLE)
    usual.run(SECONDS)
    Pace.now = 0.0
    gevent.sleep(8.0)
    rush.run(RUSH)
    Pace.now = 0.3
    runner.stop()
    gevent.sleep(1.0)


def _usual(watch: Watch) -> list[dict[str, Any]]:
    figures = []
    for group, kinds in GROUPS.items():
        found = watch.of(kinds)
        figures += [
            _figure(f"{group}: p50", _quantile(found, 0.5), "ms"),
            _figure(f"{group}: p95", _quantile(found, 0.95), "ms", GOAL),
            _figure(f"{group}: p99", _quantile(found, 0.99), "ms"),
        ]
    for name, found in sorted(watch.times.items()):
        figures.append(_figure(f"p95 of {name}", _quantile(sorted(found), 0.95), "ms"))
    return [
        *figures,
        _figure("people and programs", USERS, "users"),
        _figure("requests", watch.a_second, "a second"),
        *_spent(watch),
    ]


def _rush(watch: Watch) -> list[dict[str, Any]]:
    found = [
        _figure("requests", watch.a_second, "a second"),
        _figure("p95", _quantile(watch.of(GROUPS["all"]), 0.95), "ms"),
        *_spent(watch),
    ]
    return [figure | {"name": f"without pauses: {figure['name']}"} for figure in found]


def _spent(watch: Watch) -> list[dict[str, Any]]:
    return [
        _figure("gunicorn's processor time", watch.of_gunicorn, "ms a request"),
        _figure("processors in use", watch.in_use, "%"),
        _figure("processors in use by the load itself", watch.of_the_load, "%"),
    ]


def _errors(watch: Watch) -> list[dict[str, Any]]:
    for error, number in Counter(watch.errors).most_common(10):
        print(f"{number} × {error}", file=sys.stderr)
    return [
        _figure("requests from the first sign-in to the end", watch.number, "requests"),
        _figure("errors among them", len(watch.errors), "requests", "0"),
    ]


def _figure(name: str, value: float | None, unit: str, goal: str = "") -> dict[str, Any]:
    rounded = value if value is None else round(value, 1)
    return {"name": name, "value": rounded, "unit": unit} | ({"goal": goal} if goal else {})


def _quantile(ordered: list[float], share: float) -> float | None:
    """None where nothing was answered: that meets no goal."""
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else None


def _used_by(parent: psutil.Process) -> float:
    """Processor seconds of gunicorn and its workers so far."""
    return sum(sum(one.cpu_times()[:2]) for one in (parent, *parent.children(recursive=True)))


def _busy() -> float:
    """Processor seconds of the whole machine so far."""
    times = psutil.cpu_times()
    return sum(times[:8]) - times.idle - getattr(times, "iowait", 0.0)


if __name__ == "__main__":
    main()
