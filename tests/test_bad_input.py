"""Whatever is sent to any page: a clear answer, never a fault of ours, nothing half saved."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve

from shelters.staff.permissions import ROLES, Role
from shelters.tenancy import in_central, in_shelter
from shelters.tenancy.placement import Place, models_in
from tests.forms_on_pages import Form, forms_on
from tests.households import Household, Words, furnish, invite, receive
from tests.turns import FULL
from tests.walking import CENTRAL, HOSTS, SHELTER, Route, routes, text_of

NAMES = {SHELTER: "samal.localhost", CENTRAL: "pana.localhost"}
SCRIPT = "<script>alert(1)</script>"
BAD: dict[str, Callable[[], Any]] = {
    "nothing": lambda: "",
    "too long": lambda: "x" * 20_000,
    "a zero byte": lambda: "a\0b",
    "no day": lambda: "31.02.2024",
    "a day of no year": lambda: "00.00.0000",
    "a negative number": lambda: "-1",
    "a huge number": lambda: "9" * 400,
    "not a number": lambda: "NaN",
    "a power": lambda: "1e999",
    "no choice": lambda: "no-such-choice",
    "nobody's id": lambda: str(uuid4()),
    "half an id": lambda: str(uuid4())[:20],
    "several": lambda: ["one", "two", "three"],
    "a file": lambda: SimpleUploadedFile("answer.txt", b"\xff\x00 not a text"),
    "a script": lambda: SCRIPT,
    "other letters": lambda: "Ұлтарақ \N{RIGHT-TO-LEFT OVERRIDE} \N{GRINNING FACE}",
    "spaces": lambda: "   \t  ",
}
SAYS_WHY = re.compile(r'class="error|class="message error|role="alert"')
CLEAR = {200, 302, 400, 403, 404, 413, 429}
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"}
WITH_TOKEN = {"csrfmiddlewaretoken": "as every form of ours sends"}
CHANGES_NOTHING = ("step=preview", "/clients/earlier/")
URLENCODED = "application/x-www-form-urlencoded"
ASKED = ("page", "client", "agreement", "like", "donor", "from", "show", "status", "since", "code")
QUERIES = {
    kind: urlencode([(name, value) for name in (*ASKED, "until", "step", "next", "nonsense")])
    for kind, value in {
        "nothing": "",
        "a zero byte": "a\0b",
        "a huge number": "9" * 400,
        "a negative number": "-1",
        "no day": "31.02.2024",
        "a script": SCRIPT,
        "a long word": "x" * 2000,
        "half an id": "123e4567-e89b",
    }.items()
} | {"no letters": "&".join(f"{name}=%ff%fe" for name in ASKED), "no query": "&&=&%%%;"}
WITHOUT_A_FORM = {"account_reset_password_from_key"}  # only the link in a letter opens it
REFUSED_IN_ANY_CASE = {"account_login"}  # nobody has that password
NOT_COUNTED = {"django_session", "events_event", "events_delivery", "events_handled"}


@dataclass(frozen=True)
class Found:
    """A form, the page's name, and the browser that found it."""

    name: str
    form: Form
    browser: Client

    def send(self, answers: Any, *, path: str = "", content_type: str = "") -> HttpResponse:
        """Send and forget: the browser stays who it was, even after logging out."""
        before = deepcopy(self.browser.cookies)
        try:
            if content_type:
                return self._send_raw(answers, content_type)
            return self.browser.post(path or self.form.path, WITH_TOKEN | answers)
        finally:
            self.browser.cookies = before

    def _send_raw(self, body: str, content_type: str) -> HttpResponse:
        """Where no token can be read in the body, the real door stays shut."""
        self.browser.handler.enforce_csrf_checks = content_type != URLENCODED
        try:
            return self.browser.generic("POST", self.form.path, body, content_type)
        finally:
            self.browser.handler.enforce_csrf_checks = False


