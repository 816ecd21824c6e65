"""A session, a link and a cookie are worth something on their own host only."""

from __future__ import annotations

from uuid import uuid4

import pytest
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.test import Client
from django.urls import reverse

from shelters.staff.permissions import Role
from shelters.staff.tokens import ResetTokens
from shelters.tenancy import in_shelter

SAMAL, TULPAR, CENTRAL = "samal.localhost", "tulpar.localhost", "pana.localhost"


@pytest.fixture
def twins(samal, tulpar, person):
    """One id, one address, one password: the same person as far as a database can tell."""
    same = {"id": uuid4(), "email": "twin@both.example", "name": "Twin"}
    return person(samal, Role.DIRECTOR, **same), person(tulpar, Role.DIRECTOR, **same)


@pytest.mark.parametrize("host", [TULPAR, CENTRAL, "aidyn.localhost"])
def test_a_session_of_one_host_is_nobodys_on_another(twins, browser_of, host):
    browser = browser_of(twins[0], SAMAL)
    assert browser.get("/staff/me/").status_code == 200

    answer = browser.get("/staff/me/", headers={"host": host})

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/login/")


def test_signing_out_elsewhere_ends_nothing_here(twins, browser_of):
    browser = browser_of(twins[0], SAMAL)
    key = browser.cookies[settings.SESSION_COOKIE_NAME].value
    browser.post("/account/logout/", headers={"host": TULPAR})
    browser.cookies[settings.SESSION_COOKIE_NAME] = key

    assert browser.get("/staff/me/").status_code == 200


def test_a_link_for_a_new_password_opens_nothing_elsewhere(twins, samal):
    with in_shelter(samal):
        key = ResetTokens().make_token(twins[0])
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(twins[0]), "key": key},
        urlconf=settings.ROOT_URLCONF,
    )

    here = Client(HTTP_HOST=SAMAL).get(path, follow=True).text
    there = Client(HTTP_HOST=TULPAR).get(path, follow=True).text
    assert 'name="password1"' in here
    assert 'name="password1"' not in there


def test_an_invitation_of_one_shelter_is_none_in_another(tulpars):
    path = reverse("staff:invitation", args=[tulpars.token], urlconf=settings.ROOT_URLCONF)

    assert Client(HTTP_HOST=TULPAR).get(path).status_code == 200
    assert Client(HTTP_HOST=SAMAL).get(path).status_code == 404


def test_a_password_of_one_shelter_opens_no_other(twins, tulpar):
    with in_shelter(tulpar):
        twins[1].set_password("quite-another-word-9")
        twins[1].save()
    answers = {"login": twins[0].email, "password": "quite-another-word-9"}

    at_tulpar = Client(HTTP_HOST=TULPAR).post("/account/login/", answers)
    at_samal = Client(HTTP_HOST=SAMAL).post("/account/login/", answers)
    assert (at_tulpar.status_code, at_samal.status_code) == (302, 200)
