"""A date whose edition is out, and whose events are others now."""

from typing import Any

import pytest

from tests.attacks.subtracting import of
from tests.pipelines.a_store import put_events, the_edition
from weir.pipelines.editions import edition_place
from weir.pipelines.night import Night
from weir.pipelines.replaced import keep_replaced
from weir.pipelines.supersede import supersede
from weir.schemas.errors import WallError


def again(night: Night, hits: list[dict[str, Any]]) -> None:
    """Another ingest of the date."""
    keep_replaced(night)
    put_events(night, hits)


def total(night: Night) -> int:
    """Its visitors, as the edition tells them."""
    return of(the_edition(night, "traffic"), "total", "visitors")[""]


def judged(night: Night, made: bool, why: str) -> None:
    """Another edition takes the place of the one that is out, or is refused for a reason."""
    if made:
        assert supersede(night).made
    else:
        assert why in refused(night)


def refused(night: Night) -> str:
    """Why no other edition may take the place of the one that is out; nothing of it changed."""
    place = edition_place(night.store, night.day)
    before = {path: path.read_bytes() for path in place.parent.rglob("*") if path.is_file()}
    with pytest.raises(WallError) as told:
        supersede(night)
    assert before == {p: p.read_bytes() for p in place.parent.rglob("*") if p.is_file()}
    return str(told.value)
