"""A ciphertext opens in its shelter, model, field and row, and nowhere else."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import AnswerState, Client
from shelters.tenancy import in_shelter
from shelters.vault.fields import CannotOpen, EncryptedTextField, Sealed
from shelters.vault.keys import KeyMissing, data_key
from shelters.vault.letters import open_letter, seal_letter

NAME: EncryptedTextField = Client._meta.get_field("name")
BIRTH: EncryptedTextField = Client._meta.get_field("birth")


@given(text=st.text(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_is_sealed_opens_again(in_samal, text):
    row = uuid4()

    assert NAME.open(NAME.seal(text, row), row) == text


def test_a_ciphertext_moved_to_another_row_field_or_shelter_does_not_open(samal, tulpar):
    row = uuid4()
    with in_shelter(samal):
        sealed = NAME.seal("Aigerim", row)
        assert NAME.open(sealed, row) == "Aigerim"
        with pytest.raises(CannotOpen):
            NAME.open(sealed, uuid4())
        with pytest.raises(CannotOpen):
            BIRTH.open(sealed, row)
    with in_shelter(tulpar), pytest.raises(CannotOpen):
        NAME.open(sealed, row)


@pytest.mark.parametrize("broken", [b"", b"x", b"\x01\x00\x01" + b"0" * 40])
def test_a_broken_ciphertext_raises_and_is_never_returned(in_samal, broken):
    with pytest.raises(CannotOpen):
        NAME.open(Sealed(broken), uuid4())


def test_a_changed_byte_is_noticed(in_samal):
    row = uuid4()
    sealed = bytearray(NAME.seal("Aigerim", row).ciphertext)
    sealed[-1] ^= 1

    with pytest.raises(CannotOpen):
        NAME.open(Sealed(bytes(sealed)), row)


def test_an_unknown_key_version_raises(in_samal):
    with pytest.raises(KeyMissing):
        data_key(version=7)


def test_sealed_text_refuses_to_be_printed(in_samal):
    sealed = NAME.seal("Aigerim", uuid4())

    assert repr(sealed) == "<sealed>"
    with pytest.raises(TypeError):
        str(sealed)


class TestOnAModel:
    @pytest.fixture
    def client_row(self, in_samal):
        return Client.objects.create(
            code="Birch 12", name="Aigerim S.", name_answer=AnswerState.ANSWERED
        )

    def test_the_column_holds_no_plain_text(self, client_row):
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM cases_client WHERE id = %s", [client_row.pk])
            stored = bytes(cursor.fetchone()[0])

        assert b"Aigerim" not in stored
        assert Client.objects.get(pk=client_row.pk).name == "Aigerim S."

    def test_values_are_sealed(self, client_row):
        assert repr(Client.objects.values_list("name", flat=True).get()) == "<sealed>"

    def test_it_cannot_be_searched_or_updated_past_its_key(self, client_row):
        with pytest.raises(TypeError):
            Client.objects.filter(name="Aigerim S.").exists()
        with pytest.raises(TypeError):
            Client.objects.update(name="Plain")


class TestLetters:
    def test_only_the_recipient_opens_it(self, samal, tulpar, aidyn):
        letter = uuid4()
        with in_shelter(samal):
            sealed = seal_letter(b"A summary", recipient_id=tulpar.id, letter_id=letter)
            with pytest.raises(CannotOpen):
                open_letter(sealed, letter_id=letter)
        with in_shelter(aidyn), pytest.raises(CannotOpen):
            open_letter(sealed, letter_id=letter)
        with in_shelter(tulpar):
            assert open_letter(sealed, letter_id=letter) == b"A summary"

    def test_it_opens_as_no_other_letter(self, samal, tulpar):
        with in_shelter(samal):
            sealed = seal_letter(b"A summary", recipient_id=tulpar.id, letter_id=uuid4())

        with in_shelter(tulpar), pytest.raises(CannotOpen):
            open_letter(sealed, letter_id=uuid4())

    def test_nothing_can_be_sealed_for_nobody(self, in_samal):
        with pytest.raises(KeyMissing):
            seal_letter(b"A summary", recipient_id=uuid4(), letter_id=uuid4())
