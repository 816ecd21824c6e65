"""The door: who comes in, where they land, and what everybody else hears."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shelters.events.models import Event
from shelters.staff.models import User
from shelters.staff.operations import deactivate
from shelters.staff.permissions import Role
from shelters.tenancy import in_central, in_shelter

PASSWORD = "correct-horse-7"
LOGIN = "/account/login/"
SAMAL, TULPAR, CENTRAL = "samal.localhost", "tulpar.localhost", "pana.localhost"
WRONG = "The address or the password is wrong."


def sign_in(browser: Client, email: str, password: str = PASSWORD, **other: str):
    return browser.post(LOGIN, {"login": email, "password": password, **other})


def assert_lands_on(home: str, browser: Client, user: User) -> None:
    first = sign_in(browser, user.email)
    page = browser.get(first.headers["Location"], follow=True)

    assert page.status_code == 200
    assert page.request["PATH_INFO"] == home


def is_signed_in(browser: Client) -> bool:
    return browser.get("/staff/me/").status_code == 200


@pytest.mark.parametrize(
    ("role", "home"),
    [
        (Role.DIRECTOR, "/clients/today/"),
        (Role.SOCIAL_WORKER, "/clients/today/"),
        (Role.PSYCHOLOGIST, "/clients/today/"),
        (Role.LAWYER, "/clients/today/"),
        (Role.AFTERCARE_WORKER, "/clients/today/"),
        (Role.NIGHT_DUTY, "/clients/today/"),
        (Role.BOOKKEEPER, "/money/"),
        (Role.VOLUNTEER, "/staff/"),
        (Role.INTERPRETER, "/staff/me/"),
    ],
)
def test_each_role_of_a_shelter_lands_on_its_first_page(samal, person, stranger, role, home):
    user = person(samal, role)

    assert_lands_on(home, stranger(SAMAL), user)


@pytest.mark.parametrize(
    ("role", "home"),
    [
        (Role.COORDINATOR, "/referrals/"),
        (Role.FUNDING_OFFICER, "/money/"),
        (Role.NETWORK_OPERATOR, "/shelters/"),
    ],
)
def test_each_role_of_the_central_host_lands_on_its_first_page(person, stranger, role, home):
    user = person(None, role)

    assert_lands_on(home, stranger(CENTRAL), user)


@pytest.mark.parametrize(
    ("roles", "home"),
    [
        ([Role.BOOKKEEPER, Role.NIGHT_DUTY], "/clients/today/"),
        ([Role.VOLUNTEER, Role.BOOKKEEPER], "/money/"),
        ([Role.INTERPRETER, Role.VOLUNTEER], "/staff/"),
    ],
)
def test_somebody_with_several_roles_lands_where_the_clients_are(
    samal, person, stranger, roles, home
):
    assert_lands_on(home, stranger(SAMAL), person(samal, *roles))


@pytest.mark.parametrize(
    ("roles", "home"),
    [
        ([Role.NETWORK_OPERATOR, Role.COORDINATOR], "/referrals/"),
        ([Role.NETWORK_OPERATOR, Role.FUNDING_OFFICER], "/money/"),
        ([Role.FUNDING_OFFICER, Role.COORDINATOR], "/referrals/"),
    ],
)
def test_on_the_central_host_the_work_of_the_day_comes_before_its_upkeep(
    db, person, stranger, roles, home
):
    assert_lands_on(home, stranger(CENTRAL), person(None, *roles))


def test_signing_in_is_on_record(samal, person, stranger):
    user = person(samal, Role.LAWYER)

    sign_in(stranger(), user.email.upper())

    with in_shelter(samal):
        event = Event.objects.get(type="staff.signed_in")
    assert event.by_id == user.pk


class TestWhoStaysOutside:
    @pytest.fixture
    def answers(self, samal, person, director, stranger):
        """What a wrong password, an unknown address and somebody without access are told."""
        user, gone = person(samal, Role.LAWYER), person(samal, Role.LAWYER)
        with in_shelter(samal):
            deactivate(user=gone, by=director)
        tries = {
            "wrong password": (user.email, "wrong-horse-77"),
            "unknown address": ("nobody@samal.example", PASSWORD),
            "no access": (gone.email, PASSWORD),
            "other shelter": ("director@tulpar.example", PASSWORD),
        }
        return {what: self._answer(stranger(), *typed) for what, typed in tries.items()}

    def _answer(self, browser, email, password):
        response = sign_in(browser, email, password)
        assert not is_signed_in(browser)
        text = re.sub(r'(csrfmiddlewaretoken" value=)"\w+"', r"\1", response.text)
        return response.status_code, text.replace(email, "…")

    def test_all_hear_the_same(self, answers):
        assert len(set(answers.values())) == 1

    def test_and_what_they_hear_helps(self, answers):
        status, text = answers["wrong password"]
        assert status == 200
        assert WRONG in text


class CountingHasher(MD5PasswordHasher):
    """Counts hashes: they are what a sign-in spends its time on."""

    hashed = 0

    def encode(self, password, salt):
        CountingHasher.hashed += 1
        return super().encode(password, salt)


def test_an_unknown_address_costs_as_many_hashes_as_a_wrong_password(
    samal, person, stranger, settings
):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    user = person(samal, Role.LAWYER)

    def hashes(email: str) -> int:
        before = CountingHasher.hashed
        sign_in(stranger(), email, "wrong-horse-77")
        return CountingHasher.hashed - before

    assert hashes(user.email) == hashes("nobody@samal.example") == 1


def test_after_five_wrong_passwords_the_right_one_must_wait(samal, tulpar, person, stranger):
    user = person(samal, Role.LAWYER)
    twin = person(tulpar, Role.LAWYER, email=user.email)
    for _ in range(5):
        sign_in(stranger(), user.email, "wrong-horse-77")

    browser = stranger()
    assert "Too many attempts" in sign_in(browser, user.email).text
    assert not is_signed_in(browser)

    elsewhere = stranger(TULPAR)
    sign_in(elsewhere, twin.email)
    assert is_signed_in(elsewhere)


def test_whoever_asks_all_the_time_gets_a_page_that_says_wait(samal, stranger):
    browser = stranger()
    for _ in range(30):
        browser.post(LOGIN, {})

    response = browser.post(LOGIN, {})

    assert response.status_code == 429
    assert "Wait a few minutes" in response.text
    assert browser.get(LOGIN).status_code == 200


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"login": "", "password": ""},
        {"login": "no address at all", "password": PASSWORD},
        {"login": "a@b", "password": PASSWORD},
        {"login": "nul\x00l@samal.example", "password": PASSWORD},
        {"login": "director@samal.example", "password": "nul\x00l"},
        {"login": f"{'x' * 5000}@samal.example", "password": PASSWORD},
        {"login": "director@samal.example", "password": "x" * 5000},
        {"login": "ДИРЕКТОР@самал.example", "password": PASSWORD},
        {"login": "' OR 1=1 --", "password": "' OR 1=1 --"},
    ],
)
def test_whatever_is_typed_the_form_comes_back_with_a_sentence(samal, stranger, typed):
    browser = stranger()

    response = browser.post(LOGIN, typed)

    assert response.status_code == 200
    assert "Please check this" in response.text
    assert "Enter a valid email" not in response.text, "Django's words, not ours"
    assert not is_signed_in(browser)


def test_a_file_where_the_address_belongs(samal, stranger):
    from django.core.files.uploadedfile import SimpleUploadedFile

    typed = {"login": SimpleUploadedFile("a.txt", b"x"), "password": PASSWORD}

    assert stranger().post(LOGIN, typed).status_code == 200


class TestWhereOneGoesAfterSigningIn:
    @pytest.mark.parametrize(
        "elsewhere",
        [
            "http://evil.example/",
            "//evil.example/",
            "http://tulpar.localhost/staff/me/",
            "javascript:alert(1)",
            "/\\evil.example",
            "http:evil.example",
        ],
    )
    def test_never_to_another_host(self, samal, stranger, elsewhere):
        browser = stranger()
        typed = {"login": "director@samal.example", "password": PASSWORD, "next": elsewhere}

        response = browser.post(LOGIN, typed)

        assert response.status_code == 302
        assert response.headers["Location"] == "/"

    def test_to_the_page_that_was_asked_for(self, samal, stranger):
        browser = stranger()
        asked = browser.get("/staff/me/")

        page = browser.get(asked.headers["Location"])
        assert 'name="next" value="/staff/me/"' in page.text
        response = sign_in(browser, "director@samal.example", next="/staff/me/")

        assert response.headers["Location"] == "/staff/me/"

    def test_odd_paths_do_no_harm(self, samal, stranger):
        response = sign_in(stranger(), "director@samal.example", next="/\x00\r\nX-Evil: 1")

        assert response.headers["Location"] == "/%00%0D%0AX-Evil:%201"
        assert "X-Evil" not in response.headers


class TestLoggingOut:
    def test_ends_the_session(self, directors_browser):
        response = directors_browser.post("/account/logout/", follow=True)

        assert "You are logged out." in response.text
        assert not is_signed_in(directors_browser)

    def test_a_second_press_does_no_harm(self, directors_browser):
        for _ in range(2):
            response = directors_browser.post("/account/logout/")
            assert (response.status_code, response.headers["Location"]) == (302, LOGIN)

    def test_is_no_link_that_a_foreign_page_could_follow(self, directors_browser):
        assert directors_browser.get("/account/logout/").status_code == 405
        assert is_signed_in(directors_browser)


class TestOneHostIsNothingToAnother:
    TWIN = UUID("11111111-1111-4111-8111-111111111111")

    @pytest.fixture
    def twins(self, samal, tulpar, person):
        """The same id, address, password hash and name in both shelters and on the central host."""
        same = {"id": self.TWIN, "email": "twin@everywhere.example", "name": "Twin"}
        users = [
            person(samal, Role.DIRECTOR, **same),
            person(tulpar, Role.DIRECTOR, **same),
            person(None, Role.NETWORK_OPERATOR, **same),
        ]
        for user, unit in zip(users, (samal, tulpar, None), strict=True):
            _set_hash(user, unit, users[0].password)
        return users

    @pytest.mark.parametrize("other", [TULPAR, CENTRAL])
    def test_a_cookie_of_one_opens_no_other(self, twins, stranger, other):
        at_samal = stranger(SAMAL)
        sign_in(at_samal, "twin@everywhere.example")
        assert is_signed_in(at_samal)

        thief = stranger(other)
        thief.cookies = deepcopy(at_samal.cookies)

        assert thief.get("/staff/me/").headers["Location"] == f"{LOGIN}?next=/staff/me/"
        assert is_signed_in(at_samal)

    def test_the_cookie_is_for_its_own_host_alone(self, twins, stranger):
        browser = stranger(SAMAL)
        sign_in(browser, "twin@everywhere.example")

        cookie = browser.cookies[settings.SESSION_COOKIE_NAME]
        assert (cookie["domain"], cookie["samesite"], cookie["httponly"]) == ("", "Lax", True)

    def test_what_one_host_says_is_not_shown_on_another(self, twins, stranger):
        at_samal = stranger(SAMAL)
        sign_in(at_samal, "twin@everywhere.example")
        at_samal.post("/staff/me/", {"name": "Twin", "language": "en"})

        elsewhere = stranger(TULPAR)
        elsewhere.cookies = deepcopy(at_samal.cookies)
        assert "Your details are saved." not in elsewhere.get(LOGIN).text
        assert "Your details are saved." in at_samal.get("/staff/me/").text


@pytest.mark.parametrize("forged", ['"\\000abcdefghijk"', "x" * 5000, "../../etc"])
def test_a_forged_session_is_nobodys(samal, stranger, forged):
    page = stranger(SAMAL).get(LOGIN, HTTP_COOKIE=f"{settings.SESSION_COOKIE_NAME}={forged}")

    assert page.status_code == 200


def _set_hash(user, shelter, password_hash):
    with in_shelter(shelter) if shelter else in_central():
        User.objects.filter(pk=user.pk).update(password=password_hash)


def test_access_that_is_taken_away_is_gone_at_the_next_click(samal, person, director, stranger):
    user = person(samal, Role.LAWYER)
    browser = stranger()
    sign_in(browser, user.email)

    with in_shelter(samal):
        deactivate(user=user, by=director)

    assert not is_signed_in(browser)


def test_somebody_whose_role_is_over_signs_in_and_reads_what_to_do(samal, person, stranger):
    user = person(samal, Role.VOLUNTEER, until=timezone.localdate() - timedelta(days=1))
    browser = stranger()

    sign_in(browser, user.email)

    page = browser.get("/", follow=True)
    assert page.request["PATH_INFO"] == "/staff/me/"
    assert "You have no role now" in page.text
    assert "Director of samal" in page.text
    assert browser.get("/staff/").status_code == 403


def test_a_volunteer_of_today_is_let_in(samal, person, stranger):
    user = person(samal, Role.VOLUNTEER, until=date(2099, 1, 1))
    browser = stranger()
    sign_in(browser, user.email)

    assert browser.get("/staff/").status_code == 200
    assert "You have no role now" not in browser.get("/staff/me/").text


@pytest.mark.parametrize(
    "path",
    [
        "signup/",
        "inactive/",
        "email/",
        "confirm-email/",
        "password/set/",
        "reauthenticate/",
        "login/code/confirm/",
    ],
)
@pytest.mark.parametrize("host", [SAMAL, CENTRAL])
def test_nothing_else_of_allauth_has_an_address(db, stranger, host, path):
    assert stranger(host).get(f"/account/{path}").status_code == 404


@pytest.mark.parametrize("name", ["account_login", "account_reset_password"])
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_wrong_method_is_405(samal, stranger, name, method):
    response = getattr(stranger(), method)(reverse(name))

    assert response.status_code == 405


def test_no_second_door_answers_in_json(samal, stranger):
    headers = {"HTTP_ACCEPT": "application/json", "HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}

    response = stranger().post(LOGIN, {"login": "x@y.example", "password": "z"}, **headers)

    assert response.headers["Content-Type"].startswith("text/html")


def test_who_sends_a_form_signed_out_hears_that_nothing_was_saved(samal):
    page = Client(HTTP_HOST=SAMAL, headers={"accept-language": "en"}).post(
        "/clients/admit/", {"code": "Birch 12"}, follow=True
    )

    assert page.redirect_chain[0][0] == "/account/login/?next=/clients/admit/"
    assert "nothing was saved" in page.text
