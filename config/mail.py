"""Mail on a machine without a mail server: shown on the console, and kept in the state folder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.console import EmailBackend as Console
from django.core.mail.backends.filebased import EmailBackend as Files


class ConsoleAndFile(BaseEmailBackend):
    """Writes each message twice; the option `file_path` names the folder."""

    def __init__(self, *, file_path: str, **options: Any) -> None:
        super().__init__(**options)
        self.doors = [ReadableConsole(**options), ReadableFiles(file_path=file_path, **options)]

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        return max(door.send_messages(email_messages) or 0 for door in self.doors)


class ReadableConsole(Console):
    def write_message(self, message: EmailMessage) -> None:
        self.stream.write(_as_read(message))


class ReadableFiles(Files):
    def write_message(self, message: EmailMessage) -> None:
        self.stream.write(_as_read(message).encode())  # type: ignore[arg-type]


def _as_read(letter: EmailMessage) -> str:
    """As its reader sees it. On its way a letter has its links broken and its Cyrillic encoded."""
    head = f"From: {letter.from_email}\nTo: {', '.join(letter.to)}\nSubject: {letter.subject}"
    return f"{head}\n\n{letter.body}\n{'-' * 79}\n"
