"""`{% slot "today" %}`: what upper apps put into this place of the page."""

from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from shelters.slots import pieces_of

register = template.Library()


@register.simple_tag(takes_context=True)
def slot(context: Context, name: str, about: Any = None) -> SafeString:
    """Render every piece with its own values and the request, nothing else of this page."""
    request = context["request"]
    shown = [
        render_to_string(piece.template, piece.context, request=request)
        for piece in pieces_of(name, request, about)
    ]
    return mark_safe("".join(shown))  # each piece was escaped when it was rendered