class Host:
    """One host full of life, with somebody there who may do everything, and a stranger."""

    def __init__(self, kind: str, home: Household, browser: Client) -> None:
        self.kind, self.home, self.browser = kind, home, browser
        self.stranger = Client(HTTP_HOST=NAMES[kind], raise_request_exception=False)
        self.browser.raise_request_exception = False

    def unit(self) -> AbstractContextManager[Any]:
        return in_shelter(self.home.shelter) if self.kind == SHELTER else in_central()

    @contextmanager
    def undone(self) -> Iterator[None]:
        """What happens inside is looked at and taken back."""
        with self.unit(), transaction.atomic():
            yield
            transaction.set_rollback(True)

    def addresses(self) -> Iterator[tuple[Route, str, Client]]:
        for route in routes(self.kind):
            browser = self.stranger if route.rule and route.rule.public else self.browser
            for path in filled(route, self.home):
                yield route, path, browser

    def forms(self) -> dict[str, Found]:
        """Every form on any page, by where it goes and what it asks."""
        found: dict[str, Found] = {}
        for _route, path, browser in self.addresses():
            found |= self._forms_on(path, browser.get(path), browser)
        for first in list(found.values()):
            with self.undone():
                answer = first.send(first.form.answers())
                if not says_why(answer):
                    found = self._forms_on(first.form.path, answer, first.browser) | found
        return found

    def _forms_on(self, path: str, answer: HttpResponse, browser: Client) -> dict[str, Found]:
        if answer.status_code != 200:
            return {}
        forms = forms_on(path, text_of(answer))
        known = [(resolve(form.path, HOSTS[self.kind]).view_name, form) for form in forms]
        return {form.label: Found(name, form, browser) for name, form in known}

    def rows(self) -> dict[str, int]:
        """How many there are in every table, but those that keep what was read and when."""
        place = Place.SHELTER if self.kind == SHELTER else Place.PUBLIC
        shared = [model for model in models_in(Place.PUBLIC) if hasattr(model, "shared")]
        tables = {model._meta.db_table for model in [*models_in(place), *shared]} - NOT_COUNTED
        if self.kind == CENTRAL:
            tables -= {model._meta.db_table for model in shared if not central_reads(model)}
        counts = [f"SELECT '{table}', count(*) FROM {table}" for table in sorted(tables)]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(counts))
            return dict(cursor.fetchall())


def central_reads(model: Any) -> bool:
    return any(rule.verb == "select" for rule in model.shared.central)


def filled(route: Route, home: Household) -> Iterator[str]:
    words = {name: {"uidb36": "1", "key": "no-key"}.get(name, home.token) for name in route.words}
    for ids in product(*(home.ids_for(part) for part in route.ids)):
        yield route.path(**dict(zip(route.ids, ids, strict=True)), **words)


