"""Handing a file out by a view, which has asked its rule and found the row that the file is of."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse


def hand_out(name: str, *, called: str, kind: str) -> FileResponse:
    """The file as a download, read and opened now: it streams after the unit without a question.

    Never shown in the browser: what somebody uploaded must not run on a shelter's address.
    """
    return FileResponse(
        default_storage.open(name), as_attachment=True, filename=called, content_type=kind
    )
