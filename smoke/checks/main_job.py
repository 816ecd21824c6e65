"""What Pana is for: a client goes from one shelter to another, and a gift is written down."""

from __future__ import annotations

import urllib.request
from datetime import date

from smoke.network import Network, now, soon
from smoke.stage import Failed, wait_until

TOLD = 30.0
LETTER = "To: director@tulpar.example"


def a_client_moves(net: Network) -> str:
    """Samal admits a client and refers her, Tulpar has mail, accepts and confirms the arrival"""
    referral = net.refer(net.admit("samal", "Birch 12"))
    wait_until(lambda: LETTER in net.letters(), "Tulpar's director has a letter", TOLD)
    tulpar = net.director("tulpar")
    tulpar.send(f"/api/referrals/{referral}/accept/", {"arrive_by": soon()}, 200)
    arrived = tulpar.send(f"/api/referrals/{referral}/arrive/", {"at": now()}, 200)
    shown = tulpar.read(f"/api/cases/{arrived['id']}/")
    if shown["status"] != "active":
        raise Failed(f"the case at Tulpar is {shown['status']}")
    return ""


def what_follows_is_delivered(net: Network) -> str:
    """RabbitMQ and the worker deliver what follows: a stub at Samal, and nothing waits"""
    wait_until(lambda: net.waiting() + net.waiting("tulpar") == 0, "all is delivered", TOLD)
    if not net.director("samal").read("/api/cases/?status=ended")["results"]:
        raise Failed("Samal's case goes on")
    return ""


def a_gift_is_received(net: Network) -> str:
    """A gift stands in the shelter's statement; nobody else's statement has it"""
    director = net.director("samal")
    fund = {"name": "Steppe Fund", "kind": "intl_foundation"}
    donor = director.send("/api/funding/donors/", fund)["id"]
    gift = {"kind": "cash", "donor": donor, "amount": "1000.50", "evidence": "bank_line"}
    director.send(
        "/api/funding/gifts/", gift | {"received_on": str(date.today()), "note": "Line 7"}
    )
    said = director.get("/api/funding/statement/").text
    others = net.director("tulpar").get("/api/funding/statement/").text
    if "1000.50" not in said or "1000.50" in others:
        raise Failed(f"the statements say {said} and {others}")
    return ""


def figures_are_shown_inside(net: Network) -> str:
    """Figures of web and worker stand on their own ports, for inside the network"""
    for port, name in ((net.stage.here.ports["9100"], "pana_requests_total"), _of_worker(net)):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            if name not in (said := answer.read().decode()):
                raise Failed(f"{name} is not among {said[:300]}")
    return ""


def _of_worker(net: Network) -> tuple[int, str]:
    return net.stage.port_of("figures of the worker"), "pana_tasks_total"


CHECKS = (
    a_client_moves,
    what_follows_is_delivered,
    a_gift_is_received,
    figures_are_shown_inside,
)
