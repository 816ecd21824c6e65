"""The web process's door: whatever kind of body somebody names, a page answers."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from config.wsgi import UNREADABLE, Request

STRANGE = ["zlib", "hex", "rot13", "undefined", "idna", "utf-16", "windows-1251", "none-such"]


def kind_of(content_type: str) -> tuple[str, str]:
    environ = RequestFactory().get("/?name=%D0%90").environ | {"CONTENT_TYPE": content_type}
    request = Request(environ)
    return request.content_type, request.META["CONTENT_TYPE"]


@pytest.mark.parametrize("alphabet", STRANGE)
def test_a_body_in_another_alphabet_is_of_no_kind_we_read(alphabet):
    assert kind_of(f"application/json; charset={alphabet}") == (UNREADABLE, UNREADABLE)


@pytest.mark.parametrize("content_type", ["a; charset*=%zz'x", "a; b*=x''y; charset=zlib"])
def test_so_is_a_body_whose_kind_cannot_be_read(content_type):
    assert kind_of(content_type)[0] == UNREADABLE


@pytest.mark.parametrize("more", ["", "; charset=utf-8", '; charset="UTF-8"', "; charset=us-ascii"])
def test_a_body_in_utf_8_is_what_it_says(more):
    assert kind_of(f"application/json{more}") == ("application/json", f"application/json{more}")


def test_a_request_without_a_body_names_no_kind():
    assert kind_of("") == ("", "")
