from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.services.home import Home
from tests.config.homes import forget


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A state folder of the test's own."""
    place = Home(tmp_path / "home")
    yield place
    forget(place)
