"""What of a drawing goes into a page: marks and their places, by a list of what is allowed.

Colours and letters come from our style sheet by the name of the mark, so that a picture follows
the scheme and needs no exception from the Content-Security-Policy; and nothing that vl-convert may
ever put into a drawing (styles, links, scripts, English words for readers aloud) gets through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

SVG = "{http://www.w3.org/2000/svg}"
MARK = re.compile(r"\b(bar|label|amount)_marks\b")
PLACE = re.compile(r"^translate\(([-\d.]+),([-\d.]+)\)$")
NUMBER = re.compile(r"\d+\.\d{2,}")
OUTLINE = re.compile(r"^[-\d.,\sMLHVhvlzZ]+$")


class StrangeDrawing(ValueError):
    """It is not what our own description asks for."""


def clean(drawing: str, *, id: str, title: str, desc: str) -> str:
    """A picture of its own: `role="img"`, named and described in the reader's language."""
    drawn = ElementTree.fromstring(drawing)
    picture = Element("svg", {"role": "img", "viewBox": drawn.attrib["viewBox"]})
    picture.attrib |= {"aria-labelledby": f"{id}-title", "aria-describedby": f"{id}-desc"}
    SubElement(picture, "title", {"id": f"{id}-title"}).text = title
    SubElement(picture, "desc", {"id": f"{id}-desc"}).text = desc
    for mark, shapes in _marks(drawn):
        group = SubElement(picture, "g", {"class": mark})
        group.extend(_allowed(shape) for shape in shapes)
    return ElementTree.tostring(picture, encoding="unicode")


def _marks(drawn: Element) -> Iterator[tuple[str, list[Element]]]:
    for group in drawn.iter(f"{SVG}g"):
        if found := MARK.search(group.get("class", "")):
            yield found[1], list(group)


def _allowed(shape: Element) -> Element:
    if shape.tag == f"{SVG}path" and OUTLINE.match(shape.get("d", "")):
        return Element("path", {"d": _rounded(shape.attrib["d"])})
    place = PLACE.match(shape.get("transform", ""))
    if shape.tag == f"{SVG}text" and place and len(shape) == 0:
        text = Element("text", {"x": _rounded(place[1]), "y": _rounded(place[2])})
        text.text = shape.text
        return text
    raise StrangeDrawing(shape.tag)


def _rounded(numbers: str) -> str:
    return NUMBER.sub(lambda found: f"{float(found[0]):.1f}".removesuffix(".0"), numbers)
