"""Code names are drawn by lot and are free."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.utils import translation

from cases.code_names import WORDS, suggest
from cases.models import CODE_PATTERN, Case
from cases.models.client import CODE_LENGTH

pytestmark = pytest.mark.usefixtures("in_samal")


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_every_word_makes_a_possible_code_name(language):
    with translation.override(language):
        words = str(WORDS).split()

    assert len(set(words)) == len(words) >= 40
    for word in words:
        assert re.fullmatch(CODE_PATTERN, f"{word} 9999")
        assert len(f"{word} 9999") <= CODE_LENGTH


def test_a_suggestion_is_free(admit: Callable[..., Case]):
    first = str(WORDS).split()[0]
    admit(code=f"{first} 10")

    assert suggest(pick=lambda _: 0) == f"{first} 100"
