"""Forms of a page as a browser would send them."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


def fields(page: str, holding: str) -> dict[str, Any]:
    """What a browser would send of the form that has this field, if nobody changed a thing."""
    reader = _Forms()
    reader.feed(page)
    found = [form for form in reader.forms if holding in form]
    if not found:
        raise LookupError(f"no form with {holding!r}")
    return {name: value for name, value in found[0].items() if value is not None}


def choices(page: str, name: str) -> list[str]:
    """The answers that a select offers."""
    select = page.partition(f'<select name="{name}"')[2].partition("</select>")[0]
    return [
        part.partition('"')[0] for part in select.split('<option value="')[1:] if part[0] != '"'
    ]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = [{}]
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has, form = dict(attrs), self.forms[-1]
        name, value = has.get("name") or "", has.get("value") or ""
        if tag == "form":
            self.forms.append({})
        elif tag == "select":
            self.select = name
            form[name] = [*(form.get(name) or []), None]
        elif tag == "option" and ("selected" in has or form[self.select][-1] is None):
            form[self.select][-1] = value
        elif tag == "textarea":
            form[name] = ""
        elif tag == "input" and has.get("type") in {"radio", "checkbox"}:
            form.setdefault(name, None)
            if "checked" in has:
                form[name] = [*(form[name] or []), value or "on"]
        elif tag == "input":
            form[name] = value
