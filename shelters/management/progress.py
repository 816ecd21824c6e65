"""How far a long command is: a bar on a terminal, now and then a line elsewhere."""

from __future__ import annotations

import time

from django.core.management.base import OutputWrapper

WIDTH = 40
SECONDS = 5.0


class Progress:
    """`progress(done)` after each of `total`; quiet when there is nothing to watch."""

    def __init__(self, stream: OutputWrapper, total: int) -> None:
        self.stream = stream
        self.total = total
        self._on_terminal = stream.isatty()
        self._next = 0.0 if self._on_terminal else time.monotonic() + SECONDS

    def __call__(self, done: int) -> None:
        now = time.monotonic()
        if self._on_terminal and (now >= self._next or done == self.total):
            self._next = now + 0.1
            self._draw(done)
        elif not self._on_terminal and now >= self._next:
            self._next = now + SECONDS
            self._write(f"{done} of {self.total} shelters\n")

    def _draw(self, done: int) -> None:
        bar = "#" * (WIDTH * done // self.total)
        end = "\n" if done == self.total else ""
        self._write(f"\r[{bar:<{WIDTH}}] {done} of {self.total} shelters{end}")

    def _write(self, text: str) -> None:
        self.stream.write(text, style_func=str, ending="")
        self.stream.flush()
