from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django import forms
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from shelters.forms import DayField, MoneyField, NewRowForm, PanaForm
from shelters.refusals import Refusal


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Sentences are compared as they stand in the source."""
    with translation.override("en"):
        yield


NBSP, NARROW, THIN = "\u00a0", "\u202f", "\u2009"


class Sample(PanaForm):
    name = forms.CharField(max_length=5, error_messages={"required": "Whose is it?"})
    day = DayField()
    sex = forms.ChoiceField(choices=[("f", "Female"), ("m", "Male")])
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


class Filter(PanaForm):
    since = DayField(label="From", required=False)
    sex = forms.ChoiceField(
        label="Sex", choices=[("", "All"), ("f", "Female"), ("m", "Male")], required=False
    )
    kinds = forms.MultipleChoiceField(
        label="Kinds", choices=[("a", "Cash"), ("b", "Salary")], required=False
    )


@pytest.mark.parametrize(
    "typed",
    ["05.03.2024", "5.3.2024", "2024-03-05", "2024-3-5", "5,3,2024", "  05.03.2024 "],
)
def test_days_as_people_write_them(typed):
    assert DayField().clean(typed) == date(2024, 3, 5)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("yesterday", "invalid"),
        ("05/03/2024", "invalid"),
        ("05.03.24", "invalid"),
        ("5.3.20244", "invalid"),
        ("٥.٣.٢٠٢٤", "invalid"),
        ("05.03.2024\x00", "invalid"),
        ("05.03.2024\n01.01.2024", "invalid"),
        ("31.02.2024", "impossible"),
        ("00.01.2024", "impossible"),
        ("2024-13-01", "impossible"),
        ("01.01.0000", "impossible"),
        ("01.01.0204", "too_old"),
        ("", "required"),
    ],
)
def test_what_is_no_day_is_explained(typed, code):
    with pytest.raises(forms.ValidationError) as refused:
        DayField().clean(typed)

    assert refused.value.code == code


def test_an_optional_day_may_be_empty():
    assert DayField(required=False).clean("") is None


def test_a_day_is_shown_as_it_is_typed():
    class Form(PanaForm):
        day = DayField(initial=date(2024, 3, 5))

    assert 'value="05.03.2024"' in str(Form()["day"])
    assert 'value="5.3."' in str(Form({"day": "5.3."})["day"])
    assert not Form({"day": "2024-03-05"}).has_changed()


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("250000", "250000"),
        ("250 000", "250000"),
        ("250 000,50", "250000.50"),
        (f"250{NBSP}000,5", "250000.50"),
        (f"250{NARROW}000.50", "250000.50"),
        (f"1{THIN}000{NBSP}000.01", "1000000.01"),
        ("250 000 ₸", "250000"),
        ("0,01", "0.01"),
        ("999 999 999 999,99", "999999999999.99"),
        ("000000000000001", "1"),
    ],
)
def test_amounts_as_people_write_them(typed, amount):
    assert MoneyField().clean(typed) == Decimal(amount)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("many", "invalid"),
        ("1,234", "invalid"),
        ("1.000", "invalid"),
        ("1,234,56", "invalid"),
        ("25 00", "invalid"),
        ("1000 000", "invalid"),
        ("10.001", "invalid"),
        ("1e5", "invalid"),
        ("NaN", "invalid"),
        ("Infinity", "invalid"),
        ("٢٥٠", "invalid"),
        (",50", "invalid"),
        ("5\x00", "invalid"),
        ("-5", "negative"),
        ("−5", "negative"),
        ("1 000 000 000 000", "too_large"),
        ("9" * 4000, "too_large"),
        ("", "required"),
    ],
)
def test_what_is_no_amount_is_explained(typed, code):
    with pytest.raises(forms.ValidationError) as refused:
        MoneyField().clean(typed)

    assert refused.value.code == code


def test_an_amount_is_shown_in_groups_and_read_back():
    shown = MoneyField().prepare_value(Decimal("1250000.50"))

    assert shown == f"1{NBSP}250{NBSP}000,50"
    assert MoneyField().clean(shown) == Decimal("1250000.50")


def test_what_was_typed_wrongly_is_shown_again():
    class Form(PanaForm):
        amount = MoneyField()

    assert 'value="1,234"' in str(Form({"amount": "1,234"})["amount"])


def test_a_new_row_keeps_the_id_it_came_with():
    class Form(NewRowForm):
        pass

    first, second = Form(), Form()
    sent = uuid4()

    assert UUID(first["new_id"].value())
    assert first["new_id"].value() != second["new_id"].value()
    assert str(first["new_id"].value()) in str(first)
    assert str(sent) in str(Form({"new_id": sent}))
    assert Form({"new_id": sent}).is_valid()


@pytest.mark.parametrize("sent", ["", "not-an-id", "\x00"])
def test_a_damaged_id_is_explained_on_top(sent):
    form = NewRowForm({"new_id": sent})

    assert not form.is_valid()
    assert "Open the page again" in str(form)


def test_a_refusal_stands_beside_its_field():
    form = Sample({"name": "Dina", "day": "01.01.2024", "sex": "f"})
    form.is_valid()

    form.refuse(Refusal("This name is taken.", field="name"))

    assert form.errors["name"] == ["This name is taken."]


@pytest.mark.parametrize("field", [None, "of_another_form"])
def test_a_refusal_without_a_field_stands_on_top(field):
    form = Sample({"name": "Dina", "day": "01.01.2024", "sex": "f"})
    form.is_valid()

    form.refuse(Refusal("No bed is free.", field=field))

    assert form.non_field_errors() == ["No bed is free."]


def test_mistakes_are_said_in_our_own_words():
    empty = Sample({})
    wrong = Sample({"name": "far too long", "day": "01.01.2024", "sex": "q"})

    assert empty.errors["day"] == ["Please answer this."]
    assert empty.errors["name"] == ["Whose is it?"]
    assert wrong.errors["name"] == ["This is too long: 12 characters, at most 5 fit."]
    assert wrong.errors["sex"] == ["Choose one of the answers that are offered."]


def test_a_field_of_ours_keeps_its_own_words():
    assert Sample({"day": "x"}).errors["day"] == [
        "Write the day as day, month and year, for example 24.11.2026."
    ]


def test_the_browser_is_not_asked_to_judge():
    assert "required" not in str(Sample()["name"])


def test_a_filter_tells_what_it_narrows_by():
    chips = Filter(
        MultiValueDict({"since": ["1.3.2024"], "sex": ["f"], "kinds": ["a", "b"], "page": ["2"]})
    ).chips

    assert [(chip.name, chip.label, chip.value) for chip in chips] == [
        ("since", "From", "1.3.2024"),
        ("sex", "Sex", "Female"),
        ("kinds", "Kinds", "Cash, Salary"),
    ]


@pytest.mark.parametrize("query", [None, {}, {"sex": ""}, {"sex": "f", "since": "soon"}])
def test_an_unused_or_wrong_filter_has_no_chips(query):
    assert Filter(query).chips == []
