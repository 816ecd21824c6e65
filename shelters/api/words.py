"""The description of the API in three languages, and what the library says in English only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

SAID_BY_THE_LIBRARY = (
    _("Datetime value out of range."),
    _("Ensure this field has at least {min_length} elements."),
    _("Ensure this field has no more than {max_length} elements."),
    _("Must be a valid UUID."),
    _("Must be a valid boolean."),
    _("Not a valid string."),
)
CHOICE = "* `"  # how drf-spectacular begins the line of a choice; its label is translated already


def in_language(result: dict[str, Any], **others: Any) -> dict[str, Any]:
    """drf-spectacular's last step: docstrings and help texts in the language of the moment."""
    for described in _described(result):
        parts = paragraphs(described["description"])
        described["description"] = "\n\n".join(
            part if part.startswith(CHOICE) else gettext(part) for part in parts
        )
    return result


def sentences() -> Iterator[str]:
    """Every sentence of both descriptions in English, for the catalogues of the other languages."""
    from shelters.api.schema import describe

    with translation.override("en"):
        for urlconf in (settings.ROOT_URLCONF, settings.PUBLIC_URLCONF):
            for described in _described(describe(urlconf)):
                parts = paragraphs(described["description"])
                yield from (part for part in parts if not part.startswith(CHOICE))


def paragraphs(text: str) -> list[str]:
    """What blank lines part: sentences, each on one line, or a list of choices as it is."""
    parts = [part.strip() for part in text.split("\n\n")]
    return [part if part.startswith(CHOICE) else " ".join(part.split()) for part in parts if part]


def _described(shape: Any) -> Iterator[dict[str, Any]]:
    """Each part of a description that says something about itself."""
    if isinstance(shape, dict):
        if isinstance(shape.get("description"), str):
            yield shape
        for inner in shape.values():
            yield from _described(inner)
    elif isinstance(shape, list):
        for inner in shape:
            yield from _described(inner)
