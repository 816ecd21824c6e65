"""The web process's door."""

import codecs
import os
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

UNREADABLE = "application/octet-stream"


class Request(WSGIRequest):
    """A body that is not UTF-8 is of no kind that is read here.

    Django reads the address, too, in the alphabet that is named for the body. Of some (`zlib`) it
    breaks before any page can answer, and so it does of a type that is none.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        if not _is_readable(meta.get("CONTENT_TYPE", "")):
            meta["CONTENT_TYPE"] = UNREADABLE
        super()._set_content_type_params(meta)  # type: ignore[misc]


def _is_readable(content_type: str) -> bool:
    try:
        _kind, parameters = parse_header_parameters(content_type)
        return codecs.lookup(parameters.get("charset", "utf-8")).name in {"utf-8", "ascii"}
    except (ValueError, LookupError):
        return False


class Handler(WSGIHandler):
    request_class = Request


django.setup(set_prefix=False)
application = Handler()
