"""Writing a final archive so that it is there whole, or not at all, and never over another."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shelters.closing.final import pages
from shelters.closing.final.tables import Row, Table, tables
from shelters.models import Shelter
from shelters.refusals import Refusal
from shelters.tenancy import in_shelter
from shelters.vault.fields import CannotOpen
from shelters.vault.keys import KeyMissing

OURS_ALONE = 0o600
FORMULA = ("=", "+", "-", "@", "\t", "\r")
SUMS = "SHA256SUMS"
CANNOT_WRITE = _("The archive cannot be written to %(folder)s (%(reason)s). Nothing was removed.")
CANNOT_OPEN = _("What clients told does not open with this PANA_KEK. Nothing was removed.")
CANNOT_READ = _("The archive cannot be read back whole. Nothing was removed.")


class ArchiveFailed(Refusal):
    """Nothing was removed; what was begun of the file is gone."""


def write_final_archive(shelter: Shelter, folder: Path) -> Path:
    """All that the shelter may read, in clear, as a zip in `folder`; returns its path.

    Read in the shelter's own unit, so that nothing of others can be in it. When this returns, the
    file is on the disk and was read back and counted.
    """
    try:
        with _new_file(folder, shelter.schema) as (file, path):
            with in_shelter(shelter):
                counts = _fill(file, shelter)
            _check(file, counts)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = str(CANNOT_WRITE) % {"folder": folder, "reason": reason}
        raise ArchiveFailed(message) from error
    except (KeyMissing, CannotOpen) as error:
        raise ArchiveFailed(CANNOT_OPEN) from error
    return path


@contextmanager
def _new_file(folder: Path, schema: str) -> Iterator[tuple[BinaryIO, Path]]:
    """A file under another name until the block ends well. Only who writes it may read it."""
    path = folder / f"{schema}-{timezone.now():%Y%m%dT%H%M%S%fZ}.zip"
    part = path.with_suffix(".part")
    descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, OURS_ALONE)
    try:
        with open(descriptor, "w+b") as file:
            yield file, path
            file.flush()
            os.fsync(descriptor)
        part.rename(path)  # the name holds the microsecond, and one removal waits for another
    except BaseException:
        part.unlink()
        raise
    _sync(folder)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _fill(file: BinaryIO, shelter: Shelter) -> dict[Table, int]:
    """Returns how many rows the database itself counts in each table."""
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        sums: dict[str, str] = {}
        counts = {table: table.count() for table in tables()}
        for name, text in _texts(shelter, counts):
            archive.writestr(name, text)
            sums[name] = sha256(text.encode()).hexdigest()
        archive.writestr(SUMS, "".join(f"{found}  {name}\n" for name, found in sums.items()))
    return counts


def _texts(shelter: Shelter, counts: dict[Table, int]) -> Iterator[tuple[str, str]]:
    day = timezone.now().date().isoformat()
    facts = {"name": shelter.name, "day": day, "version": settings.VERSION}
    yield "README.txt", pages.README.format(**facts)
    yield "index.html", "".join(pages.index(f"{shelter.name}, {day}", counts))
    for table in counts:
        rows = list(table.rows())
        yield f"pages/{table.name}.html", "".join(pages.page(table, rows))
        yield f"csv/{table.name}.csv", _csv(table, rows)
        yield f"json/{table.name}.json", _json(rows)


def _json(rows: list[Row]) -> str:
    lines = (json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False) for row in rows)
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _csv(table: Table, rows: list[Row]) -> str:
    """With the mark by which spreadsheets know that letters are not Latin alone."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(field.attname for field in table.fields)
    writer.writerows([_cell(value) for value in row.values()] for row in rows)
    return "\ufeff" + text.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else str(value)


def _check(file: BinaryIO, counts: dict[Table, int]) -> None:
    """Read back what was written: each file as it was, and of each table as many rows."""
    with ZipFile(file) as archive:
        for line in archive.read(SUMS).decode().splitlines():
            wanted, name = line.split("  ", 1)
            if sha256(archive.read(name)).hexdigest() != wanted:
                raise ArchiveFailed(CANNOT_READ)
        for table, number in counts.items():
            if len(json.loads(archive.read(f"json/{table.name}.json"))) != number:
                raise ArchiveFailed(CANNOT_READ)
