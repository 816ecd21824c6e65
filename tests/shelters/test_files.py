"""Files of one shelter: sealed, in a folder of its own, handed out by a view alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile

from shelters.files.handing_out import hand_out
from shelters.tenancy import OutsideUnit, in_central, in_shelter
from shelters.vault.sealing import CannotOpen

PASSPORT = b"%PDF-1.7 passport of Zarina"


@pytest.fixture(autouse=True)
def home(settings, tmp_path) -> Path:
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def name(samal) -> str:
    with in_shelter(samal):
        return default_storage.save("passport of Zarina.pdf", ContentFile(PASSPORT))


def files_in(home: Path) -> list[Path]:
    return [file for file in home.rglob("*") if file.is_file()]


def test_a_file_is_read_again_in_its_shelter(name, samal):
    with in_shelter(samal):
        assert default_storage.open(name).read() == PASSPORT


def test_a_large_upload_is_sealed_too(samal, home):
    with TemporaryUploadedFile("z.pdf", "application/pdf", len(PASSPORT), None) as upload:
        upload.write(PASSPORT)
        upload.seek(0)
        with in_shelter(samal):
            kept = default_storage.save("z.pdf", upload)
            assert default_storage.open(kept).read() == PASSPORT

    (file,) = files_in(home)
    assert b"Zarina" not in file.read_bytes()


def test_what_a_form_has_looked_at_is_kept_whole(samal):
    upload = ContentFile(PASSPORT)
    upload.read()
    with in_shelter(samal):
        assert default_storage.open(default_storage.save("z.pdf", upload)).read() == PASSPORT


def test_the_disk_tells_neither_whose_it_is_nor_what(name, home, samal):
    (file,) = files_in(home)

    assert b"Zarina" not in file.read_bytes()
    for part in ("Zarina", "passport", "pdf", "samal", str(samal.id)):
        assert part not in str(file.relative_to(home))
    assert [path.stat().st_mode & 0o077 for path in (file, file.parent)] == [0, 0]


def test_another_shelter_has_a_folder_of_its_own(name, samal, tulpar):
    with in_shelter(tulpar):
        assert not default_storage.exists(name)
        with pytest.raises(FileNotFoundError):
            default_storage.open(name)


def test_a_file_moved_to_another_shelter_or_name_does_not_open(name, samal, tulpar):
    with in_shelter(samal):
        sealed = Path(default_storage.path(name)).read_bytes()
        Path(default_storage.path("renamed")).write_bytes(sealed)
        with pytest.raises(CannotOpen):
            default_storage.open("renamed")
    with in_shelter(tulpar):
        moved = Path(default_storage.path(name))
        moved.parent.mkdir(parents=True)
        moved.write_bytes(sealed)
        with pytest.raises(CannotOpen):
            default_storage.open(name)


@pytest.mark.parametrize("way", ["../x", "/etc/passwd", "a/../../x"])
def test_no_name_leads_out_of_the_folder(in_samal, way):
    with pytest.raises(Exception, match="outside of the base path"):
        default_storage.open(way)


def test_without_a_shelter_there_are_no_files(rows):
    with pytest.raises(OutsideUnit):
        default_storage.save("x", ContentFile(b"x"))
    with in_central(), pytest.raises(LookupError):
        default_storage.save("x", ContentFile(b"x"))


def test_a_file_has_no_address_and_is_not_changed(name, samal):
    with in_shelter(samal):
        with pytest.raises(ValueError, match="no address"):
            default_storage.url(name)
        with pytest.raises(ValueError, match="only read"):
            default_storage.open(name, "wb")


def test_what_is_handed_out_streams_when_the_unit_is_over(name, samal):
    with in_shelter(samal):
        answer = hand_out(name, called="Паспорт.html", kind="text/html")

    assert b"".join(answer.streaming_content) == PASSPORT
    assert answer.headers["Content-Disposition"].startswith("attachment;")
