"""The statement as a spreadsheet, read as a program reads it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from django.utils.translation import override

from funding.models import DonorKind, GiftKind, Mistake
from funding.operations import reverse_gift, withdraw_claim
from funding.spreadsheet import workbook_of
from funding.statement import Period, statement_of
from shelters.tenancy import in_central

YEAR = Period.year(2024)
SPACE = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
FORMULA = "=HYPERLINK(A1)"


@pytest.fixture
def busy(in_samal, a_donor, give, an_agreement, a_claim, bookkeeper, dollars, of_kind) -> Any:
    donor, friend = a_donor(FORMULA), a_donor("Aigerim S.", kind=DonorKind.INDIVIDUAL)
    agreement = an_agreement(donor, amount=Decimal("1000000.50"))
    give(donor, "1000.25", agreement=agreement)
    give(donor, "10", **dollars)
    give(friend, "7", **of_kind(GiftKind.GOODS))
    gone = give(donor, "3")
    reverse_gift(receipt=gone, mistake=Mistake.TWICE, by=bookkeeper, new_id=uuid4())
    withdraw_claim(claim=a_claim("+1 from the city"), reason="Denied", by=bookkeeper)
    return in_samal


def sheets(made: bytes) -> dict[str, list[list[Any]]]:
    """Rows of every sheet: numbers as floats, words as text."""
    with ZipFile(BytesIO(made)) as book:
        read = lambda name: ElementTree.fromstring(book.read(f"xl/{name}.xml"))  # noqa: E731
        assert not any(read_all(book).count(f"<{tag}") for tag in ("f>", "hyperlink "))
        words = ["".join(item.itertext()) for item in read("sharedStrings").findall("x:si", SPACE)]
        names = [sheet.attrib["name"] for sheet in read("workbook").iterfind(".//x:sheet", SPACE)]
        return {
            name: [
                [_value(cell, words) for cell in row.findall("x:c", SPACE)]
                for row in read(f"worksheets/sheet{number}").iterfind(".//x:row", SPACE)
            ]
            for number, name in enumerate(names, 1)
        }


def read_all(book: ZipFile) -> str:
    return "".join(book.read(name).decode() for name in book.namelist() if "sheet" in name)


def _value(cell: Any, words: list[str]) -> Any:
    found = cell.find("x:v", SPACE)
    if found is None:
        return None
    return words[int(found.text)] if cell.get("t") == "s" else float(found.text)


def test_figures_are_figures_and_words_are_words(busy):
    made = sheets(workbook_of(statement_of(busy.id, YEAR), "Samal"))

    assert list(made) == [
        "By donor",
        "In other currencies",
        "By evidence",
        "Agreements",
        "Reversed",
        "Claims, not counted",
    ]
    above, days, heads, first, second, total = made["By donor"]
    assert (above, days) == (["Money of Samal"], ["From 01.01.2024 to 31.12.2024, in tenge."])
    assert heads[2:] == ["Cash, ₸", "Goods, ₸", "Services, ₸", "Salaries paid by others, ₸"]
    assert first == [FORMULA, "Bank line", 6202.75, 0.0, 0.0, 0.0]
    assert second[0] == "Aigerim S."
    assert (total[0], total[-4:]) == ("Total", [6202.75, 7.0, 0.0, 0.0])
    assert made["In other currencies"][-1] == [FORMULA, "Cash", "USD", 10.0]
    assert 1000000.5 in made["Agreements"][-1]
    assert 999000.25 in made["Agreements"][-1]
    assert "Entered twice" in made["Reversed"][-1]
    assert made["Claims, not counted"][-1][0] == "+1 from the city"


def test_a_private_person_has_no_name_in_the_file_of_the_central_host(busy):
    with in_central():
        made = sheets(workbook_of(statement_of(busy.id, YEAR), "Samal"))

    assert "Aigerim S." not in str(made)
    assert made["By donor"][4][0] == "A private person"


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_every_sheet_has_a_name_of_its_own_that_fits(busy, language):
    with override(language):
        made = sheets(workbook_of(statement_of(busy.id, YEAR), "Samal"))

    assert len(made) == 6
    assert "By donor" not in made


def test_nothing_received_is_one_sheet_with_a_total_of_nothing(in_samal):
    nothing = statement_of(in_samal.id, Period(date(2024, 1, 1), date(2024, 1, 1)))

    made = sheets(workbook_of(nothing, "Samal"))

    assert list(made) == ["By donor"]
    assert made["By donor"][-1][-4:] == [0.0] * 4
