"""Pictures of figures: bars, drawn by a worker as SVG that lies in the page itself.

A page never waits for one. It shows its table at once, asks for the picture beside it, and finds it
drawn a moment later; from then on it comes from the cache (docs/adr/0013-charts.md).
"""

from shelters.charts.figures import Figure, answer_with_figure, figures_of, keep_drawn
from shelters.charts.panels import Bar, Chart, Panel, panel_of

__all__ = [
    "Bar",
    "Chart",
    "Figure",
    "Panel",
    "answer_with_figure",
    "figures_of",
    "keep_drawn",
    "panel_of",
]
