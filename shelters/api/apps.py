from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.http import HttpRequest

from shelters.slots import Piece, fill


class ApiConfig(AppConfig):
    name = "shelters.api"

    def ready(self) -> None:
        import_module("shelters.api.operations")  # who revokes tokens must be known
        import_module("shelters.api.authentication")  # and how one is described
        fill("me", among_ones_own)


def among_ones_own(request: HttpRequest, about: Any) -> Iterator[Piece]:
    yield Piece("api/_on_my_page.html")
