"""Walks the addresses of both kinds of host, so that no test of all pages forgets a new one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from django.conf import settings
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import UUIDConverter
from django.urls.resolvers import RoutePattern

from funding.spreadsheet import SPREADSHEET
from shelters.staff.permissions import Rule

SHELTER, CENTRAL = "shelter", "central"
HOSTS = {SHELTER: settings.ROOT_URLCONF, CENTRAL: settings.PUBLIC_URLCONF}


@dataclass(frozen=True)
class Route:
    """One address; `ids` are the names of the rows' ids in it, `words` those of everything else."""

    host: str
    name: str
    view: Callable[..., Any] = field(repr=False)
    ids: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.host} {self.name}"

    @property
    def rule(self) -> Rule | None:
        return getattr(self.view, "rule", None)

    def path(self, **parts: object) -> str:
        return reverse(self.name, kwargs=parts, urlconf=HOSTS[self.host])


def routes(host: str) -> list[Route]:
    return list(_routes(host, get_resolver(HOSTS[host]), "", {}))


def all_routes() -> list[Route]:
    return [route for host in HOSTS for route in routes(host)]


def text_of(answer: HttpResponse) -> str:
    """What an answer says, that of a spreadsheet too."""
    if answer.headers.get("Content-Type") != SPREADSHEET:
        return answer.text
    with ZipFile(BytesIO(answer.content)) as book:
        return "\n".join(book.read(name).decode() for name in book.namelist())


def _routes(
    host: str, resolver: URLResolver, namespace: str, outer: Mapping[str, bool]
) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        parts = {**outer, **_parts(pattern)}
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _routes(host, pattern, inner, parts)
        else:
            ids = tuple(name for name, is_id in parts.items() if is_id)
            words = tuple(name for name, is_id in parts.items() if not is_id)
            yield Route(host, f"{namespace}{pattern.name}", pattern.callback, ids, words)


def _parts(pattern: URLPattern | URLResolver) -> dict[str, bool]:
    """What varies in the address, and whether it is a row's id."""
    if isinstance(pattern.pattern, RoutePattern):
        converters = pattern.pattern.converters
        return {name: isinstance(part, UUIDConverter) for name, part in converters.items()}
    return dict.fromkeys(pattern.pattern.regex.groupindex, False)
