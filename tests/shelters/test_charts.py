"""Pictures: what may stand in a page under the policy, true lengths, words of the reader."""

from __future__ import annotations

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from django.utils import translation

from shelters.charts import Bar, Chart, panel_of
from shelters.charts.cleaning import StrangeDrawing, clean
from shelters.charts.drawing import WIDTH, _describe, draw
from shelters.charts.panels import MOST_BARS, shortened

ALLOWED = {
    "svg": {"role", "viewBox", "aria-labelledby", "aria-describedby"},
    "title": {"id"},
    "desc": {"id"},
    "g": {"class"},
    "path": {"d"},
    "text": {"x", "y"},
}
KAZAKH = "Әйелдер клубы «Тұлпар»"


def chart(*panels: dict[str, str], in_order: bool = False) -> Chart:
    """Panels of labels with amounts."""
    return Chart(
        "a_chart",
        tuple(
            panel_of(
                "Cash, ₸",
                "Cash by donor",
                (Bar(label, Decimal(amount)) for label, amount in rows.items()),
                in_order=in_order,
            )
            for rows in panels
        ),
        in_order=in_order,
    )


def drawn(*panels: dict[str, str], in_order: bool = False) -> list[ElementTree.Element]:
    return [ElementTree.fromstring(svg) for svg in draw(chart(*panels, in_order=in_order))]


def texts(picture: ElementTree.Element, mark: str) -> list[str]:
    return [text.text or "" for text in picture.findall(f"g[@class='{mark}']/text")]


def lengths(picture: ElementTree.Element) -> list[float]:
    paths = [path.attrib["d"] for path in picture.findall("g[@class='bar']/path")]
    return [float(re.search(r"h([\d.]+)v", path)[1]) for path in paths]


@pytest.mark.parametrize("in_order", [False, True])
def test_a_picture_holds_marks_and_words_only(in_order):
    """No style, script, link or colour: it needs no exception and follows the page's scheme."""
    for picture in drawn({"IOM": "2400000", KAZAKH: "5"}, {"Embassy": "3"}, in_order=in_order):
        for element in picture.iter():
            assert set(element.attrib) <= ALLOWED[element.tag]


def test_what_our_description_never_asks_for_is_refused():
    strange = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">'
        '<g class="bar_marks">{}</g><script>alert(1)</script></svg>'
    )
    shapes = (
        "<script>alert(1)</script>",
        '<path d="url(https://elsewhere.example)"/>',
        '<text transform="translate(1,1)"><a href="https://elsewhere.example">x</a></text>',
        '<image href="https://elsewhere.example/x.png"/>',
    )
    for shape in shapes:
        with pytest.raises(StrangeDrawing):
            clean(strange.format(shape), id="x", title="", desc="")
    path = '<path d="M0,1h2v3h-2Z" style="fill:red" onclick="alert(1)"/>'
    kept = clean(strange.format(path), id="x", title="", desc="")
    assert re.findall(r"script|style|onclick|alert", kept) == []


def test_a_name_is_text_whatever_it_says():
    (svg,) = draw(chart({'<b onload="x">&"': "1"}))

    assert "<b" not in svg
    assert texts(ElementTree.fromstring(svg), "label") == ['<b onload="x">&"']


def test_a_picture_has_a_name_and_a_description():
    (picture,) = drawn({"IOM": "2400000", "Club": "5"})
    by_id = {element.get("id"): element.text for element in picture}

    assert picture.get("role") == "img"
    assert by_id[picture.get("aria-labelledby")] == "Cash by donor"
    assert "IOM" in by_id[picture.get("aria-describedby")]


def test_the_same_length_is_the_same_sum_in_all_panels():
    cash, salaries = drawn({"IOM": "4000000", "Club": "1000000"}, {"Programme": "2000000"})

    longest, quarter = lengths(cash)
    assert quarter == pytest.approx(longest / 4, abs=0.1)
    assert lengths(salaries) == [pytest.approx(longest / 2, abs=0.1)]


def test_the_smallest_gift_is_still_seen():
    (picture,) = drawn({"IOM": "2400000", "Club": "20"})

    assert min(lengths(picture)) >= 1


def test_a_longest_number_fits_beside_the_longest_bar():
    (picture,) = drawn({"IOM": "999999999999.99"})

    assert lengths(picture)[0] > 100
    assert float(picture.find("g[@class='amount']/text").attrib["x"]) < WIDTH - 16 * 7


def test_the_largest_stand_first_and_nothing_given_is_left_out():
    (picture,) = drawn({"Club": "5", "Nobody": "0", "IOM": "7"})

    assert texts(picture, "label") == ["IOM", "Club"]


def test_a_course_of_time_keeps_its_order_and_its_gaps():
    (picture,) = drawn({"Jan": "5", "Feb": "0", "Mar": "7"}, in_order=True)

    assert texts(picture, "label") == ["Jan", "Feb", "Mar"]
    assert texts(picture, "amount") == ["5", "–", "7"]


def test_the_smallest_of_many_are_one_bar():
    many = {f"Donor {number}": str(number) for number in range(1, MOST_BARS + 4)}

    (picture,) = drawn(many)

    assert len(lengths(picture)) == MOST_BARS
    assert texts(picture, "label")[-1] == "4 others"
    assert texts(picture, "amount")[-1] == str(1 + 2 + 3 + 4)


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
@pytest.mark.parametrize("amount", ["1250000.50", "1250000.00", "60000", "0.05"])
def test_numbers_are_said_as_in_the_table(language, amount):
    with translation.override(language):
        in_table = Template('{{ value|floatformat:"-2g" }}').render(
            Context({"value": Decimal(amount)})
        )

        assert Bar("", Decimal(amount)).said == in_table


def test_a_long_name_is_cut_at_its_end():
    name = "Әйелдер клубы «Тұлпар» қоғамдық бірлестігінің қамқорлық қоры"

    assert shortened(KAZAKH) == KAZAKH
    assert shortened(name).endswith("…")
    assert name.startswith(shortened(name)[:-1])


def test_the_description_is_one_that_altair_accepts_and_asks_nothing_of_a_network():
    one = chart({"IOM": "2400000"})

    described = _describe(one, one.panels[0]).to_dict(validate=True)

    assert described["data"]["name"] in described["datasets"]
    assert "url" not in described["data"]
