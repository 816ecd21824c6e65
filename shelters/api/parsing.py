"""JSON in, JSON out, whatever a program says it would rather have."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.request import Request


class Json(JSONParser):
    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            sent = super().parse(*args, **kwargs)
            _encode(sent)
        except ParseError as error:
            raise ParseError(_("This is not JSON: %(why)s") % {"why": error.__context__}) from None
        except RecursionError as error:
            raise ParseError(_("This is nested too deeply.")) from error
        except UnicodeEncodeError as error:
            raise ParseError(_("Half a letter cannot be read.")) from error
        return sent


def _encode(sent: Any) -> None:
    r"""Raises `UnicodeEncodeError` for half a letter (`\ud800`), which no answer could name."""
    json.dumps(sent, ensure_ascii=False).encode()


class OnlyJson(BaseContentNegotiation):
    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        is_json = (request.content_type or "").split(";")[0].strip().lower() == "application/json"
        return next(iter(parsers)) if is_json else None

    def select_renderer(
        self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None
    ) -> Any:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type
