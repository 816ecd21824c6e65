"""Where a shelter's files lie: sealed with its key, in a folder that cannot be guessed."""

from __future__ import annotations

import hmac
from pathlib import Path
from typing import Any, NoReturn
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible

from shelters.vault.keys import data_key
from shelters.vault.sealing import seal, unseal


@deconstructible
class ShelterStorage(FileSystemStorage):
    """Files of the shelter whose unit is open; on the central host, or in no unit, there are none.

    A file gets a name of ours, whatever it was called, and is read and written whole: it must fit
    into memory, as what a request may send does. It has no address: a view hands it out
    (`shelters.files.handing_out`). One whose row is rolled back stays behind, and tells nothing.
    """

    def __init__(self) -> None:
        super().__init__(file_permissions_mode=0o600, directory_permissions_mode=0o700)

    @property
    def base_location(self) -> str:
        """Who has the disk but not the shelter's key does not know which shelter's it is."""
        folder = hmac.digest(data_key(), b"pana:folder of files", "sha256").hex()[:32]
        return str(Path(settings.HOME) / "files" / folder)

    @property
    def location(self) -> str:
        return self.base_location

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return uuid4().hex

    def _save(self, name: str, content: File[Any]) -> str:
        content.seek(0)  # whoever looked at it before left it at its end
        sealed = seal(content.read(), place=f"file:{name}")
        return super()._save(name, ContentFile(sealed))  # type: ignore[misc, no-any-return]

    def _open(self, name: str, mode: str = "rb") -> ContentFile[bytes]:
        if mode != "rb":
            raise ValueError("A file that is kept is only read.")
        return ContentFile(unseal(Path(self.path(name)).read_bytes(), place=f"file:{name}"), name)

    def url(self, name: str | None) -> NoReturn:
        raise ValueError("A file has no address: a view hands it out to who may have it.")
