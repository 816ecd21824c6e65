"""What came when: gaps count too, and a long period is told in years."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import translation

from funding.models import Mistake
from funding.operations import reverse_gift
from funding.statement import Period, statement_of, time_lines

HALF_YEAR = Period(date(2023, 11, 15), date(2024, 4, 10))


def test_each_month_of_the_period_has_its_line(in_samal, a_donor, give, salary):
    donor = a_donor()
    give(donor, "5", received_on=date(2023, 12, 31))
    give(donor, "7", received_on=date(2024, 3, 1))
    give(donor, "9", received_on=date(2024, 3, 31), **salary)

    lines = time_lines(in_samal.id, HALF_YEAR)

    assert [line.label for line in lines] == [
        "November 2023",
        "December 2023",
        "January 2024",
        "February 2024",
        "March 2024",
        "April 2024",
    ]
    assert [line.sums.cash for line in lines] == [0, 5, 0, 0, 7, 0]
    assert [line.sums.salary for line in lines] == [0, 0, 0, 0, 9, 0]


def test_months_add_up_to_the_statement(in_samal, a_donor, give, bookkeeper):
    donor = a_donor()
    for number in range(1, 4):
        give(donor, f"{number}.25", received_on=date(2024, number, 5))
    wrong = give(donor, "100", received_on=date(2024, 2, 6))
    reverse_gift(receipt=wrong, mistake=Mistake.TWICE, by=bookkeeper, new_id=uuid4())

    lines = time_lines(in_samal.id, HALF_YEAR)

    assert sum(line.sums.cash for line in lines) == Decimal("6.75")
    assert statement_of(in_samal.id, HALF_YEAR).total.cash == Decimal("6.75")


def test_a_long_period_is_told_in_years(in_samal, a_donor, give):
    donor = a_donor()
    give(donor, "5", received_on=date(2021, 12, 31))
    give(donor, "7", received_on=date(2023, 3, 1))

    lines = time_lines(in_samal.id, Period(date(2015, 1, 1), date(2024, 12, 31)))

    assert [(line.label, line.sums.cash) for line in lines] == [
        ("2021", 5),
        ("2022", 0),
        ("2023", 7),
        ("2024", 0),
    ]


def test_no_month_of_the_future_has_a_line(in_samal, a_donor, give):
    give(a_donor(), received_on=date.today())
    period = Period(date.today().replace(day=1), date(date.today().year + 1, 6, 30))

    assert len(time_lines(in_samal.id, period)) == 1


def test_where_nothing_came_there_is_no_line(in_samal, a_donor, give, bookkeeper):
    wrong = give(a_donor())
    reverse_gift(receipt=wrong, mistake=Mistake.TWICE, by=bookkeeper, new_id=uuid4())

    assert time_lines(in_samal.id, HALF_YEAR) == []


@pytest.mark.parametrize("end", [date(2024, 12, 31), date(9999, 12, 31)])
def test_a_period_of_any_length_costs_one_query(
    in_samal, a_donor, give, end, django_assert_num_queries
):
    give(a_donor())

    with django_assert_num_queries(1):
        lines = time_lines(in_samal.id, Period(date(1, 1, 1), end))

    assert lines[0].label == "2024"


@pytest.mark.parametrize(
    ("language", "label", "short"),
    [
        ("en", "March 2024", "Mar 2024"),
        ("ru", "март 2024", "март 2024"),
        ("kk", "Наурыз 2024", "нау. 2024"),
    ],
)
def test_months_have_names_in_three_languages(in_samal, a_donor, give, language, label, short):
    give(a_donor(), received_on=date(2024, 3, 10))
    with translation.override(language):
        (line,) = time_lines(in_samal.id, Period(date(2024, 3, 1), date(2024, 3, 31)))

        assert (line.label, line.short_label) == (label, short)
