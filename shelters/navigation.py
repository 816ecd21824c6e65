"""The few words that lead everywhere. Apps add theirs in `AppConfig.ready`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from shelters.staff.models import User
from shelters.staff.permissions import P

Host = Literal["shelter", "central"]
MOST_ITEMS = 7


class TooManyItems(Exception):
    """More words than a person takes in at a glance."""


@dataclass(frozen=True)
class Item:
    """A word of the navigation; `permission=None` shows it to everybody who signed in."""

    label: str | Promise
    url_name: str
    icon: str
    permission: P | None
    order: int
    host: Host


@dataclass(frozen=True)
class Link:
    """An item as one page shows it."""

    label: str | Promise
    url: str
    icon: str
    current: bool


_items: dict[tuple[Host, str], Item] = {}


def add_item(
    *,
    label: str | Promise,
    url_name: str,
    icon: str,
    permission: P | None,
    order: int,
    host: Host = "shelter",
) -> None:
    """Lead to `url_name` from every page of that kind of host; `icon` is a name of lucide's."""
    _items[host, url_name] = Item(label, url_name, icon, permission, order, host)
    if sum(item.host == host for item in _items.values()) > MOST_ITEMS:
        raise TooManyItems(f"{url_name} would be one item too many on a {host} host.")


def items_for(user: User, *, central: bool) -> list[Item]:
    """What this person may see, in the order in which the words stand."""
    host = "central" if central else "shelter"
    of_host = [item for item in _items.values() if item.host == host and _may_see(user, item)]
    return sorted(of_host, key=lambda item: item.order)


def home_of(user: User, central: bool) -> str | None:
    """Where this person begins: the first item they may see, or None when there is none."""
    return next((item.url_name for item in items_for(user, central=central)), None)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """For templates: the links of this person here, the name of the place, whether all is play."""
    unit = getattr(request, "unit", None)
    user = getattr(request, "user", None)
    links: list[Link] = []
    if unit is not None and user is not None and user.is_authenticated:
        links = _links(request, user, unit.is_central)
    return {
        "navigation": links,
        "place": _place(request),
        "is_practice": is_practice(request),
    }


def is_practice(request: HttpRequest) -> bool:
    """Asked by pages of errors too, which come when there is no unit any more."""
    return bool(getattr(getattr(request, "address", None), "is_practice", False))


def _may_see(user: User, item: Item) -> bool:
    return item.permission is None or user.may(item.permission)


def _links(request: HttpRequest, user: User, central: bool) -> list[Link]:
    found = [(item, reverse(item.url_name)) for item in items_for(user, central=central)]
    here = max((url for _item, url in found if _is_at(request.path, url)), key=len, default="")
    return [Link(item.label, url, item.icon, url == here) for item, url in found]


def _is_at(path: str, url: str) -> bool:
    """The first page is only where it stands; any other is also where its inner pages are."""
    return path == url if url == "/" else path.startswith(url)


def _place(request: HttpRequest) -> str:
    """The shelter's name, or the network's; nothing on a host that nobody has."""
    address = getattr(request, "address", None)
    if address is not None:
        return str(address.name)
    return _("Network of shelters") if hasattr(request, "unit") else ""
