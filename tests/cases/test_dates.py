"""The guideline date, and births that are known in part."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.models import (
    LONGEST,
    ExploitationTime,
    NotABirth,
    NotATime,
    PartialBirth,
    Stay,
    TimeUnit,
)

units = st.sampled_from(list(TimeUnit))
starts = st.dates(date(2000, 1, 1), date(2100, 12, 31))
times = units.flatmap(
    lambda unit: st.builds(
        ExploitationTime, st.integers(1, LONGEST[unit]), st.just(unit), st.booleans()
    )
)
DAYS = {"days": (1, 1), "weeks": (7, 7), "months": (28, 31), "years": (365, 366)}


@given(times, starts)
def test_the_guideline_is_about_half_the_time(time, start):
    fewest, most = (time.amount * days for days in DAYS[time.unit])
    half = (time.guideline_from(start) - start).days

    assert fewest / 2 - 4 <= half <= most / 2 + 4


@given(units, st.integers(1, 99), starts)
def test_a_longer_time_never_gives_an_earlier_guideline(unit, amount, start):
    shorter, longer = ExploitationTime(amount, unit), ExploitationTime(amount + 1, unit)

    assert shorter.guideline_from(start) <= longer.guideline_from(start)


@given(times, starts)
def test_not_knowing_exactly_changes_no_date(time, start):
    other = ExploitationTime(time.amount, time.unit, not time.about)

    assert other.guideline_from(start) == time.guideline_from(start)


@pytest.mark.parametrize(
    ("amount", "unit", "guideline"),
    [
        (1, "days", date(2026, 11, 25)),
        (3, "weeks", date(2026, 12, 5)),
        (1, "months", date(2026, 12, 9)),
        (7, "months", date(2027, 3, 11)),
        (3, "years", date(2028, 5, 24)),
        (20, "years", date(2036, 11, 24)),
    ],
)
def test_the_guideline_is_the_day_a_person_would_count(amount, unit, guideline):
    time = ExploitationTime(amount, TimeUnit(unit))

    assert time.guideline_from(date(2026, 11, 24)) == guideline


@pytest.mark.parametrize(("amount", "unit"), [(0, "days"), (-1, "years"), (101, "years")])
def test_a_time_has_bounds(amount, unit):
    with pytest.raises(NotATime):
        ExploitationTime(amount, TimeUnit(unit))


def test_the_three_dates_stand_apart():
    stay = Stay(planned_until=date(2099, 1, 1))
    dates = stay.dates(exploited_for=None, state_pays_for=timedelta(days=180))

    assert dates.guideline is None
    assert dates.state_paid_until == dates.start + timedelta(days=180)
    assert dates.plan == date(2099, 1, 1)


births = st.one_of(
    st.dates(date(1900, 1, 1), date(2026, 1, 1)).map(
        lambda day: PartialBirth(day.year, day.month, day.day)
    ),
    st.builds(PartialBirth, st.integers(1900, 2026), st.integers(1, 12)),
    st.builds(PartialBirth, st.integers(1900, 2026)),
    st.tuples(st.integers(0, 120), st.integers(0, 120), starts).map(
        lambda known: PartialBirth.aged(*sorted(known[:2]), as_of=max(known[2], date(2020, 1, 1)))
    ),
)


@given(births)
def test_a_birth_is_read_back_as_it_was_written(birth):
    assert PartialBirth.parse(str(birth)) == birth
    assert len(str(birth)) <= 24


@given(births, st.dates(date(2026, 1, 1), date(2100, 1, 1)))
def test_nobody_is_surely_both_child_and_adult(birth, day):
    youngest, oldest = birth.ages(day)

    assert birth.earliest <= birth.latest
    assert 0 <= youngest <= oldest
    assert not (birth.is_surely_child(day) and birth.is_surely_adult(day))


@given(st.integers(0, 120), st.integers(0, 120), st.dates(date(2020, 1, 1), date(2100, 1, 1)))
def test_an_age_band_is_what_was_said_on_its_day(one, other, day):
    youngest, oldest = sorted((one, other))

    assert PartialBirth.aged(youngest, oldest, as_of=day).ages(day)[0] == youngest
    assert PartialBirth.aged(youngest, oldest, as_of=day).ages(day)[1] >= oldest


@given(st.text(max_size=30))
def test_any_text_is_a_birth_or_is_refused(text):
    try:
        birth = PartialBirth.parse(text)
    except NotABirth:
        return
    assert PartialBirth.parse(str(birth)) == birth


@pytest.mark.parametrize(
    "text", ["", "1850", "2001-13", "2001-02-30", "24-18@2026-01-01", "18-24@2026-02-31", "9999"]
)
def test_an_impossible_birth_is_refused(text):
    with pytest.raises(NotABirth):
        PartialBirth.parse(text)
