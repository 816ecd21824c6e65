"""Three years of the demo as they are planned, before any database, whatever day it is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from random import Random
from statistics import mean, median
from typing import Any

import pytest
from django.utils import timezone

from cases.models import AgeGroup, ClosureReason
from config.demo.cast import HOUSES
from config.demo.clients import STORIES
from config.demo.correspondence import TOO_LATE
from config.demo.lots import deck
from config.demo.stays import PLANS, Stay
from config.demo.years import Years, three_years
from referrals.models import STEPS, Status

YEARS = [date(2027, 1, 1) + timedelta(days=n) for n in range(0, 731, 61)] + [date(2028, 2, 29)]


def noon(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))


@pytest.fixture(scope="module")
def by_day() -> dict[date, Years]:
    return {day: three_years(noon(day)) for day in YEARS}


def all_stays(years: Years) -> list[Stay]:
    return [stay for stays in years.stays.values() for stay in stays]


def share(rows: Iterable[Any], holds: Any) -> float:
    return mean(bool(holds(row)) for row in rows)


def of_story(stays: Iterable[Stay], name: str) -> list[Stay]:
    return [stay for stay in stays if stay.person.story == name]


def test_about_four_hundred_come_in_three_years(by_day):
    for years in by_day.values():
        assert 370 <= len(all_stays(years)) <= 390  # and those whom another shelter sends
        assert 395 <= len(all_stays(years)) + sum(1 for x in years.letters if x.arrive_by) <= 430


def test_nobody_is_without_a_bed(by_day):
    for day, years in by_day.items():
        for house in HOUSES:
            beds = years.calendars[house.schema].beds
            assert beds.fullest <= house.beds == beds.number, (day, house.name)
            assert beds.fullest >= house.beds * 0.6


def test_the_beds_counted_are_those_that_people_sleep_in(by_day):
    """Counted anew from the stays and the letters, night by night."""
    for day, years in by_day.items():
        arrivals = [(x.recipient, x.then) for x in years.letters if x.then]
        stays = [(schema, stay) for schema, stays in years.stays.items() for stay in stays]
        for house in HOUSES:
            nights: Counter[int] = Counter()
            for schema, stay in [*stays, *arrivals]:
                if schema == house.schema:
                    last = min(stay.until, day) if stay.is_over else day
                    nights.update(range(stay.since.toordinal(), last.toordinal()))
            assert max(nights.values()) <= house.beds


def test_on_any_day_all_came_before_it_and_whoever_left_had_come(by_day):
    for day, years in by_day.items():
        for stay in all_stays(years):
            assert day - timedelta(days=3 * 365) <= stay.since < day
            assert stay.since < stay.planned
            assert stay.since < stay.until
            assert stay.until <= day or not stay.is_over


def test_on_any_day_birth_and_age_group_fit(by_day):
    for years in by_day.values():
        for stay in all_stays(years):
            day = stay.first.since
            if birth := stay.person.answers_on(day).get("birth"):
                is_child = stay.person.age_group == AgeGroup.CHILD
                assert not birth.is_surely_adult(day) or not is_child
                assert not birth.is_surely_child(day) or is_child


def test_the_shares_are_those_that_people_in_the_field_know(by_day):
    """Wide enough for any day's lots, too narrow for another distribution."""
    for years in by_day.values():
        stays = all_stays(years)
        exploited = [stay for stay in stays if stay.person.story != "child"]
        labour, sexual = of_story(stays, "labour"), of_story(stays, "sexual")
        assert 0.67 < share(exploited, lambda s: s.person.story == "labour") < 0.77
        assert 0.16 < share(exploited, lambda s: s.person.story == "sexual") < 0.24
        assert 0.72 < share(labour, lambda s: s.person.sex == "male") < 0.86
        assert share(sexual, lambda s: s.person.sex == "female") > 0.93
        assert 0.66 < share(sexual, lambda s: s.person.citizenship == "KZ") < 0.84
        assert 0.38 < share(labour, lambda s: s.person.citizenship == "UZ") < 0.52
        assert 0.10 < share(stays, lambda s: s.person.is_child) < 0.17
        assert 31 <= median(s.person.age for s in labour) <= 39
        assert 20 <= median(s.person.age for s in sexual) <= 26


def test_times_in_exploitation_are_lognormal_with_a_long_tail(by_day):
    for years in by_day.values():
        labour = [s.person.months for s in of_story(all_stays(years), "labour")]
        sexual = [s.person.months for s in of_story(all_stays(years), "sexual")]
        assert 6.5 < median(labour) < 11
        assert 4 < median(sexual) < 6.8
        assert 0.04 < share(labour, lambda months: months > 60) < 0.13
        assert mean(labour) > median(labour) * 1.5


