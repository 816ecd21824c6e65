"""Who comes to the shelters of the demo, whatever day it is made."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest

from cases.models import AgeGroup
from config.demo.cast import HOUSES, House
from config.demo.clients import Arrival, arrivals
from config.demo.lots import deck

LEAP_YEAR = [date(2028, 1, 1) + timedelta(days=n) for n in range(0, 366, 7)] + [date(2028, 2, 29)]


def who_comes(house: House, today: date) -> list[Arrival]:
    return arrivals(house.arrivals, closed=house.closed, today=today, lot=Random(1))


@pytest.mark.parametrize("house", HOUSES, ids=lambda house: house.name)
def test_on_any_day_all_came_before_it_and_some_have_left(house: House):
    for today in LEAP_YEAR:
        people = who_comes(house, today)

        assert len(people) == sum(house.arrivals.values())
        assert all(person.arrived_on < today for person in people)
        assert all(person.arrived_on < person.leaves_on for person in people)
        assert all(person.leaves_on < today for person in people[: house.closed])


@pytest.mark.parametrize("house", HOUSES, ids=lambda house: house.name)
def test_on_any_day_birth_and_age_group_fit(house: House):
    for today in LEAP_YEAR:
        for person in who_comes(house, today):
            if birth := person.answers.get("birth"):
                is_child = person.age_group == AgeGroup.CHILD
                assert birth.is_surely_child(today) == is_child
                assert birth.is_surely_adult(today) != is_child


def test_the_same_day_brings_the_same_people():
    house, today = HOUSES[0], date(2028, 2, 29)

    assert who_comes(house, today) == who_comes(house, today)


def test_even_a_few_lots_keep_the_shares():
    assert Counter(deck({"self": 41, "ngo": 30, "police": 16, "other": 13}, 10, Random(1))) == {
        "self": 4,
        "ngo": 3,
        "police": 2,
        "other": 1,
    }
