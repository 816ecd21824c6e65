"""Pictures of money on its pages: asked for once, drawn by a worker, found by the next reader."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from datetime import date
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from celery import Celery, current_app
from django.conf import settings as the_settings
from django.core import signing
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from funding.models import DonorKind, GiftKind, Mistake
from funding.operations import reverse_gift
from funding.pictures import statement_charts
from funding.statement import Period, statement_of, time_lines
from shelters.charts import figures
from shelters.staff.permissions import Role
from shelters.tenancy import in_central, in_shelter

pytestmark = pytest.mark.usefixtures("in_samal")
SAMAL, CENTRAL = "samal.localhost", "pana.localhost"
YEAR = Period(date(2024, 1, 1), date(2024, 12, 31))
THAT_YEAR = {"since": "01.01.2024", "until": "31.12.2024"}
STATEMENT = "/money/"
PICTURES = ["donors_picture", "times_picture"]
NAMES = {
    "en": "Cash, ₸, by donor, 01.01.2024 to 31.12.2024",
    "ru": "Деньги, ₸, по донорам, с 01.01.2024 по 31.12.2024",
    "kk": "Ақша, ₸, донорлар бойынша, 01.01.2024 – 31.12.2024",
}


@pytest.fixture(params=["redis", "locmem"], autouse=True)
def pictures(request: pytest.FixtureRequest, settings: Any) -> None:
    """Pages with pictures, with the cache of production and with the one of a single process."""
    own = {"KEY_PREFIX": uuid4().hex, "KEY_FUNCTION": "shelters.tenancy.caches.shelter_key"}
    if request.param == "redis":
        own |= {"BACKEND": "shelters.tenancy.caches.Cache", "LOCATION": os.environ["CACHE_URL"]}
    else:
        own |= {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    settings.CACHES = {"default": own}
    settings.PICTURES = True


@pytest.fixture
def work(messages) -> Callable[[], list[str]]:
    """Does as a worker what the pages asked for; returns what was said on the way."""

    def work() -> list[str]:
        sent = messages()
        for headers, (args, kwargs, _options) in sent:
            import_module(headers["task"].rpartition(".")[0])  # as a worker does when it starts
            task = current_app.tasks[headers["task"]]
            given = {"shelter": headers["shelter"]}
            task.apply(args=args, kwargs=kwargs, headers=given, throw=True)
        return [json.dumps(message, ensure_ascii=False) for message in sent]

    return work


def shown(client: Client, path: str = STATEMENT, **headers: str) -> str:
    page = client.get(path, THAT_YEAR, headers=headers)
    assert page.status_code == 200
    return page.text


def names_in(page: str) -> list[str]:
    found = re.findall(r"<title id=[^>]+>([^<]+)</title>", page)
    return [" ".join(name.split()) for name in found]


def bars_in(page: str, picture: str) -> list[str]:
    figure = page.split(f'<figure class="chart" id="{picture}">')[1].split("</figure>")[0]
    return [" ".join(text.split()) for text in re.findall(r"<text[^>]*>([^<]+)</text>", figure)]


def test_the_table_is_there_at_once_and_the_picture_for_the_next_reader(
    browser, a_donor, give, work
):
    give(a_donor("Steppe Fund"), "250000.50")

    before = shown(browser)
    said = work()
    after = shown(browser)

    assert 'hx-trigger="load delay:1s"' in before
    assert before.index("being drawn") < before.index("Received, by donor")
    assert "<svg role" not in before
    assert [sum(word in message for message in said) for word in ("draw_", "Steppe")] == [1, 0]
    assert bars_in(after, "donors_picture") == ["Steppe Fund", "250 000.50"]
    assert after.index("<svg role") < after.index("Received, by donor")
    assert "hx-trigger" not in after


def test_a_picture_is_asked_for_once_and_drawn_once(browser, a_donor, give, work, in_samal):
    give(a_donor())
    shown(browser)
    shown(browser)
    assert len(work()) == 1
    shown(browser)
    assert work() == []

    statement, times = statement_of(in_samal.id, YEAR), time_lines(in_samal.id, YEAR)
    charts = statement_charts(statement, times)
    for chart in charts:
        key = figures._key(chart)
        kept = ["<svg>as it was kept</svg>" for _ in chart.panels]
        cache.set(key, signing.dumps(kept, salt=key))
    figures.keep_drawn(charts)

    assert shown(browser).count("as it was kept") == 2


def test_what_a_stranger_puts_into_the_cache_is_not_shown(browser, a_donor, give, work, in_samal):
    give(a_donor("Fund"), "1000")
    statement, times = statement_of(in_samal.id, YEAR), time_lines(in_samal.id, YEAR)
    for chart in statement_charts(statement, times):
        planted = signing.dumps(["<svg>planted</svg>"], salt="another key")
        cache.set(figures._key(chart), planted)

    before = shown(browser)
    work()

    assert "planted" not in before
    assert bars_in(shown(browser), "donors_picture") == ["Fund", "1 000"]


def test_other_sums_are_another_picture(browser, a_donor, give, work):
    donor = a_donor()
    give(donor, "1000")
    shown(browser)
    work()
    give(donor, "500")

    assert "being drawn" in shown(browser)
    work()
    assert bars_in(shown(browser), "donors_picture")[1] == "1 500"


@pytest.mark.parametrize("name", PICTURES)
def test_the_page_comes_back_for_one_picture_alone(browser, a_donor, give, work, name):
    give(a_donor())
    wanted = {"HX-Request": "true", "HX-Target": name}

    still = shown(browser, **wanted)
    work()
    drawn = shown(browser, **wanted)

    assert still.strip().startswith(f'<div class="chart coming" id="{name}"')
    assert drawn.strip().startswith(f'<figure class="chart" id="{name}"')
    assert "<table" not in drawn


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_a_picture_is_named_in_the_readers_language(
    samal, person, browser_of, a_donor, give, work, language
):
    give(a_donor())
    reader = person(samal, Role.DIRECTOR, language=language)
    client = browser_of(reader, SAMAL)

    shown(client)
    work()

    assert names_in(shown(client))[0] == NAMES[language]


def test_each_kind_of_gift_is_a_picture_of_its_own(browser, a_donor, give, of_kind, work):
    donor = a_donor("Fund")
    for amount, kind in enumerate(GiftKind, start=1001):
        give(donor, str(amount), **of_kind(kind))
    shown(browser)
    work()

    page = shown(browser)

    kinds = ["Cash", "Goods", "Services", "Salaries paid by others"]
    assert [name.split(",")[0] for name in names_in(page)] == kinds * 2
    assert bars_in(page, "donors_picture")[1::2] == ["1 001", "1 002", "1 003", "1 004"]


def test_what_came_in_another_currency_is_drawn_in_tenge(browser, a_donor, give, dollars, work):
    give(a_donor("Fund"), "100", **dollars)
    shown(browser)
    work()

    assert bars_in(shown(browser), "donors_picture") == ["Fund", "52 025"]


def test_no_claim_and_no_reversed_gift_is_in_a_picture(
    browser, a_donor, give, a_claim, bookkeeper, work
):
    give(a_donor("Fund"), "1000")
    wrong = give(a_donor("Nobody"), "777")
    reverse_gift(receipt=wrong, mistake=Mistake.NEVER_CAME, by=bookkeeper, new_id=uuid4())
    a_claim("The city gave 555")
    shown(browser)
    work()

    assert bars_in(shown(browser), "donors_picture") == ["Fund", "1 000"]


@pytest.mark.parametrize("path", [STATEMENT, "central"])
def test_without_gifts_there_is_no_picture(browser, officers_browser, a_claim, messages, path):
    a_claim()
    client = officers_browser if path == "central" else browser

    page = shown(client, STATEMENT)

    assert "chart" not in page
    assert messages() == []


def test_the_officer_sees_all_shelters_side_by_side(
    officers_browser, samal, a_donor, give, salary, work
):
    give(a_donor(), "1000")
    give(a_donor("Programme"), "450000", **salary)
    shown(officers_browser, "/money/")
    work()

    page = shown(officers_browser, "/money/")

    assert bars_in(page, "shelters_picture") == ["Samal", "1 000", "Samal", "450 000"]


def test_no_private_person_is_in_the_officers_picture(
    browser, officers_browser, samal, a_donor, give, work
):
    give(a_donor("Aigerim Planted", kind=DonorKind.INDIVIDUAL), "8642")
    path = reverse(
        "funding_central:statement", args=[samal.pk], urlconf=the_settings.PUBLIC_URLCONF
    )
    for _ in range(2):
        own, officers = shown(browser), shown(officers_browser, path)
        said = work()
        assert not any("Aigerim" in message for message in said)

    assert bars_in(own, "donors_picture") == ["Aigerim Planted", "8 642"]
    assert bars_in(officers, "donors_picture") == ["A private person", "8 642"]
    assert "Aigerim" not in officers


def test_a_shelters_picture_is_found_in_that_shelter_only(
    browser, samal, tulpar, a_donor, give, work
):
    give(a_donor())
    shown(browser)
    work()
    with in_shelter(samal):
        charts = statement_charts(statement_of(samal.id, YEAR), time_lines(samal.id, YEAR))
        assert all(cache.get(figures._key(chart)) for chart in charts)

    with in_shelter(tulpar):
        assert not any(cache.get(figures._key(chart)) for chart in charts)
    with in_central():
        assert not any(cache.get(figures._key(chart)) for chart in charts)


@pytest.mark.usefixtures("cache_away")
def test_a_page_stands_without_its_cache(browser, a_donor, give, messages):
    give(a_donor())

    page = shown(browser)

    assert "Received, by donor" in page
    assert "chart" not in page
    assert messages() == []


def test_a_page_stands_without_a_broker(browser, a_donor, give):
    give(a_donor())
    usual = current_app._get_current_object()
    try:
        away = Celery("away", broker="redis://127.0.0.1:1/0")  # is the current one from now on
        away.conf.broker_transport_options = usual.conf.broker_transport_options
        first, second = shown(browser), shown(browser)
    finally:
        usual.set_current()

    assert "Received, by donor" in first
    assert "chart" not in first
    assert "could not be drawn" in second
    assert "hx-trigger" not in first + second


def test_a_page_stops_coming_back_for_what_no_worker_draws(browser, a_donor, give, monkeypatch):
    give(a_donor())
    assert "being drawn" in shown(browser)

    monkeypatch.setattr(figures, "PATIENCE", 0.0)

    page = shown(browser)
    assert "could not be drawn" in page
    assert "hx-trigger" not in page


def test_pictures_cost_no_more_statements_however_many_donors(
    browser, a_donor, give, statements, work
):
    give(a_donor("Donor"))
    shown(browser)
    with statements() as one:
        shown(browser)
    for number in range(6):
        give(a_donor(f"Donor {number}"))
    with statements() as many:
        shown(browser)

    assert len(many) == len(one) > 0
