"""The search is worth no more than what was planted: a word in every text of every table."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import CharField, EmailField, Field, JSONField, Model, TextField

from shelters.tenancy import in_shelter
from shelters.tenancy.placement import Place, models_in
from shelters.vault.fields import EncryptedTextField
from tests.households import Words

TEXTS = (CharField, TextField, EmailField, EncryptedTextField)
NOT_A_SHELTERS_WORDS = {
    "contenttypes",  # names of models
    "auth",
    "sessions",  # keys of sessions, searched for in test_sessions
}
WITHOUT_WORDS = {
    "account.EmailConfirmation.key": "nobody confirms an address",
    "api.Answered.digest": "a digest",
    "api.Answered.endpoint": "an address",
    "api.Answered.key": "a program's own word",
    "api.Token.digest": "a digest",
    "api.Token.name": "shown to its owner only, see tests/config/test_api.py",
    "api.Token.token_key": "random",
    "cases.Client.birth": "planted as a date",
    "events.Delivery.last_error": "the kind of an error",
    "events.Delivery.subscriber": "the name of a function",
    "events.Delivery.target": "a schema",
    "events.Event.subject_id": "an id",
    "events.Event.subject_type": "the name of a model",
    "events.Event.type": "a word of the code",
    "kept.Received.code": "planted as it is",
    "kept.Sent.code": "planted as it is",
    "referrals.Referral.code": "planted as it is",
    "shelters.Domain.host": "known to all",
    "shelters.Shelter.name": "known to all",
    "shelters.Shelter.schema": "known to all",
    "shelters.SweepReport.version": "a number of the program",
    "staff.Invitation.token_hash": "a digest",
    "staff.User.password": "a digest",
}


def texts_of(model: type[Model]) -> list[Field]:
    return [
        field
        for field in model._meta.fields
        if isinstance(field, TEXTS) and not field.choices and not field.is_relation
    ]


def all_models() -> set[type[Model]]:
    shared = {model for model in models_in(Place.PUBLIC) if hasattr(model, "shared")}
    found = shared | set(models_in(Place.SHELTER))
    return {model for model in found if model._meta.app_label not in NOT_A_SHELTERS_WORDS}


@pytest.mark.usefixtures("tulpars")
def test_every_text_of_every_table_holds_a_word(tulpar, words):
    with in_shelter(tulpar):
        empty = {
            str(field).replace("referrals_kept", "kept")
            for model in all_models()
            for field in texts_of(model)
            if not _holds_a_word(model, field, words)
        }

    assert empty == set(WITHOUT_WORDS)


def _holds_a_word(model: type[Model], field: Field, words: Words) -> bool:
    rows = model._default_manager.all()
    return any(words.mark.search(str(getattr(row, field.attname) or "")) for row in rows)


@pytest.mark.usefixtures("tulpars")
def test_events_and_shared_tables_hold_no_word_of_a_client(tulpar, words):
    """The audit trail is read by more people than a case is, a shared table by other shelters."""
    shared = {model for model in models_in(Place.PUBLIC) if hasattr(model, "shared")}
    of_a_client = {meaning for meaning in words.meaning.values() if _is_a_clients(meaning)}
    assert len(of_a_client) > 5
    with in_shelter(tulpar):
        rows = [row for model in shared for row in model._default_manager.all()]
        events = models_by_label("events.Event")._default_manager.all()
        said = words.said_in(" ".join(_all_texts(row) for row in [*rows, *events]))

    assert said & of_a_client == set()


def _is_a_clients(meaning: str) -> bool:
    return any(part in meaning for part in ("client", "code name", "note", "step", "message")) and (
        "gift" not in meaning and "mistake" not in meaning
    )


def models_by_label(label: str) -> type[Model]:
    return next(model for model in models_in(Place.SHELTER) if model._meta.label == label)


def _all_texts(row: Model) -> str:
    fields = [field for field in row._meta.fields if isinstance(field, (*TEXTS, JSONField))]
    return " ".join(str(getattr(row, field.attname)) for field in fields)


@pytest.mark.usefixtures("tulpars")
def test_what_is_encrypted_lies_so_in_the_database(tulpar, words):
    encrypted = [
        (model._meta.db_table, field.column)
        for model in models_in(Place.SHELTER)
        for field in texts_of(model)
        if isinstance(field, EncryptedTextField)
    ]
    assert len(encrypted) > 4
    with in_shelter(tulpar), connection.cursor() as cursor:
        for table, column in encrypted:
            cursor.execute(f'SELECT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL')
            stored = b" ".join(bytes(value) for (value,) in cursor.fetchall())
            assert stored, f"{table}.{column}"
            assert words.said_in(stored.decode("latin-1")) == set()
