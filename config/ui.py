"""Every component in all its states, for looking at while building. Development only."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone, translation
from django.views.decorators.http import require_GET

from shelters.charts import Bar, Chart, Figure, panel_of
from shelters.charts.drawing import draw
from shelters.forms import DayField, MoneyField, PanaForm
from shelters.navigation import Link
from shelters.staff.permissions import rule

SCHEMES = ("light", "dark")
WORDS = {
    "en": ["Today", "Clients", "Referrals", "Money", "Staff"],
    "ru": ["Сегодня", "Клиенты", "Перенаправления", "Деньги", "Сотрудники"],
    "kk": ["Бүгін", "Клиенттер", "Жолдамалар", "Ақша", "Қызметкерлер"],
}
ICONS = ["sun", "users", "send", "wallet", "contact"]
SEX = [("f", "Female"), ("m", "Male"), ("x", "Not known")]
FORMS = [
    ("labour", "Forced labour"),
    ("domestic", "Domestic work without pay"),
    ("begging", "Forced begging"),
    ("other", "Something else, described in the note"),
]


GIVERS = {
    "Employment office of the Medeu district": "300000",
    "Управление занятости Медеуского района города Алматы": "1250000.50",
    "Әйелдер клубы «Тұлпар» қоғамдық бірлестігі": "2400000",
    "Aigerim S.": "5000",
}
MONTHS = ["Jan 2026", "февр. 2026", "нау. 2026", "қар. 2026"]


class Sample(PanaForm):
    """One field of each kind."""

    code = forms.CharField(label="Code name", help_text="Not the real name.", max_length=20)
    born = DayField(label="Birth date", required=False)
    sex = forms.ChoiceField(label="Sex", choices=SEX, widget=forms.RadioSelect)
    exploited = forms.MultipleChoiceField(
        label="Forms of exploitation",
        choices=FORMS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="All that fit.",
    )
    language = forms.ChoiceField(label="Language", choices=[("", "Choose"), *SEX])
    amount = MoneyField(label="Amount", help_text="In tenge.")
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    consent = forms.BooleanField(label="The client agreed to stay", help_text="Asked in private.")


class SampleFilter(PanaForm):
    word = forms.CharField(label="Code name", required=False)
    since = DayField(label="From", required=False)
    sex = forms.ChoiceField(label="Sex", choices=[("", "All"), *SEX], required=False)


@rule(public=True)
@require_GET
def components(request: HttpRequest) -> HttpResponse:
    """`?scheme=` light or dark, `?language=` en, ru or kk; else what the browser asks for."""
    language = request.GET.get("language", "en")
    with translation.override(language if language in WORDS else "en"):
        return render(request, "ui.html", _context(request))


def _context(request: HttpRequest) -> dict[str, Any]:
    words = WORDS[translation.get_language() or "en"]
    now = timezone.now()
    return {
        "schemes": SCHEMES,
        "scheme": request.GET.get("scheme"),
        "languages": list(WORDS),
        "navigation": [
            Link(word, f"#{icon}", icon, icon == "users")
            for word, icon in zip(words, ICONS, strict=True)
        ],
        "empty_form": Sample(prefix="empty"),
        "wrong_form": Sample(_wrong_answers(), prefix="wrong"),
        "filter": SampleFilter({"word": "Akbota", "sex": "f"}),
        "page": Paginator(range(200), 50).get_page(2),
        "amount": Decimal("1250000.50"),
        "clocks": [now + timedelta(days=3), now + timedelta(hours=5), now - timedelta(hours=2)],
        "flags": [("Minor", "wait"), ("High risk", "bad")],
        "states": ["", "good", "wait", "bad", "info"],
        "now": now,
        "figures": _figures(),
    }


def _figures() -> list[Figure]:
    """By name, in order of time, and one that could not be drawn."""
    bars = [Bar(name, Decimal(amount)) for name, amount in GIVERS.items()]
    course = [Bar(name, bar.amount) for name, bar in zip(MONTHS, bars, strict=True)]
    course[1] = Bar(MONTHS[1], Decimal(0))
    names = panel_of("Cash, ₸", "Cash by donor", bars)
    few = panel_of("Salaries, ₸", "Salaries by donor", bars[:1])
    times = panel_of("Cash, ₸", "Cash by month", course, in_order=True)
    charts = [Chart("by_name", (names, few)), Chart("by_time", (times,), in_order=True)]
    lost = Figure(Chart("lost", (few,)), "", [])
    return [*(Figure(chart, "", draw(chart)) for chart in charts), lost]


def _wrong_answers() -> dict[str, str]:
    answers = {"code": "a name that is far too long", "born": "31.02.2001", "amount": "1,234"}
    return {f"wrong-{name}": value for name, value in answers.items()}


urlpatterns = [path("", components, name="ui")]
