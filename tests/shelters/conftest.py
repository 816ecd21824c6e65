from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.shelters import zhuldyz


@pytest.fixture
def gone_after(committed: None) -> Iterator[None]:
    """The shelter Zhuldyz, if the test opened it."""
    yield
    zhuldyz.remove()
