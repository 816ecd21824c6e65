"""Code names are drawn by lot and are free."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from cases.code_names import WORDS, suggest
from cases.models import CODE_PATTERN, Case
from cases.models.client import CODE_LENGTH

pytestmark = pytest.mark.usefixtures("in_samal")


def test_every_word_makes_a_possible_code_name():
    assert len(set(WORDS)) == len(WORDS)
    for word in WORDS:
        assert re.fullmatch(CODE_PATTERN, f"{word} 9999")
        assert len(f"{word} 9999") <= CODE_LENGTH


def test_a_suggestion_is_free(admit: Callable[..., Case]):
    admit(code=f"{WORDS[0]} 10")

    assert suggest(pick=lambda _: 0) == f"{WORDS[0]} 100"
