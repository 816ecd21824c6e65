"""Pieces that upper apps put on pages of lower ones."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from shelters import slots
from shelters.slots import Piece, fill, pieces_of


@pytest.fixture(autouse=True)
def own_slots(monkeypatch):
    """Slots of this test only."""
    monkeypatch.setattr(slots, "_providers", slots.defaultdict(list))


def test_pieces_come_in_their_order_from_everybody_who_fills_the_slot():
    request = RequestFactory().get("/")
    fill("here", lambda request, about: [Piece("late.html", {"of": about}, order=2)])
    fill("here", lambda request, about: [Piece("early.html", order=1)])
    fill("elsewhere", lambda request, about: [Piece("other.html")])

    found = pieces_of("here", request, "something")

    assert [piece.template for piece in found] == ["early.html", "late.html"]
    assert found[1].context == {"of": "something"}


def test_filling_twice_with_the_same_provider_changes_nothing():
    def provider(request, about):
        return [Piece("one.html")]

    fill("here", provider)
    fill("here", provider)

    assert len(pieces_of("here", RequestFactory().get("/"))) == 1


def test_an_empty_slot_shows_nothing():
    assert pieces_of("nowhere", RequestFactory().get("/")) == []
