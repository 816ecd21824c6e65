"""Who is there: the names that databases, rows and requests agree on."""

from __future__ import annotations

import os

SHELTERS = int(os.environ.get("PANA_BENCH_SHELTERS", "1000"))
SESSION = "b" * 32  # the same cookie in every shelter
PASSWORD = "correct-horse-7"
EVENTS = 20
DAYS = 90


def schema_of(number: int) -> str:
    return f"s{number:04}"


def host_of(number: int) -> str:
    return f"{schema_of(number)}.localhost"


def director_of(schema: str) -> str:
    return f"director@{schema}.example"


HOSTS = [host_of(number) for number in range(SHELTERS)]
