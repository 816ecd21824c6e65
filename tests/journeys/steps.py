"""What several journeys begin with, in English."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.window import Window


def admit(desk: Window, code: str, name: str) -> str:
    """Leaves the desk at the page of the new case, whose address it returns."""
    desk.open("/clients/today/")
    desk.follow("Admit a client", within="main")
    desk.answer(
        code=code,
        age_group="adult",
        consent_how="signed",
        name=name,
        sex="female",
        birth="2001",
        citizenship="KG",
        exploitation_time="8",
        next_step="Ask the embassy for papers",
        note="She left her papers behind.",
    )
    page = desk.press("Admit this client")
    expect(page.get_by_role("heading", name=code)).to_be_visible()
    assert "Guideline, not a limit" in desk.text
    return page.url


def refer(desk: Window, *, to: str = "Tulpar") -> str:
    """From the page of a case: write, read with the client, send. Returns the referral's code."""
    page = desk.follow("Send to another shelter")
    desk.answer(
        urgency="urgent_72h",
        reason="capacity_full",
        needs=["womens_place", "documents"],
        sections=["name_and_birth"],
        message="Meet her at the bus, by day.",
    )
    page.get_by_label("To which shelter?").select_option(label=to)
    desk.press("Read it with the client")
    for fact in ["Journeyeva", "2001", "Meet her at the bus"]:
        assert fact in desk.text
    assert "left her papers" not in desk.text

    desk.answer(consent_how="signed", agreed=True)
    desk.press(f"Send to {to}")
    expect(page.get_by_role("status")).to_contain_text(f"Sent to {to}")
    found = re.search(r"R-\w+", page.get_by_role("heading", level=1).inner_text())
    assert found
    return found[0]
