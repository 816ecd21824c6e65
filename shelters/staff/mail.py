"""Letters to the people who work here: each in its reader's language, none about a client."""

from __future__ import annotations

import logging
from typing import Any

from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

log = logging.getLogger(__name__)


def compose(*, to: str, language: str, template: str, **facts: Any) -> EmailMessage:
    """From `<template>_subject.txt` and `<template>_message.txt`."""
    with translation.override(language):
        subject = render_to_string(f"{template}_subject.txt", facts)
        body = render_to_string(f"{template}_message.txt", facts)
    return EmailMessage(subject=" ".join(subject.split()), body=body.strip() + "\n", to=[to])


def post_after_commit(letter: EmailMessage) -> None:
    """Send once the change stands. A mail server that is away undoes nothing and breaks no page."""

    def post() -> None:
        try:
            letter.send()
        except Exception as error:  # what it says may hold the address: keep its kind only
            log.warning("A letter could not be sent: %s.", type(error).__name__)

    transaction.on_commit(post, robust=True)
