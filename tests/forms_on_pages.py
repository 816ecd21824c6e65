"""Forms as a browser finds them on a page, and answers as a person would type them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urljoin

from django.utils import timezone

Answers = dict[str, str | list[str]]
TO_TYPE = {
    "birth": "2015",
    "code": "Rowan 17",
    "email": "newcomer@samal.example",
    "exploitation_time": "3",
    "hour": "23:59",
    "how": "thumbprint",
    "oldpassword": "correct-horse-7",
    "login": "nobody@samal.example",
    "happened_at_time": "00:01",
    "arrived_at": "",
    "agreement": "",
    "rate": "",
    "rate_source": "",
    "description": "",
    "valuation": "",
    "month_from": "",
    "month_to": "",
    "staff_role": "",
}
LATER = {"ends_on", "until", "planned_until", "volunteer_until", "day", "next_step_due", "due"}
PASSWORD = "a-quiet-harbour-42"


@dataclass
class Field:
    name: str
    kind: str = "text"
    look: str = ""
    value: str = ""
    options: list[str] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)

    def as_a_person_answers(self) -> str | list[str]:
        if self.kind == "hidden":
            return self.value
        if self.kind in {"radio", "select", "checkbox"}:
            return self._choose()
        return self.value or self._type()

    def _choose(self) -> str | list[str]:
        if self.name in TO_TYPE:
            return TO_TYPE[self.name]
        answers = [option for option in self.chosen or self.options if option]
        return answers if self.kind == "checkbox" and self.chosen else answers[:1]

    def _type(self) -> str:
        if self.name in TO_TYPE:
            return TO_TYPE[self.name]
        if self.kind == "password":
            return PASSWORD
        if "money" in self.look:
            return "1 000"
        if "day" in self.look:
            days = timedelta(days=3 if self.name in LATER else 0)
            return f"{timezone.localdate() + days:%d.%m.%Y}"
        return "Words"


@dataclass
class Form:
    """One form with the method POST; `path` is where it goes, `buttons` what they send along."""

    path: str
    fields: dict[str, Field] = field(default_factory=dict)
    buttons: Answers = field(default_factory=dict)

    def answers(self) -> Answers:
        typed = {name: one.as_a_person_answers() for name, one in self.fields.items()}
        return {name: answer for name, answer in typed.items() if answer != []} | self.buttons

    @property
    def label(self) -> str:
        """Where it goes and which step it is."""
        return " ".join([self.path, *(f"{name}={value}" for name, value in self.buttons.items())])


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.forms = page, list[Form]()
        self.form: Form | None = None
        self.select: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._begin(has)
        elif self.form is not None:
            self._read(self.form, tag, has)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = None

    def _begin(self, has: dict[str, str]) -> None:
        self.form = None
        if has.get("method", "").lower() == "post":
            self.form = Form(urljoin(self.page, has.get("action") or self.page))
            self.forms.append(self.form)

    def _read(self, form: Form, tag: str, has: dict[str, str]) -> None:
        name, value, kind = has.get("name", ""), has.get("value", ""), has.get("type", "text")
        if tag == "option" and self.select:
            self.select.options.append(value)
            self.select.chosen += [value] if "selected" in has and value else []
        elif tag == "button" and name:
            form.buttons.setdefault(name, value)
        elif tag == "select":
            self.select = form.fields.setdefault(name, Field(name, "select"))
        elif tag in {"input", "textarea"} and name:
            kind = kind if tag == "input" else "textarea"
            one = form.fields.setdefault(name, Field(name, kind, has.get("class", ""), value))
            if kind in {"radio", "checkbox"}:
                one.options.append(value or "on")
                one.chosen += [value or "on"] if "checked" in has else []


def forms_on(path: str, html: str) -> Iterator[Form]:
    """All forms of the page that change something, with what is filled in already."""
    reader = _Reader(path.partition("?")[0])
    reader.feed(html)
    for form in reader.forms:
        form.fields.pop("csrfmiddlewaretoken", None)
        yield form
