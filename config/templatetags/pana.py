"""Small things that many pages show: icons, languages, clocks, chips."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Context
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from lucide.templatetags.lucide import lucide

from shelters.forms import PanaForm

register = template.Library()

OWN_NAMES = {"en": "English", "ru": "Русский", "kk": "Қазақша"}
SOON = timedelta(hours=6)


@register.simple_tag
@cache
def icon(name: str, size: int = 20) -> SafeString:
    """A line drawing that says nothing aloud: its word always stands beside it."""
    drawing = lucide(name, size=size, aria_hidden="true", focusable="false")
    return mark_safe(" ".join(drawing.split()))


@register.simple_tag
def languages() -> list[tuple[str, str]]:
    """Codes, and what the people who speak each language call it."""
    return [(code, OWN_NAMES.get(code, code)) for code, _name in settings.LANGUAGES]


@register.inclusion_tag("components/clock.html")
def clock(until: datetime | None, soon: timedelta = SOON) -> dict[str, Any]:
    """The time left until a moment, or by how much it is overdue, in words."""
    if until is None:
        return {"until": None}
    left = until - timezone.now()
    state = "late" if left < timedelta() else "soon" if left <= soon else "calm"
    return {"until": until, "state": state, "words": _left_in_words(left)}


@register.filter
def how_long(since: datetime | None) -> str:
    """The time from a moment until now, in words."""
    return "" if since is None else in_words(timezone.now() - since)


@register.filter
def in_words(time: timedelta | None) -> str:
    return "" if time is None else _length(time)


@register.filter
def before_an_answer(label: Any) -> str:
    """A label with what parts it from its answer: nothing more where it already asks."""
    said = str(label)
    return said if said.endswith("?") else f"{said}:"


@register.inclusion_tag("components/chips.html", takes_context=True)
def chips(context: Context, form: PanaForm) -> dict[str, Any]:
    """What a list is narrowed by; each answer is a link that takes it away."""
    return {"chips": [(chip, _query_without(context["request"], chip.name)) for chip in form.chips]}


def _query_without(request: HttpRequest, name: str) -> str:
    query = request.GET.copy()
    for gone in (name, "page"):
        query.pop(gone, None)
    return f"?{query.urlencode()}"


def _left_in_words(left: timedelta) -> str:
    if left < timedelta():
        return gettext("overdue by %(time)s") % {"time": _length(-left)}
    return gettext("%(time)s left") % {"time": _length(left)}


def _length(time: timedelta) -> str:
    """Days from two days on, hours from two hours on, else minutes."""
    minutes = int(time.total_seconds() // 60)
    if minutes >= 48 * 60:
        return ngettext("%(number)s day", "%(number)s days", minutes // 1440) % {
            "number": minutes // 1440
        }
    if minutes >= 120:
        return ngettext("%(number)s h", "%(number)s h", minutes // 60) % {"number": minutes // 60}
    return ngettext("%(number)s min", "%(number)s min", minutes) % {"number": minutes}
