"""Every page of one shelter and of the central host, searched for the words of another shelter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product
from uuid import uuid4

import pytest
from allauth.account.utils import user_pk_to_url_str
from django.http import HttpResponse
from django.test import Client

from shelters.staff.permissions import ROLES, Role
from tests.households import Household, Words
from tests.turns import FULL, in_turn
from tests.walking import CENTRAL, SHELTER, Route, routes, text_of

SAMAL, TULPAR, CENTRAL_HOST = "samal.localhost", "tulpar.localhost", "pana.localhost"
IN_SHELTERS = [role for role, card in ROLES.items() if not card.central]
AT_CENTRAL = [role for role, card in ROLES.items() if card.central]
MONEY_OF_A_SHELTER = {
    "name of a donor",
    "title of an agreement",
    "what a claim says",
    "who made a claim",
    "where a claim was made",
    "reason to withdraw a claim",
}
KNOWN_AT_CENTRAL = {
    Role.FUNDING_OFFICER: MONEY_OF_A_SHELTER | {"donor_id", "agreement_id", "claim_id"},
    Role.COORDINATOR: {"code of a referral", "referral_id", "incoming_id", "accepted_id"},
    Role.NETWORK_OPERATOR: set(),
}
TOKEN = re.compile(r'name="(csrfmiddlewaretoken|new_id|token)" value="[^"]*"')


@pytest.mark.parametrize("role", IN_SHELTERS)
def test_no_page_of_a_shelter_says_a_word_of_another(samals, tulpars, words, people_of, role):
    browser = people_of(samals, role)

    seen = answers(browser, paths(SHELTER, samals, tulpars))

    assert leaks(seen, words) == {}
    assert any(answer.status_code == 200 for answer in seen.values())
    assert statuses(seen) <= {200, 302, 403, 404, 405}


@pytest.mark.parametrize("role", AT_CENTRAL)
def test_the_central_host_says_what_that_role_may_know(tulpars, words, central_person, role):
    seen = answers(central_person(role), paths(CENTRAL, tulpars))

    said = set().union(*leaks(seen, words).values())
    assert said <= KNOWN_AT_CENTRAL[role]
    assert role == Role.NETWORK_OPERATOR or said
    assert statuses(seen) <= {200, 302, 403, 404, 405}


def test_somebody_who_did_not_sign_in_reads_nothing(samals, tulpars, words):
    for host, kind in ((TULPAR, SHELTER), (CENTRAL_HOST, CENTRAL)):
        seen = answers(Client(HTTP_HOST=host), paths(kind, tulpars))

        said = set().union(*leaks(seen, words).values())
        assert said <= {"email of a newcomer", "name of a newcomer"}  # who holds the link


def test_a_foreign_row_answers_like_one_that_never_was(samals, tulpars, people_of):
    browser = people_of(samals, Role.DIRECTOR)
    with_ids = [route for route in routes(SHELTER) if route.ids]
    nobody = {
        route: browser.get(route.path(**dict.fromkeys(route.ids, uuid4()))) for route in with_ids
    }

    differing = {
        path
        for route in with_ids
        for foreign in tulpars.own_ids().values()
        if answer_to(browser, path := route.path(**dict.fromkeys(route.ids, foreign)))
        != plain(nobody[route])
    }

    assert differing == set()
    assert {answer.status_code for answer in nobody.values()} == {404, 405}


def test_a_foreign_id_in_a_query_is_no_id_at_all(samals, tulpars, words, people_of):
    browser = people_of(samals, Role.DIRECTOR)
    open_pages = [route.path() for route in routes(SHELTER) if not route.ids and not route.words]
    names = ("client", "agreement", "like", "donor", "keyworker", "from", "next", "page")
    queries = [
        f"{path}?{'&'.join(f'{name}={foreign}' for name in names)}"
        for path, foreign in product(open_pages, in_turn(tulpars.own_ids().values()))
    ]

    seen = answers(browser, queries)
    said = set().union(*leaks(seen, words).values())
    assert said <= set(words.secrets.values())  # an id that was asked for may stand in a link
    assert statuses(seen) <= {200, 302, 400, 403, 404, 405}


def test_every_filter_keeps_to_its_shelter(samals, tulpars, words, people_of):
    browser = people_of(samals, Role.DIRECTOR)
    lists = [route.path() for route in routes(SHELTER) if not route.ids and not route.words]

    filtered = [path for path in lists for path in filters_on(browser, path)]

    assert len(filtered) > 15
    assert leaks(answers(browser, filtered), words) == {}


def test_the_words_are_there_to_be_found(tulpars, words, people_of):
    """The same search in the shelter itself finds all of them, so it can find."""
    seen = answers(people_of(tulpars, Role.DIRECTOR), paths(SHELTER, tulpars))

    said = set().union(*leaks(seen, words).values())
    assert set(words.meaning.values()) - said == set()


# --- walking -------------------------------------------------------------------------------------


def paths(host: str, *homes: Household) -> Iterator[str]:
    """Every address of the host, with the ids and links of these shelters where it needs some."""
    for route in routes(host):
        for home in homes:
            yield from _filled(route, home)


def _filled(route: Route, home: Household) -> Iterator[str]:
    words = {name: _word(name, home) for name in route.words}
    choices = [home.ids_for(part) for part in route.ids]
    for ids in product(*choices):
        yield route.path(**dict(zip(route.ids, ids, strict=True)), **words)


def _word(part: str, home: Household) -> str:
    made_up = {"uidb36": user_pk_to_url_str(home.director), "key": "not-a-key"}
    return made_up.get(part, home.token)


def answers(browser: Client, addresses: Iterable[str]) -> dict[str, HttpResponse]:
    return {path: browser.get(path) for path in dict.fromkeys(addresses)}


def leaks(seen: dict[str, HttpResponse], words: Words) -> dict[str, set[str]]:
    found = {path: words.said_in(_everything(path, answer)) for path, answer in seen.items()}
    return {path: said for path, said in found.items() if said}


def _everything(path: str, answer: HttpResponse) -> str:
    """Body and headers, without the address that was asked for, which the asker knows."""
    said = f"{text_of(answer)}\n{dict(answer.headers)}"
    for known in (path, *path.split("/")):
        if len(known) > 20:
            said = said.replace(known, "")
    return said


def statuses(seen: dict[str, HttpResponse]) -> set[int]:
    return {answer.status_code for answer in seen.values()}


def answer_to(browser: Client, path: str) -> tuple[int, str]:
    return plain(browser.get(path))


def plain(answer: HttpResponse) -> tuple[int, str]:
    return answer.status_code, TOKEN.sub("", text_of(answer))


def filters_on(browser: Client, path: str) -> Iterator[str]:
    """The address with answers that a list on the page offers: all in the long form, else some."""
    page = text_of(browser.get(path))
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        values = re.findall(r'<option value="([^"]+)"', options)
        for value in values if FULL else values[:: max(1, len(values) // 3)]:
            yield f"{path}?{name}={value}"