@pytest.fixture(autouse=True)
def nobody_was_too_eager() -> Iterator[None]:
    """The doors count how often somebody knocks, and we knock often."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(params=[SHELTER, CENTRAL])
def host(request, samal, aidyn, person, browser_of) -> Host:
    if request.param == CENTRAL:
        return _central(samal, aidyn, person, browser_of)
    words, neighbour = Words(), Household(aidyn, person(aidyn, Role.DIRECTOR))
    home = furnish(samal, aidyn, person=person, words=words)
    home.ids |= {"person_id": person(samal, Role.LAWYER).id, "away_id": _away(samal, person)}
    receive(home, neighbour, words=words)
    return Host(SHELTER, home, browser_of(home.director, NAMES[SHELTER]))


def _away(shelter, person) -> Any:
    """Somebody who may no longer log in."""
    return person(shelter, is_active=False).id


def _central(samal, aidyn, person, browser_of) -> Host:
    roles = [role for role, card in ROLES.items() if card.central]
    user = person(None, *roles)
    there = furnish(samal, aidyn, person=person, words=Words())
    home = Household(samal, user, ids={"shelter_id": samal.id})
    home.ids |= {"person_id": person(None).id, "away_id": _away(None, person)}
    home.ids["referral_id"] = there.ids["referral_id"]
    with in_central():
        invite(home, Role.COORDINATOR, Words())
    return Host(CENTRAL, home, browser_of(user, NAMES[CENTRAL]))


# --- what is found -------------------------------------------------------------------------------


def test_every_page_that_takes_answers_has_a_form_somewhere(host: Host) -> None:
    """Programs have none: what they send is tried in tests/config/test_api.py."""
    takes = {
        route.name
        for route, path, browser in host.addresses()
        if takes_post(path, browser) and not (route.rule and route.rule.by_view)
    }

    assert takes - {found.name for found in host.forms().values()} <= WITHOUT_A_FORM


def takes_post(path: str, browser: Client) -> bool:
    return "POST" in browser.generic("PATCH", path).headers.get("Allow", "")


def test_a_method_that_a_page_does_not_know_is_refused(host: Host) -> None:
    wrong = {}
    for _route, path, browser in host.addresses():
        allowed = browser.generic("PATCH", path).headers.get("Allow", "").split(", ")
        for method in METHODS - set(allowed):
            with host.undone():
                if (status := browser.generic(method, path).status_code) != 405:
                    wrong[f"{method} {path}"] = status

    assert not wrong, listed(wrong)


def test_any_query_gets_an_answer(host: Host) -> None:
    wrong = {}
    for _route, path, browser in host.addresses():
        for kind in kinds_for(path, QUERIES):
            answer = browser.get(f"{path}?{QUERIES[kind]}")
            is_data = "json" in answer.headers.get("Content-Type", "")
            is_safe = is_data and answer.headers.get("X-Content-Type-Options") == "nosniff"
            if answer.status_code >= 500 or (SCRIPT in text_of(answer) and not is_safe):
                wrong[f"{path} {kind}"] = why(answer)

    assert not wrong, listed(wrong)


# --- what is sent --------------------------------------------------------------------------------


def test_bad_answers_to_all_questions_at_once(host: Host) -> None:
    wrong = {}
    for label, found in one_of_each(host.forms()).items():
        for kind in kinds_for(label, BAD, few=6):
            sent = {name: BAD[kind]() for name in found.form.fields} | found.form.buttons
            wrong |= verdict(host, f"{label}: {kind}", found, sent)

    assert not wrong, listed(wrong)


def test_one_bad_answer_among_good_ones(host: Host) -> None:
    wrong = {}
    for label, found in one_of_each(host.forms()).items():
        good = found.form.answers()
        for name in found.form.fields:
            for kind in kinds_for(f"{found.name} {name}", BAD):
                wrong |= verdict(host, f"{label} {name}: {kind}", found, good | {name: BAD[kind]()})

    assert not wrong, listed(wrong)


def test_nothing_at_all_is_sent(host: Host) -> None:
    wrong = {}
    for label, found in host.forms().items():
        wrong |= verdict(host, label, found, {})

    assert not wrong, listed(wrong)


def test_what_is_no_text_at_all(host: Host) -> None:
    """Bytes that are no letters, a body that is no form, far more than anybody types."""
    wrong = {}
    for label, found in host.forms().items():
        names = found.form.fields
        bodies = {
            "no letters": ("&".join(f"{name}=%ff%fe%00" for name in names), URLENCODED),
            "half a form": ("--line\r\nnonsense", "multipart/form-data; boundary=line"),
            "no form": ('{"a": [1, 2]}', "application/json"),
            "a million letters": (urlencode(dict.fromkeys(names, "x" * 1_100_000)), URLENCODED),
        }
        for kind in kinds_for(label, bodies, few=2):
            body, content_type = bodies[kind]
            with host.undone():
                before = host.rows()
                answer = found.send(body, content_type=content_type)
                wrong |= _faults(f"{label}: {kind}", answer, before, host.rows())

    assert not wrong, listed(wrong)


def test_a_double_click_does_a_thing_once(host: Host) -> None:
    wrong = {}
    for label, found in host.forms().items():
        with host.undone():
            first = found.send(found.form.answers())
            once = host.rows()
            second = found.send(found.form.answers())
            if not was_done(first) and found.name not in REFUSED_IN_ANY_CASE:
                wrong[label] = f"refused: {why(first)} {sentences(first)}"
            if second.status_code >= 500 or host.rows() != once:
                wrong[label] = f"twice: {why(second)} {difference(once, host.rows())}"

    assert not wrong, listed(wrong)


def test_a_form_of_another_shelters_row_is_not_found(host: Host, tulpar, aidyn, person) -> None:
    theirs = furnish(tulpar, aidyn, person=person, words=Words())
    wrong = {}
    for label, found in host.forms().items():
        match = resolve(found.form.path, HOSTS[host.kind])
        for name, own in match.kwargs.items():
            for foreign in theirs.ids_for(name) if name != "shelter_id" else ():
                path = found.form.path.replace(str(own), str(foreign))
                with host.undone():
                    before = host.rows()
                    answer = found.send(found.form.answers(), path=path)
                    if answer.status_code != 404 or host.rows() != before:
                        wrong[f"{label} {name}"] = why(answer)

    assert not wrong, listed(wrong)


# --- judging -------------------------------------------------------------------------------------


def verdict(host: Host, label: str, found: Found, answers: dict[str, Any]) -> dict[str, str]:
    """What is wrong with the answer to these answers; nothing, as a rule."""
    with host.undone():
        before = host.rows()
        answer = found.send(answers)
        faults = _faults(label, answer, before, host.rows())
        if answer.status_code == 302 and not faults:
            after = found.browser.get(answer.headers["Location"])
            if after.status_code >= 500 or SCRIPT in after.text:
                faults = {label: f"afterwards {why(after)}"}
    return faults


def _faults(
    label: str, answer: HttpResponse, before: dict[str, int], after: dict[str, int]
) -> dict[str, str]:
    if answer.status_code not in CLEAR:
        return {label: why(answer)}
    if SCRIPT in answer.text:
        return {label: "a script came back as it was sent"}
    if before != after and (answer.status_code >= 400 or says_why(answer)):
        return {label: f"half saved: {difference(before, after)}"}
    if answer.status_code == 200 and before == after and not says_why(answer):
        asked_only = any(part in label for part in CHANGES_NOTHING)
        return {} if asked_only else {label: "200, and not a word why"}
    return {}


def says_why(answer: HttpResponse) -> bool:
    return answer.status_code == 200 and bool(SAYS_WHY.search(answer.text))


def listed(wrong: dict[str, Any]) -> str:
    return "\n".join(f"{place}: {fault}" for place, fault in wrong.items())


def was_done(answer: HttpResponse) -> bool:
    to_the_door = answer.headers.get("Location", "").startswith("/account/login/?")
    return answer.status_code in {200, 302} and not says_why(answer) and not to_the_door


def sentences(answer: HttpResponse) -> list[str]:
    form = answer.context.get("form") if answer.context else None
    found = re.findall(r'<p class="(?:error|message error)[^>]*>([^<]+)', answer.text)
    return found or [str(form and dict(form.errors))]


def why(answer: HttpResponse) -> str:
    fault = getattr(answer, "exc_info", None)
    return f"{answer.status_code} {fault[1]!r}"[:400] if fault else str(answer.status_code)


def difference(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {name: after[name] - count for name, count in before.items() if after[name] != count}


def one_of_each(forms: dict[str, Found]) -> dict[str, Found]:
    """All in the long form; else the same form once, not for every row that it is about."""
    kinds = {(found.name, str(found.form.buttons)): label for label, found in forms.items()}
    return forms if FULL else {label: forms[label] for label in kinds.values()}


def kinds_for(place: str, all_kinds: Iterable[str], *, few: int = 1) -> Iterable[str]:
    """All kinds in the long form; else a few, which change from day to day."""
    kinds = list(all_kinds)
    if FULL:
        return kinds
    first = zlib.crc32(place.encode()) + few * date.today().toordinal()
    return [kinds[(first + step) % len(kinds)] for step in range(few)]
