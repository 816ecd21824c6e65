"""What a person reads in a final archive: pages for any browser, and a text that explains."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from django.db.models import Field
from django.utils.translation import override

from shelters.closing.final.tables import Row, Table

HEAD = """<!doctype html>
<html lang="ru"><head><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font: 16px/1.5 sans-serif; margin: 2rem; }}
table {{ border-collapse: collapse; }}
th, td {{ border: 1px solid #999; padding: .25rem .5rem; text-align: left; vertical-align: top;
  white-space: pre-wrap; max-width: 40rem; }}
</style></head><body><h1>{title}</h1>
"""
FOOT = "</body></html>\n"
README = """FINAL ARCHIVE OF {name}
Written on {day} by Pana {version}, before the shelter was removed.

NOT ENCRYPTED. Whoever opens this file reads what clients told. Keep it as you would keep their
files on paper: encrypted, offline, with as few copies as the law wants, and destroy it when its
time is over. In Pana itself nobody can read any of it again.

Unpack it and open index.html in any browser. No program of Pana's is needed.
  pages/   each table to read, codes in words
  csv/     the same for a spreadsheet, codes as they were kept. A text that a spreadsheet would take
           for a formula has a ' before it
  json/    the same for programs, exactly as it was kept
  SHA256SUMS   to check that nothing was changed: sha256sum -c SHA256SUMS
Times are in UTC. Ids join the tables: case_id in one is id in cases_case.
Passwords, sessions, tokens and keys are left out.


ИТОГОВЫЙ АРХИВ: {name}
Записан {day} программой Pana {version} перед удалением приюта.

НЕ ЗАШИФРОВАН. Кто откроет этот файл, прочтёт всё, что рассказали клиенты. Храните его так же, как
бумажные дела: в зашифрованном виде, без доступа к сети, не в большем числе копий, чем требует
закон, и уничтожьте, когда срок хранения выйдет. В самой Pana этого больше никто не прочтёт.

Распакуйте архив и откройте index.html в любом браузере. Программа Pana не нужна.
  pages/   каждая таблица для чтения, коды — словами
  csv/     то же для электронной таблицы, коды как в базе. Перед текстом, похожим на формулу,
           стоит '
  json/    то же для программ, точно как хранилось
  SHA256SUMS   проверка, что ничего не изменилось: sha256sum -c SHA256SUMS
Время указано по UTC. Таблицы связаны номерами: case_id в одной — это id в cases_case.
Паролей, сеансов, токенов и ключей в архиве нет.
"""


def index(title: str, counts: dict[Table, int]) -> Iterator[str]:
    """All tables and how many rows each has."""
    yield HEAD.format(title=escape(title))
    yield "<p>README.txt</p>\n<table><tr><th>Table / Таблица</th><th>Rows / Строк</th>"
    yield "<th>CSV</th><th>JSON</th></tr>\n"
    for table, number in counts.items():
        links = (f"{kind}/{table.name}.{kind}" for kind in ("csv", "json"))
        cells = "".join(f'<td><a href="{link}">{link}</a></td>' for link in links)
        page = f'<a href="pages/{table.name}.html">{_title(table)}</a>'
        yield f"<tr><td>{page}</td><td>{number}</td>{cells}</tr>\n"
    yield "</table>" + FOOT


def page(table: Table, rows: Iterable[Row]) -> Iterator[str]:
    """One table, a column's name in both languages above it."""
    yield HEAD.format(title=_title(table))
    yield '<p><a href="../index.html">index</a></p>\n<table><tr>'
    yield "".join(f"<th>{_heading(field)}</th>" for field in table.fields) + "</tr>\n"
    for row in rows:
        cells = (f"<td>{_text(value)}</td>" for value in table.in_words(row).values())
        yield f"<tr>{''.join(cells)}</tr>\n"
    yield "</table>" + FOOT


def _title(table: Table) -> str:
    return escape(f"{table.name} ({_both(table.model._meta.verbose_name_plural)})")


def _heading(field: Field[Any, Any]) -> str:
    return escape(f"{field.attname}\n{_both(field.verbose_name)}")


def _both(words: Any) -> str:
    said = []
    for language in ("en", "ru"):
        with override(language):
            said.append(str(words))
    return " / ".join(dict.fromkeys(said))


def _text(value: Any) -> str:
    return "" if value is None else escape(str(value))
