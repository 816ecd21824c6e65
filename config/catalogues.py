"""Translations with Babel alone: extract, merge, compile and check, without system gettext."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.reloader import translation_file_changed
from django.utils.translation.template import templatize

from shelters.api.words import sentences

ROOT = settings.BASE_DIR
LOCALE = ROOT / "config" / "locale"
APPS = ("config", "shelters", "cases", "referrals", "funding")
LANGUAGES = ("ru", "kk")  # English is what the code says
PLURALS = {
    # Django's own header for Russian; with another one its forms and ours would not meet.
    "ru": "nplurals=4; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
    "(n%100<12 || n%100>14) ? 1 : n%10==0 || (n%10>=5 && n%10<=9) || "
    "(n%100>=11 && n%100<=14)? 2 : 3)",
    "kk": "nplurals=2; plural=(n!=1)",
}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
Text = str | tuple[str, ...] | list[str]
Said = tuple[str | tuple[str, ...], str | None, tuple[str, int]]  # text, context, place
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%%|%[sd]")


def po_path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def update(language: str) -> None:
    """Merge what the code says now into the catalogue; what it no longer says is dropped."""
    known = _read(language)
    fresh = _empty(language)
    for text, context, place in _messages():
        old = known.get(text, context)
        translated = old.string if old is not None else ""
        fresh.add(text, translated, context=context, locations=[place])
    _write(fresh, language)


def compile_all() -> list[Path]:
    """Write the `.mo` beside each catalogue; returns their paths. Django looks at them anew."""
    written = []
    for language in LANGUAGES:
        path = po_path(language).with_suffix(".mo")
        beside = path.with_suffix(f".{os.getpid()}.part")
        with beside.open("wb") as file:
            write_mo(file, _read(language))
        written.append(beside.replace(path))  # a page that reads it now gets the old or the new one
        translation_file_changed(None, path)
    return written


def problems(language: str) -> Iterator[str]:
    """What is missing, fuzzy, stale or differs in its placeholders; nothing when all is well."""
    known = _read(language)
    said = {(_key(text), context) for text, context, _ in _messages()}
    for text, context in sorted(said, key=str):
        message = known.get(text, context)
        if message is None or not _is_translated(message):
            yield f"{language}: not translated: {text!r}"
        elif message.fuzzy:
            yield f"{language}: fuzzy: {text!r}"
        else:
            yield from _differing_placeholders(language, message)
    for message in known:
        if message.id and (_key(message.id), message.context) not in said:
            yield f"{language}: no longer said: {_key(message.id)!r}"


def _read(language: str) -> Catalog:
    path = po_path(language)
    if not path.exists():
        return _empty(language)
    with path.open("rb") as file:
        return read_po(file)


def _empty(language: str) -> Catalog:
    """A catalogue with our own header, which says how many plural forms there are."""
    return read_po(io.BytesIO(_header(language).encode()))


def _write(catalogue: Catalog, language: str) -> None:
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    write_po(buffer, catalogue, omit_header=True, sort_output=True, width=100)
    body = re.sub(rb"(?m)^#: (.*?)(:\d+)+$", _without_line_numbers, buffer.getvalue())
    path.write_bytes(_header(language).encode() + body)


def _without_line_numbers(found: re.Match[bytes]) -> bytes:
    """Line numbers would change the file at every edit of the code."""
    return re.sub(rb":\d+", b"", found[0])


def _header(language: str) -> str:
    return (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        f'"Language: {language}\\n"\n"Plural-Forms: {PLURALS[language]};\\n"\n\n'
    )


def _messages() -> Iterator[Said]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                yield from _messages_of(path)
    for sentence in sentences():
        yield sentence, None, ("shelters/api/words.py", 1)


def _messages_of(path: Path) -> Iterator[Said]:
    source = path.read_text()
    if path.suffix != ".py":
        source = _as_python(source)
    place = path.relative_to(ROOT).as_posix()
    for line, text, _, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
        if text:
            yield text, context, (place, line)


def _as_python(source: str) -> str:
    """Django turns a template into something like Python; without indents it is read as such."""
    return "\n".join(line.lstrip() for line in templatize(source).splitlines())


def _key(text: Text) -> str:
    return text if isinstance(text, str) else text[0]


def _is_translated(message: Message) -> bool:
    strings = _strings(message)
    return bool(strings) and all(strings)


def _strings(message: Message) -> list[str]:
    """The translation, in as many forms as the language has."""
    if isinstance(message.string, str):
        return [message.string]
    return list(message.string or ())


def _differing_placeholders(language: str, message: Message) -> Iterator[str]:
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    wanted = set(PLACEHOLDER.findall(ids[-1]))
    for string in _strings(message):
        if set(PLACEHOLDER.findall(string)) != wanted:
            yield f"{language}: placeholders differ: {ids[0]!r}"
