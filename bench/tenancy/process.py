"""python -m bench.tenancy.process: one project in a process of its own, asked over a pipe.

Each line that comes in names a function of this package with its arguments, in JSON; each line that
goes out is its answer.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import django


def answer(asked: dict[str, Any]) -> Any:
    module, _, function = asked.pop("do").rpartition(".")
    return getattr(import_module(f"bench.tenancy.{module}"), function)(**asked)


@contextmanager
def _told_apart() -> Iterator[Callable[[Any], None]]:
    """Answers have standard output for themselves; whatever else is printed goes to the errors."""
    with os.fdopen(os.dup(1), "w") as out:
        os.dup2(2, 1)

        def tell(answered: Any) -> None:
            out.write(json.dumps(answered) + "\n")
            out.flush()

        yield tell


if __name__ == "__main__":
    django.setup()
    with _told_apart() as tell:
        for line in sys.stdin:
            tell(answer(json.loads(line)))
