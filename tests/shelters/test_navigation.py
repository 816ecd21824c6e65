from __future__ import annotations

import pytest
from django.test import RequestFactory
from django.urls import path

from shelters import navigation
from shelters.navigation import Item, TooManyItems, add_item, home_of
from shelters.staff.permissions import P

urlpatterns = [
    path("", lambda request: None, name="nav_today"),
    path("clients/", lambda request: None, name="nav_clients"),
    path("clients/beds/", lambda request: None, name="nav_beds"),
    path("money/", lambda request: None, name="nav_money"),
]
pytestmark = pytest.mark.urls(__name__)


class Person:
    """Somebody with these permissions; navigation asks nothing else of a person."""

    is_authenticated = True

    def __init__(self, *permissions: P) -> None:
        self.permissions = permissions

    def may(self, permission: P) -> bool:
        return permission in self.permissions


class Unit:
    def __init__(self, central: bool) -> None:
        self.is_central = central


@pytest.fixture(autouse=True)
def items(monkeypatch) -> dict[tuple[str, str], Item]:
    """An empty list of words, whatever the apps have added."""
    found: dict[tuple[str, str], Item] = {}
    monkeypatch.setattr(navigation, "_items", found)
    add_item(label="Money", url_name="nav_money", icon="x", permission=P.FUNDING_READ, order=40)
    add_item(label="Beds", url_name="nav_beds", icon="x", permission=P.CASE_READ, order=30)
    add_item(label="Clients", url_name="nav_clients", icon="x", permission=P.CASE_READ, order=20)
    add_item(
        label="Money",
        url_name="nav_money",
        icon="x",
        permission=P.NETWORK_FUNDING_READ,
        order=20,
        host="central",
    )
    return found


def shown(person: object, where: str = "/", central: bool = False) -> list[tuple[str, bool]]:
    request = RequestFactory().get(where)
    request.user, request.unit, request.address = person, Unit(central), None  # type: ignore
    links = navigation.navigation(request)["navigation"]
    return [(link.label, link.current) for link in links]


def test_each_person_sees_what_their_roles_open_in_order():
    assert shown(Person(P.CASE_READ, P.FUNDING_READ)) == [
        ("Clients", False),
        ("Beds", False),
        ("Money", False),
    ]
    assert shown(Person(P.FUNDING_READ)) == [("Money", False)]
    assert shown(Person()) == []


def test_a_central_host_has_words_of_its_own():
    everything = Person(*P)

    assert shown(everything, central=True) == [("Money", False)]


@pytest.mark.parametrize(
    ("where", "current"),
    [
        ("/clients/", "Clients"),
        ("/clients/1/notes/", "Clients"),
        ("/clients/beds/", "Beds"),
        ("/money/gifts/", "Money"),
        ("/staff/", None),
    ],
)
def test_one_word_at_most_is_marked_as_here(where, current):
    marked = [label for label, here in shown(Person(*P), where) if here]

    assert marked == ([current] if current else [])


def test_the_first_page_is_marked_only_on_itself():
    add_item(label="Today", url_name="nav_today", icon="x", permission=None, order=10)

    assert shown(Person(*P), "/")[0] == ("Today", True)
    assert shown(Person(*P), "/staff/")[0] == ("Today", False)


def test_home_is_the_first_page_that_opens():
    assert home_of(Person(P.FUNDING_READ), central=False) == "nav_money"
    assert home_of(Person(P.CASE_READ), central=False) == "nav_clients"
    assert home_of(Person(), central=False) is None


def test_before_sign_in_and_outside_a_unit_there_is_nothing():
    request = RequestFactory().get("/")

    assert navigation.navigation(request) == {
        "navigation": [],
        "place": "",
        "is_practice": False,
    }


def test_an_eighth_word_is_refused():
    for number in range(4):
        add_item(label=str(number), url_name=f"n{number}", icon="x", permission=None, order=number)

    with pytest.raises(TooManyItems):
        add_item(label="8", url_name="n8", icon="x", permission=None, order=8)
