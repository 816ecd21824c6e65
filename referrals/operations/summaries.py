"""The summary on its way: as text, as the sender's preview, sealed, and opened on acceptance."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from cases.models import Case
from cases.summary import ALWAYS, Section, summary_of
from referrals.models import Envelope, Referral
from referrals.operations.refusals import SummaryClosed, SummaryDamaged
from shelters.vault.fields import CannotOpen
from shelters.vault.letters import open_letter, seal_letter

CHOOSABLE = [section for section in Section if section not in {*ALWAYS, Section.SAFETY_AND_NEEDS}]


def sections_of(chosen: Iterable[str], message: str) -> list[str]:
    """Who it is goes always; safety and needs whenever the sender wrote something about them."""
    wanted = {*ALWAYS, *chosen, *([Section.SAFETY_AND_NEEDS] if message.strip() else [])}
    return [section.value for section in Section if section in wanted]


def summary_for(case: Case, chosen: Iterable[str], message: str) -> dict[str, Any]:
    """Exactly what the recipient gets. The preview and the sending both come here."""
    return summary_of(case, sections_of(chosen, message), message)


def as_text(summary: dict[str, Any]) -> str:
    return json.dumps(summary, ensure_ascii=False, sort_keys=True)


def mark_of(summary: dict[str, Any]) -> str:
    """By which the sending knows whether it sends what the preview showed."""
    return sha256(as_text(summary).encode()).hexdigest()


def put_in_envelope(referral: Referral, text: str) -> None:
    sealed = seal_letter(text.encode(), recipient_id=referral.recipient_id, letter_id=referral.id)
    Envelope(referral=referral, sealed=sealed).save(force_insert=True)


def open_envelope(referral: Referral) -> str:
    """The recipient's side. The database hands it out only while the consent stands."""
    envelope = Envelope.objects.filter(pk=referral.pk).first()
    if envelope is None:
        raise SummaryClosed
    try:
        return open_letter(bytes(envelope.sealed), letter_id=referral.pk).decode()
    except (CannotOpen, UnicodeDecodeError) as error:
        raise SummaryDamaged from error
