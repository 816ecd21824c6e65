"""Numbers of content types are a schema's own, and so is what is remembered of them."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from shelters.events.models import Event
from shelters.staff.models import User
from shelters.tenancy import in_shelter

ELSEWHERE = 70_001


@pytest.fixture
def apart(rows, tulpar):
    """In Tulpar the model of a person has another number, and an event bears its old one."""
    ContentType.objects.clear_cache()
    with in_shelter(tulpar):
        person, event = (ContentType.objects.get_for_model(model) for model in (User, Event))
        _number(person.pk, ELSEWHERE)
        _number(event.pk, person.pk)
        ContentType.objects.clear_cache()
    yield person.pk
    ContentType.objects.clear_cache()


def _number(old: int, new: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM auth_permission WHERE content_type_id = %s", [old])
        cursor.execute("UPDATE django_content_type SET id = %s WHERE id = %s", [new, old])


def test_a_shelter_never_hears_the_number_of_another(apart, samal, tulpar):
    for shelter, number in ((samal, apart), (tulpar, ELSEWHERE), (samal, apart)):
        with in_shelter(shelter):
            assert ContentType.objects.get_for_model(User).pk == number
            assert ContentType.objects.get_for_models(User)[User].pk == number
            assert ContentType.objects.get_by_natural_key("staff", "user").pk == number


def test_one_number_is_another_model_elsewhere(apart, samal, tulpar):
    for shelter, model in ((samal, User), (tulpar, Event), (samal, User)):
        with in_shelter(shelter):
            assert ContentType.objects.get_for_id(apart).model_class() is model


def test_a_schema_asks_once(apart, samal, statements):
    with in_shelter(samal):
        ContentType.objects.get_for_model(User)
        with statements() as sent:
            ContentType.objects.get_for_model(User)
            ContentType.objects.db_manager("default").get_for_id(apart)

    assert len(sent) == 0
