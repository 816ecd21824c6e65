"""A statement as a spreadsheet: the tables of the page, with figures that can be worked with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from funding.models import Donor
from funding.statement import Statement, Sums

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_NAME = 31  # of a sheet
AS_TYPED = {  # words stay words: none becomes a formula, a link or a number
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


@dataclass(frozen=True)
class Table:
    name: str
    heads: list[str]
    rows: list[list[Any]]


def workbook_of(statement: Statement, shelter: str) -> bytes:
    made = BytesIO()
    with Workbook(made, AS_TYPED) as book:
        for number, table in enumerate(_tables(statement)):
            if table.rows or number == 0:
                _write(book, table, _words_above(statement, shelter))
    return made.getvalue()


def _write(book: Workbook, table: Table, above: list[str]) -> None:
    """A figure is written as one, and a day as one; both in the reader's own way of writing."""
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    day = book.add_format({"num_format": "dd.mm.yyyy", "align": "left"})
    money = book.add_format({"num_format": "#,##0.00"})
    sheet = book.add_worksheet(table.name[:LONGEST_NAME])
    sheet.write_column(0, 0, above)
    first = len(above) + 1
    sheet.write_row(first, 0, table.heads, head)
    for number, row in enumerate(table.rows, first + 1):
        for column, value in enumerate(row):
            if isinstance(value, Decimal):
                sheet.write_number(number, column, float(value), money)
            elif isinstance(value, date):
                sheet.write_datetime(number, column, value, day)
            elif value:
                sheet.write_string(number, column, str(value))
    sheet.freeze_panes(first + 1, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.autofit(300)


def _words_above(statement: Statement, shelter: str) -> list[str]:
    first, last = statement.period.first, statement.period.last
    return [
        _("Money of %(shelter)s") % {"shelter": shelter},
        _("From %(first)s to %(last)s, in tenge.")
        % {
            "first": date_format(first, "SHORT_DATE_FORMAT"),
            "last": date_format(last, "SHORT_DATE_FORMAT"),
        },
    ]


def _tables(statement: Statement) -> Iterable[Table]:
    yield _by_donor(statement)
    yield _as_it_came(statement)
    yield _by_evidence(statement)
    yield _agreements(statement)
    yield _reversed(statement)
    yield _claims(statement)


def _by_donor(statement: Statement) -> Table:
    rows = [
        [_named(line.donor), line.evidence_in_words, *line.sums]
        for line in statement.donors_and_prospects
    ]
    return Table(
        name=_("By donor"),
        heads=[_("Donor"), _("Evidence"), *_kinds()],
        rows=[*rows, [_("Total"), "", *statement.total]],
    )


def _as_it_came(statement: Statement) -> Table:
    return Table(
        name=_("In other currencies"),
        heads=[_("Donor"), _("What was given"), _("Currency"), _("Amount")],
        rows=[
            [_named(line.donor), part.kind.label, part.currency.value, part.amount]
            for line in statement.donors
            for part in line.foreign
        ],
    )


def _by_evidence(statement: Statement) -> Table:
    return Table(
        name=_("By evidence"),
        heads=[_("How do we know?"), *_kinds()],
        rows=[[line.evidence.label, *line.sums] for line in statement.evidence],
    )


def _agreements(statement: Statement) -> Table:
    heads = [_("Agreement"), _("Donor"), _("From"), _("To"), _("Currency"), _("Agreed")]
    return Table(
        name=_("Agreements"),
        heads=[*heads, *_kinds(), _("Missing"), _("Renewal"), _("As of")],
        rows=[
            [
                line.title,
                _named(line.donor),
                line.agreement.starts_on,
                line.agreement.ends_on or _("no end"),
                line.currency.value,
                _("not stated") if line.agreed is None else line.agreed,
                *line.received,
                _("not known") if line.missing is None else line.missing,
                line.renewal.label,
                line.renewal_as_of,
            ]
            for line in statement.agreements
        ],
    )


def _reversed(statement: Statement) -> Table:
    heads = [_("Received on"), _("Donor"), _("What was given"), _("Why it is reversed")]
    return Table(
        name=_("Reversed"),
        heads=[*heads, _("Amount"), _("Currency"), _("In tenge")],
        rows=[
            [
                line.gift.received_on,
                _named(line.donor),
                line.gift.get_kind_display(),
                line.gift.reversal.get_mistake_display(),
                line.gift.amount,
                line.gift.currency,
                line.gift.amount_in_tenge,
            ]
            for line in statement.reversed
        ],
    )


def _claims(statement: Statement) -> Table:
    heads = [_("What is said?"), _("Who says it?"), _("As of"), _("Where was it said?")]
    return Table(
        name=_("Claims, not counted"),
        heads=[*heads, _("Why does it no longer stand?")],
        rows=[
            [claim.statement, claim.said_by, claim.as_of, claim.source, claim.withdrawal_reason]
            for claim in statement.claims
        ],
    )


def _named(donor: Donor | None) -> str:
    return donor.name if donor else _("A private person")


def _kinds() -> list[str]:
    return [cell.head for cell in Sums().cells]
