"""The summary of a case for another shelter: what the sender chose, and nothing more.

It travels as plain JSON with codes instead of words, so that each side reads it in its own
language. What comes from another shelter is read with care: an unknown code is not taken over.
"""

from cases.summary.reading import age_group_in, answers_in, code_in
from cases.summary.sections import ALWAYS, SECTIONS, TEXT_LENGTH, VERSION, Section
from cases.summary.showing import ShownSection, show
from cases.summary.writing import summary_of

__all__ = [
    "ALWAYS",
    "SECTIONS",
    "TEXT_LENGTH",
    "VERSION",
    "Section",
    "ShownSection",
    "age_group_in",
    "answers_in",
    "code_in",
    "show",
    "summary_of",
]
