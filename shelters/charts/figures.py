"""Figures in a page: found in the cache, or asked for from a worker.

The cache's keys carry the shelter, and each picture is known by all that it shows: other sums,
another language or another look are another picture. Without a cache there is the table alone.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from celery import current_app
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from kombu.exceptions import KombuError

from shelters.charts.drawing import draw
from shelters.charts.panels import Chart, Panel
from shelters.events.recording import CONFIRMED_WITHIN, line_to_the_broker
from shelters.parts import asks_for
from shelters.tenancy import current_unit
from shelters.tenancy.caches import CacheAway
from shelters.tenancy.names import TASK_HEADER

logger = logging.getLogger(__name__)

LOOK = 1  # of all pictures; another number draws them anew
A_DAY = 24 * 60 * 60
ASK_AGAIN_AFTER = 60
PATIENCE = 30.0
NEVER = 0.0
AWAY = (CacheAway, KombuError, OSError)


@dataclass(frozen=True)
class Figure:
    """A chart with what is drawn of it: everything, or nothing yet."""

    chart: Chart
    path: str  # of the page, which comes back for it
    drawings: list[str]
    is_coming: bool = False

    @property
    def name(self) -> str:
        return self.chart.name

    @property
    def panels(self) -> list[tuple[Panel, SafeString]]:
        pairs = zip(self.chart.panels, self.drawings, strict=True)
        return [(panel, mark_safe(drawing)) for panel, drawing in pairs]


def figures_of(
    request: HttpRequest, charts: Iterable[Chart], *, task: str, args: Sequence[str]
) -> dict[str, Figure]:
    """By name. What is not drawn yet is asked for once, however many readers come.

    `task` gets `args`, which name nobody, and the reader's language; it makes the same charts from
    the database and calls `keep_drawn`.
    """
    wanted = {_key(chart): chart for chart in charts if chart.panels}
    if not settings.PICTURES or not wanted:
        return {}
    try:
        found = {key: _opened(key, kept) for key, kept in cache.get_many(wanted).items()}
        drawn = {key: drawings for key, drawings in found.items() if drawings}
        missing = [key for key in wanted if key not in drawn]
        coming = _ask(missing[0], task, args) if missing else False
    except AWAY as error:
        logger.warning("No pictures: %s.", type(error).__name__)
        return {}
    path = request.get_full_path()
    return {
        chart.name: Figure(chart, path, drawn.get(key, []), coming) for key, chart in wanted.items()
    }


def keep_drawn(charts: Iterable[Chart]) -> None:
    """The worker's part: draw what is not there yet."""
    for chart in charts:
        key = _key(chart)
        if chart.panels and not _opened(key, cache.get(key)):
            cache.set(key, signing.dumps(draw(chart), salt=key), A_DAY)


def answer_with_figure(request: HttpRequest, figures: dict[str, Figure]) -> HttpResponse | None:
    """The one figure that the page comes back for, if this request is such a one."""
    for name, figure in figures.items():
        if asks_for(request, name):
            response = render(request, "components/chart.html", {"figure": figure})
            patch_vary_headers(response, ("HX-Request", "HX-Target"))
            return response
    return None


def _opened(key: str, kept: object) -> list[str]:
    """It goes into a page as it is, so it must be what a worker of ours has drawn for this key."""
    try:
        drawings: list[str] = signing.loads(str(kept), salt=key)
    except signing.BadSignature:
        return []
    return drawings


def _ask(key: str, task: str, args: Sequence[str]) -> bool:
    """Whether it is worth coming back for what is missing."""
    note = f"{key}:asked"
    if cache.add(note, time.time(), ASK_AGAIN_AFTER):
        try:
            _send(task, args)
        except AWAY:
            cache.set(note, NEVER, ASK_AGAIN_AFTER)
            raise
    return time.time() - float(cache.get(note, NEVER)) < PATIENCE


def _send(task: str, args: Sequence[str]) -> None:
    with line_to_the_broker() as line:
        current_app.send_task(
            task,
            args=args,
            kwargs={"language": get_language()},
            headers={TASK_HEADER: current_unit().schema},
            expires=ASK_AGAIN_AFTER,
            producer=line,
            retry=False,
            confirm_timeout=CONFIRMED_WITHIN,
        )


def _key(chart: Chart) -> str:
    digest = hashlib.sha256(repr((LOOK, chart)).encode()).hexdigest()
    return f"picture:{chart.name}:{digest}"
