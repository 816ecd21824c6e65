"""The server process at the other end of this process's connection; zeros where it is elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import connection, connections


def seconds() -> float:
    """Processor time it has used so far."""
    told = _told("schedstat").split()
    return int(told[0]) / 1e9 if told else 0.0


def memory() -> float:
    """MB that it has for itself alone; the buffers that all share are not in it."""
    lines = _told("status").splitlines()
    found = next((line for line in lines if line.startswith("RssAnon")), "RssAnon: 0 kB")
    return round(int(found.split()[1]) / 1024, 1)


def recycle() -> None:
    """The next request has a new connection, whose server process knows nothing yet."""
    connections.close_all()


def touch(hosts: list[str]) -> int:
    """Ask for every table of these shelters, so that all its descriptions are kept there; Pana's.

    Returns how many tables that are.
    """
    from shelters.tenancy import in_shelter
    from shelters.tenancy.middleware import find
    from shelters.tenancy.placement import Place, models_in

    tables = [model.objects.all()[:1] for model in models_in(Place.SHELTER)]
    for host in hosts:
        address = find(host)
        assert address
        with in_shelter(address):
            for table in tables:
                list(table.all().values_list("pk"))
    return len(tables)


def _told(what: str) -> str:
    held: Any = connection.connection
    folder = Path("/proc") / str(held.info.backend_pid if held else 0)
    if not (folder / "comm").exists() or not (folder / "comm").read_text().startswith("postgres"):
        return ""
    return (folder / what).read_text()
