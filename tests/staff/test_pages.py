"""The pages about people: who opens them, what they say, and what bad input gets."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from shelters.events.models import Event
from shelters.staff.models import Invitation, User, new_token
from shelters.staff.permissions import ROLES, Role, roles_of
from shelters.tenancy import in_central, in_shelter

PASSWORD = "three odd words"
SAMAL, TULPAR, CENTRAL = "samal.localhost", "tulpar.localhost", "pana.localhost"
NO_ONE = UUID("00000000-0000-4000-8000-000000000000")


def url(name: str, *args: object) -> str:
    return reverse(f"staff:{name}", args=args)


def an_invitation(**other: object) -> dict[str, object]:
    """What a director types."""
    typed = {
        "token": new_token(),
        "email": "new@person.example",
        "name": "New Person",
        "roles": ["social_worker"],
        "volunteer_until": "",
        "language": "en",
    }
    return typed | other


def joining(**other: str) -> dict[str, str]:
    """What an invited person types."""
    typed = {
        "name": "New Person",
        "language": "en",
        "password": PASSWORD,
        "password_again": PASSWORD,
    }
    return typed | other


def count(model, shelter) -> int:
    with in_shelter(shelter) if shelter else in_central():
        return model.objects.count()


@pytest.mark.parametrize(
    ("role", "reads", "invites"),
    [
        (Role.DIRECTOR, 200, 200),
        (Role.SOCIAL_WORKER, 200, 403),
        (Role.BOOKKEEPER, 200, 403),
        (Role.VOLUNTEER, 200, 403),
        (Role.NIGHT_DUTY, 403, 403),
        (Role.INTERPRETER, 403, 403),
        (Role.NETWORK_OPERATOR, 200, 200),
        (Role.COORDINATOR, 403, 403),
        (Role.FUNDING_OFFICER, 403, 403),
    ],
)
def test_who_reads_and_who_invites(samal, person, browser_of, role, reads, invites):
    central = ROLES[role].central
    user = person(None if central else samal, role)
    browser = browser_of(user, CENTRAL if central else SAMAL)

    assert browser.get(url("people")).status_code == reads
    for path in (url("invite"), url("person", user.pk)):
        assert browser.get(path).status_code == invites
    colleague = person(None if central else samal, role)
    for path in (url("deactivate", colleague.pk), url("reactivate", colleague.pk)):
        assert browser.post(path).status_code == (302 if invites == 200 else 403)
    assert browser.get(url("me")).status_code == 200


@pytest.mark.parametrize("name", ["people", "invite", "me"])
def test_a_stranger_is_sent_to_sign_in(samal, stranger, name):
    assert stranger().get(url(name)).headers["Location"].startswith("/account/login/")


class TestTheList:
    def test_shows_each_person_with_roles_and_what_they_mean(
        self, samal, person, director, browser_of
    ):
        person(samal, Role.VOLUNTEER, name="Zarina", until=timezone.localdate())

        page = browser_of(director, SAMAL).get(url("people")).text

        assert "Zarina" in page
        for role in roles_of(central=False):
            assert str(ROLES[role].description) in page
        assert str(ROLES[Role.COORDINATOR].description) not in page

    def test_colleagues_see_names_and_roles_but_no_addresses(self, samal, person, browser_of):
        user = person(samal, Role.SOCIAL_WORKER)

        page = browser_of(user, SAMAL).get(url("people")).text

        assert "Director of samal" in page
        assert "director@samal.example" not in page

    def test_of_one_host_shows_nobody_of_another(self, samal, tulpar, operator, directors_browser):
        page = directors_browser.get(url("people")).text

        assert "Director of samal" in page
        assert "Director of tulpar" not in page
        assert operator.name not in page

    def test_does_not_ask_more_for_more_people(self, samal, person, directors_browser, statements):
        with statements() as few:
            directors_browser.get(url("people"))
        for _ in range(5):
            person(samal, Role.LAWYER, Role.NIGHT_DUTY)
        with statements() as many:
            directors_browser.get(url("people"))

        assert len(many) == len(few) <= 15


class TestInviting:
    def test_sends_the_link_and_shows_it_once(self, samal, directors_browser, sent):
        pages = []
        (letter,) = sent(
            lambda: pages.append(directors_browser.post(url("invite"), an_invitation()))
        )

        (link,) = re.findall(r"http://samal\.localhost/staff/invitation/\S+/", letter.body)
        assert letter.to == ["new@person.example"]
        assert link in pages[0].text
        assert "no-store" in pages[0].headers["Cache-Control"]
        assert link not in directors_browser.get(url("people")).text

    def test_the_letter_says_who_invites_and_nothing_about_the_shelter(
        self, samal, person, browser_of, sent
    ):
        user = person(samal, Role.DIRECTOR, name="Ayan D'Arc <b>")
        browser = browser_of(user, SAMAL)

        (letter,) = sent(lambda: browser.post(url("invite"), an_invitation()))

        said = letter.subject + re.sub(r"http\S+", "", letter.body)
        assert "Ayan D'Arc <b>" in said
        assert not re.search("samal|social|client", said, re.IGNORECASE)

    def test_pressing_twice_makes_one_invitation_one_letter_and_the_same_page(
        self, samal, directors_browser, sent
    ):
        typed, pages = an_invitation(), []

        letters = sent(
            lambda: pages.extend(directors_browser.post(url("invite"), typed) for _ in range(2))
        )

        assert len(letters) == 1
        assert count(Invitation, samal) == 1
        assert all(typed["token"] in page.text for page in pages)

    def test_a_broken_mail_server_undoes_nothing(
        self, samal, directors_browser, sent, monkeypatch, caplog
    ):
        def away(self, **options):
            raise ConnectionRefusedError("new@person.example could not be reached")

        monkeypatch.setattr("django.core.mail.EmailMessage.send", away)
        pages = []

        sent(lambda: pages.append(directors_browser.post(url("invite"), an_invitation())))

        assert pages[0].status_code == 200
        assert "/staff/invitation/" in pages[0].text
        assert count(Invitation, samal) == 1
        assert "ConnectionRefusedError" in caplog.text
        assert "new@person.example" not in caplog.text

    def test_the_port_of_the_request_is_in_the_link(self, samal, director, browser_of, sent):
        browser = browser_of(director, "samal.localhost:8123")

        (letter,) = sent(lambda: browser.post(url("invite"), an_invitation()))

        assert "http://samal.localhost:8123/staff/invitation/" in letter.body

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"email": ""}, "Please answer this."),
            ({"email": "no address"}, "Write the email like this"),
            ({"email": f"{'x' * 300}@person.example"}, "This is too long"),
            ({"email": "nul\x00l@person.example"}, "cannot be read"),
            ({"email": "director@SAMAL.example"}, "already has an account"),
            ({"name": ""}, "Please answer this."),
            ({"name": "x" * 5000}, "at most 120 fit"),
            ({"name": "nul\x00l"}, "cannot be read"),
            ({"roles": []}, "Choose at least one role."),
            ({"roles": ["coordinator"]}, "Choose one of the answers"),
            ({"roles": ["king"]}, "Choose one of the answers"),
            ({"roles": ["nul\x00l"]}, "Choose one of the answers"),
            ({"roles": ["volunteer"]}, "give the date"),
            ({"roles": ["volunteer"], "volunteer_until": "01.01.2020"}, "This day is over."),
            ({"roles": ["volunteer"], "volunteer_until": "31.02.2099"}, "not in the calendar"),
            ({"roles": ["volunteer"], "volunteer_until": "soon"}, "Write the day as"),
            ({"language": "xx"}, "Choose one of the answers"),
            ({"token": ""}, "This form is incomplete."),
            ({"token": "short"}, "This form is damaged."),
            ({"name": SimpleUploadedFile("a.txt", b"x")}, "Please answer this."),
        ],
    )
    def test_bad_input_comes_back_with_a_sentence(
        self, samal, directors_browser, sent, wrong, sentence
    ):
        pages = []
        letters = sent(
            lambda: pages.append(directors_browser.post(url("invite"), an_invitation(**wrong)))
        )

        assert pages[0].status_code == 200
        assert sentence in pages[0].text
        assert letters == []
        assert count(Invitation, samal) == 0

    def test_the_operator_is_offered_central_roles_alone(self, operators_browser):
        page = operators_browser.get(url("invite")).text

        assert 'value="coordinator"' in page
        assert 'value="director"' not in page
        assert "volunteer_until" not in page
        wrong = an_invitation(roles=["director"])
        assert "Choose one of the answers" in operators_browser.post(url("invite"), wrong).text

    def test_the_operator_invites_a_coordinator(self, operators_browser, stranger, sent):
        typed = an_invitation(roles=["coordinator"])
        (letter,) = sent(lambda: operators_browser.post(url("invite"), typed))

        assert "http://pana.localhost/staff/invitation/" in letter.body
        stranger(CENTRAL).post(url("invitation", typed["token"]), joining())
        with in_central():
            assert User.objects.get(email="new@person.example").roles == [Role.COORDINATOR]

    def test_withdrawing_closes_the_link(self, samal, directors_browser, invited, stranger):
        invitation, token = invited()
        path = url("invitation_withdraw", invitation.pk)

        for _ in range(2):
            page = directors_browser.post(path, follow=True)
            assert "The invitation is withdrawn." in page.text
        assert stranger().get(url("invitation", token)).status_code == 404

    def test_withdrawing_what_was_used_says_so(self, samal, directors_browser, invited, stranger):
        invitation, token = invited()
        stranger().post(url("invitation", token), joining())

        page = directors_browser.post(url("invitation_withdraw", invitation.pk), follow=True)

        assert "used already" in page.text


class TestJoining:
    def test_the_link_leads_in(self, samal, invited, stranger):
        _, token = invited(roles=[Role.BOOKKEEPER])
        browser = stranger()
        page = browser.get(url("invitation", token))
        assert "new@person.example" in page.text
        assert "Bookkeeper" in page.text

        response = browser.post(url("invitation", token), joining(name="Own Name"))

        assert response.headers["Location"] == "/"
        assert "Own Name" in browser.get(url("me")).text

    def test_the_link_works_once(self, samal, invited, stranger):
        _, token = invited()
        stranger().post(url("invitation", token), joining())

        for method in ("get", "post"):
            again = getattr(stranger(), method)(url("invitation", token), joining())
            assert again.status_code == 404
            assert "This invitation is over" in again.text

    @pytest.mark.parametrize("other", [TULPAR, CENTRAL])
    def test_the_link_opens_nothing_on_another_host(self, tulpar, invited, stranger, other):
        _, token = invited()

        for method in ("get", "post"):
            response = getattr(stranger(other), method)(url("invitation", token), joining())
            assert response.status_code == 404
        assert count(User, tulpar) == 1

    @pytest.mark.parametrize("token", ["x", "x" * 3000, "%00", "ключ", "../../me", "a b"])
    def test_a_made_up_link_is_over(self, samal, stranger, token):
        assert stranger().get(f"/staff/invitation/{token}/").status_code == 404

    def test_is_not_for_somebody_who_is_in_already(self, samal, directors_browser, invited):
        _, token = invited()

        response = directors_browser.post(url("invitation", token), joining())

        assert "You are logged in already" in response.text
        assert count(User, samal) == 1

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"name": ""}, "Please answer this."),
            ({"name": "x" * 5000}, "at most 120 fit"),
            ({"name": "nul\x00l"}, "cannot be read"),
            ({"language": "xx"}, "Choose one of the answers"),
            ({"password": ""}, "Please answer this."),
            ({"password": "short", "password_again": "short"}, "Use at least 12 characters."),
            ({"password": "x" * 5000}, "This is too long"),
            ({"password": "nul\x00l and more"}, "cannot be read"),
            ({"password": "123456123456"}, "Use letters too"),
            ({"password": "new@person.example"}, "too close to your name"),
            ({"password_again": "other odd words"}, "The two passwords differ."),
        ],
    )
    def test_bad_input_comes_back_with_a_sentence(self, samal, invited, stranger, wrong, sentence):
        _, token = invited()

        response = stranger().post(url("invitation", token), joining(**wrong))

        assert response.status_code == 200
        assert sentence in response.text
        assert count(User, samal) == 1

    def test_the_page_speaks_the_invited_persons_language(self, samal, invited, stranger):
        _, token = invited(language="kk")
        browser = stranger()

        assert '<html lang="kk"' in browser.get(url("invitation", token)).text
        browser.post(url("language"), {"language": "en"})
        assert '<html lang="en"' in browser.get(url("invitation", token)).text


class TestAPerson:
    def test_gets_other_roles(self, samal, person, directors_browser):
        user = person(samal, Role.LAWYER)
        typed = {"roles": ["psychologist", "volunteer"], "volunteer_until": "31.12.2098"}

        for _ in range(2):
            page = directors_browser.post(url("person", user.pk), typed, follow=True)
            assert "are saved" in page.text
        with in_shelter(samal):
            assert User.objects.get(pk=user.pk).roles == [Role.PSYCHOLOGIST, Role.VOLUNTEER]
            assert Event.objects.filter(type="staff.roles_changed").count() == 1

    def test_the_form_begins_with_the_roles_of_today(self, samal, person, directors_browser):
        user = person(samal, Role.LAWYER)

        page = directors_browser.get(url("person", user.pk)).text

        assert re.search(r'value="lawyer"[^>]* checked', page)
        assert not re.search(r'value="director"[^>]* checked', page)

    def test_the_last_director_is_told_why_not(self, samal, director, directors_browser):
        typed = {"roles": ["lawyer"], "volunteer_until": ""}

        roles = directors_browser.post(url("person", director.pk), typed)
        access = directors_browser.post(url("deactivate", director.pk), follow=True)

        assert "This is the last director." in roles.text
        assert "This is the last director." in access.text
        assert directors_browser.get(url("people")).status_code == 200

    def test_loses_access_and_gets_it_back(self, samal, person, directors_browser, browser_of):
        user = person(samal, Role.LAWYER)
        browser = browser_of(user, SAMAL)

        for _ in range(2):
            page = directors_browser.post(url("deactivate", user.pk), follow=True)
            assert "can no longer log in" in page.text
        assert browser.get(url("me")).status_code == 302
        for _ in range(2):
            page = directors_browser.post(url("reactivate", user.pk), follow=True)
            assert "can log in again" in page.text
        assert browser.get(url("me")).status_code == 302, "the old session stays ended"

    @pytest.mark.parametrize("name", ["person", "deactivate", "reactivate"])
    def test_of_another_host_does_not_exist_here(self, tulpar, person, directors_browser, name):
        theirs = person(tulpar, Role.LAWYER)

        for pk in (theirs.pk, NO_ONE):
            assert directors_browser.post(url(name, pk), {"roles": ["lawyer"]}).status_code == 404
        with in_shelter(tulpar):
            assert User.objects.get(pk=theirs.pk).is_active

    @pytest.mark.parametrize("roles", [[], ["king"], ["coordinator"], ["nul\x00l"]])
    def test_keeps_the_roles_when_nonsense_is_sent(self, samal, person, directors_browser, roles):
        user = person(samal, Role.LAWYER)

        response = directors_browser.post(url("person", user.pk), {"roles": roles, "x": "1"})

        assert response.status_code == 200
        assert "Please check this" in response.text
        with in_shelter(samal):
            assert User.objects.get(pk=user.pk).roles == [Role.LAWYER]

    @pytest.mark.parametrize("pk", ["x", "1", "nul%00l"])
    def test_a_malformed_id_is_no_page(self, directors_browser, pk):
        assert directors_browser.get(f"/staff/people/{pk}/").status_code == 404


class TestMe:
    def test_shows_ones_own_roles_and_keeps_new_details(self, samal, person, browser_of):
        user = person(samal, Role.LAWYER)
        browser = browser_of(user, SAMAL)
        assert "Reads cases and writes notes" in browser.get(url("me")).text

        for _ in range(2):
            browser.post(url("me"), {"name": "Own Name", "language": "kk"})

        page = browser.get(url("me")).text
        assert "Own Name" in page
        assert '<html lang="kk"' in page

    @pytest.mark.parametrize(
        "wrong", [{"name": ""}, {"name": "x" * 5000}, {"name": "nul\x00l"}, {"language": "xx"}]
    )
    def test_bad_input_comes_back_with_a_sentence(self, directors_browser, wrong):
        typed = {"name": "Own Name", "language": "en"} | wrong

        response = directors_browser.post(url("me"), typed)

        assert response.status_code == 200
        assert "Please check this" in response.text

    def test_an_interpreter_reads_that_no_page_is_needed(self, samal, person, browser_of):
        browser = browser_of(person(samal, Role.INTERPRETER), SAMAL)

        assert "Your role opens no pages" in browser.get("/", follow=True).text


class TestTheLanguage:
    def test_of_a_stranger_is_kept_by_the_browser(self, samal, stranger):
        browser = stranger()

        response = browser.post(url("language"), {"language": "kk", "next": "/account/login/"})

        assert response.headers["Location"] == "/account/login/"
        assert response.cookies["language"]["domain"] == ""
        assert '<html lang="kk"' in browser.get("/account/login/").text

    def test_of_a_person_is_kept_with_them(self, samal, person, browser_of):
        user = person(samal, Role.LAWYER)

        browser_of(user, SAMAL).post(url("language"), {"language": "kk", "next": "/staff/me/"})

        assert '<html lang="kk"' in browser_of(user, SAMAL).get("/staff/me/").text

    @pytest.mark.parametrize("language", ["", "xx", "nul\x00l", "k" * 5000])
    def test_that_nobody_offers_changes_nothing(self, directors_browser, language):
        directors_browser.post(url("language"), {"language": language, "next": "/staff/me/"})

        page = directors_browser.get("/staff/me/").text
        assert '<html lang="en"' in page
        assert "Choose one of the languages" in page

    @pytest.mark.parametrize(
        "elsewhere",
        ["http://evil.example/", "//evil.example", "http://tulpar.localhost/", "javascript:1", ""],
    )
    def test_leads_to_no_other_host(self, samal, stranger, elsewhere):
        typed = {"language": "en", "next": elsewhere}

        assert stranger().post(url("language"), typed).headers["Location"] == "/"


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("people", "post"),
        ("invite", "put"),
        ("invitation_withdraw", "get"),
        ("person", "delete"),
        ("deactivate", "get"),
        ("reactivate", "get"),
        ("me", "patch"),
        ("language", "get"),
    ],
)
def test_a_wrong_method_is_405(directors_browser, name, method):
    args = (
        [uuid4()] if name in {"invitation_withdraw", "person", "deactivate", "reactivate"} else []
    )

    assert getattr(directors_browser, method)(url(name, *args)).status_code == 405


def test_an_invitation_that_is_too_old_is_shown_as_such(samal, directors_browser, invited):
    invited()
    with in_shelter(samal):
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert "too old" in directors_browser.get(url("people")).text