def test_the_seasons_are_those_of_the_first_director(by_day):
    for years in by_day.values():
        labour, sexual = (of_story(all_stays(years), name) for name in ("labour", "sexual"))
        assert 0.40 < share(labour, lambda s: s.since.month in {9, 10, 11}) < 0.62
        assert 0.30 < share(sexual, lambda s: s.since.month in {12, 1, 2}) < 0.58


def test_stays_are_planned_for_six_weeks_to_six_months(by_day):
    for years in by_day.values():
        left = [stay for stay in all_stays(years) if stay.is_over]
        planned = [(s.planned - s.since).days for s in left if s.kind != "transit"]
        real = [(s.until - s.since).days for s in left]
        assert set(PLANS) <= set(planned)
        assert all(PLANS[0] <= days <= PLANS[1] for days in planned)
        assert max(real) <= 274
        assert 0.08 < share(left, lambda s: s.is_extended) < 0.17
        assert 0.12 < share(real, lambda days: days < 42) < 0.25


def test_people_leave_for_the_reasons_known(by_day):
    for years in by_day.values():
        left = [s for s in all_stays(years) if s.is_over and s.person.story != "child"]
        found = {reason: share(left, lambda s, r=reason: s.reason == r) for reason in ENDED}
        assert found == {reason: pytest.approx(part, abs=0.035) for reason, part in ENDED.items()}


ENDED = {
    ClosureReason.PLAN_COMPLETED: 0.45,
    ClosureReason.REPATRIATED: 0.22,
    ClosureReason.OWN_CHOICE: 0.12,
    ClosureReason.TRANSFERRED: 0.08,
    ClosureReason.LOST_CONTACT: 0.06,
    ClosureReason.MAX_PERIOD: 0.04,
    ClosureReason.REFERRED_ON: 0.03,
}


def test_letters_end_in_every_way_and_some_are_under_way(by_day):
    for years in by_day.values():
        steps = Counter(letter.came_to for letter in years.letters)
        assert set(steps) == set(Status)
        assert 38 <= sum(steps.values()) <= 75
        assert {x.recipient for x in years.letters if x.came_to == Status.SENT} == {
            house.schema for house in HOUSES
        }


def test_letters_are_about_people_who_are_in_the_house_then(by_day):
    for day, years in by_day.items():
        for letter in years.letters:
            sent_on = timezone.localdate(letter.sent_at)
            assert letter.stay in years.stays[letter.sender]
            assert (
                letter.stay.since < sent_on <= (letter.stay.until if letter.stay.is_over else day)
            )
            assert letter.recipient != letter.sender
        about = [letter.stay for letter in years.letters]
        assert len(about) == len(set(about))


def test_the_steps_of_a_letter_follow_one_another(by_day):
    for day, years in by_day.items():
        for letter in years.letters:
            times = [letter.sent_at, letter.answered_at, letter.ended_at]
            known = [at for at in times if at]
            assert known == sorted(known)
            assert known[-1] <= noon(day)
            assert bool(letter.ended_at) == (letter.came_to not in STEPS)
            assert (letter.arrive_by is None) or letter.answered_at < letter.arrive_by


def test_some_letters_are_answered_too_late(by_day):
    answered = [x for years in by_day.values() for x in years.letters if x.answered_at]

    late = share(answered, lambda x: x.answered_at - x.sent_at > x.urgency.time_to_answer)

    assert TOO_LATE / 2 < late < TOO_LATE * 2


def test_a_few_come_back_as_the_same_person(by_day):
    for years in by_day.values():
        returned = [stay for stay in all_stays(years) if stay.earlier]
        assert 3 <= len(returned) <= 12
        for stay in returned:
            assert stay.person is stay.earlier.person
            assert stay.since - stay.earlier.until > timedelta(days=60)


def test_children_come_and_leave_with_who_brought_them(by_day):
    for years in by_day.values():
        for stays in years.stays.values():
            days = {(s.since, s.until, s.person.citizenship) for s in stays if s.brings_a_child}
            for child in of_story(stays, "child"):
                assert (child.since, child.until, child.person.citizenship) in days


def test_the_same_day_brings_the_same_years():
    def told(years: Years) -> list[Any]:
        stays = [(s.person, s.since, s.until, s.reason) for s in all_stays(years)]
        return [*stays, *((x.sender, x.recipient, x.sent_at, x.came_to) for x in years.letters)]

    present = noon(date(2028, 2, 29))

    assert told(three_years(present)) == told(three_years(present))
    assert told(three_years(present)) != told(three_years(present + timedelta(days=1)))


def test_even_a_few_lots_keep_the_shares():
    assert Counter(deck({"self": 41, "ngo": 30, "police": 16, "other": 13}, 10, Random(1))) == {
        "self": 4,
        "ngo": 3,
        "police": 2,
        "other": 1,
    }


@pytest.mark.parametrize("name", STORIES)
def test_a_season_weighs_twelve_months(name: str):
    assert len(STORIES[name].season) == 12
