"""Sabotage begins with a process that remembers nothing."""

from collections.abc import Iterator

import pytest

from weir.transforms.detect import cache
from weir.transforms.detect.recognizers import engine


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Verdicts of other tests do not help, and those of sabotage stay here."""
    monkeypatch.setattr(engine, "_engines", {})
    cache.forget()
    yield
    cache.forget()
