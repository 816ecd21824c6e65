"""Hands that know no mouse."""

from __future__ import annotations

from playwright.sync_api import Page, expect

MOST_STEPS = 120


class Keyboard:
    """Goes by Tab, chooses by arrows and space; what has the focus must show it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go_to(self, wanted: str) -> None:
        """Tab on until what `wanted` names has the focus."""
        target = self.page.locator(wanted)
        for _step in range(MOST_STEPS):
            self.page.keyboard.press("Tab")
            if self.page.locator(":focus").and_(target).count():
                return self._see_focus()
        raise AssertionError(f"No way by Tab to {wanted} in {MOST_STEPS} steps.")

    def type(self, wanted: str, text: str) -> None:
        self.go_to(wanted)
        self.page.keyboard.type(text)

    def choose(self, wanted: str, value: str) -> None:
        """A radio button of this value, or an option of a list."""
        self.go_to(wanted)
        chosen = self.page.locator(f"{wanted}[value='{value}']:checked, {wanted}:not([type])")
        for _step in range(MOST_STEPS):
            if chosen.count() and chosen.first.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"No way by arrows to {value} of {wanted}.")

    def press(self, wanted: str, key: str = "Enter") -> None:
        self.go_to(wanted)
        self.page.keyboard.press(key)

    def _see_focus(self) -> None:
        expect(self.page.locator(":focus")).not_to_have_css("outline-style", "none")
