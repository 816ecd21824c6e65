"""From a chart to SVG. It is described with altair and drawn by vl-convert, without a network.

Only workers draw: the first picture of a process loads both, 200 MB that no web process carries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shelters.charts.cleaning import clean
from shelters.charts.panels import Bar, Chart, Panel, shortened

if TYPE_CHECKING:
    import altair

WIDTH = 320  # as narrow as the narrowest screen: no text is ever made smaller than it is drawn
LETTERS = 13
DIGIT = 7.8  # of that size, in a broad font
GAP = 6
ABOVE, BESIDE = 44, 24  # height of a row whose label stands above its bar, or before it
BEFORE = 76  # where bars begin that have their label before them
LEAST = 0.005  # of the longest, so that something is seen of the smallest


def draw(chart: Chart) -> list[str]:
    """One SVG for each panel."""
    return [_draw_panel(chart, panel, number) for number, panel in enumerate(chart.panels)]


def _draw_panel(chart: Chart, panel: Panel, number: int) -> str:
    import vl_convert

    described = _describe(chart, panel).to_dict(validate=False)
    drawn = vl_convert.vegalite_to_svg(described, allowed_base_urls=[])
    return clean(drawn, id=f"{chart.name}-{number}", title=panel.name, desc=panel.about)


def _describe(chart: Chart, panel: Panel) -> altair.LayerChart | altair.FacetChart:
    import altair as alt

    down = 0 if chart.in_order else 10  # the bar, within its row
    values = [_row(chart, bar, number) for number, bar in enumerate(panel.bars)]
    rows = alt.Chart(alt.InlineData(values)).encode(
        y=alt.Y("row:O", sort=None, axis=None, scale=alt.Scale(padding=0))
    )
    length = alt.X("length:Q", axis=None, scale=_measure(chart, alt))
    text: dict[str, Any] = {"align": "left", "baseline": "middle", "fontSize": LETTERS}
    bars = rows.mark_bar(height=10, yOffset=down).encode(x=length)
    labels = rows.mark_text(**text, dy=0 if chart.in_order else -7)
    labels = labels.encode(x=alt.value(0), text="label:N")
    amounts = rows.mark_text(**text, dx=GAP, dy=down).encode(x=length, text="said:N")
    layers = [
        bars.properties(name="bar"),
        labels.properties(name="label"),
        amounts.properties(name="amount"),
    ]
    step = alt.Step(BESIDE if chart.in_order else ABOVE)
    return alt.layer(*layers).properties(width=WIDTH, height=step, padding=0)


def _row(chart: Chart, bar: Bar, number: int) -> dict[str, Any]:
    least = float(chart.full) * LEAST if bar.amount else 0.0
    length = max(float(bar.amount), least)
    return {"row": number, "label": shortened(bar.label), "length": length, "said": bar.said}


def _measure(chart: Chart, alt: Any) -> Any:
    """The longest bar leaves room for the longest number."""
    said = max(len(bar.said) for panel in chart.panels for bar in panel.bars)
    start = BEFORE if chart.in_order else 0
    end = WIDTH - GAP - said * DIGIT
    return alt.Scale(domain=[0, float(chart.full)], range=[start, end], nice=False)
