"""Work that a runner loses is not passed over."""

import json
from pathlib import Path

import pytest

from weir.pipelines.failure import WorkerFailedError, noted
from weir.pipelines.tasks import drop_copies
from weir.schemas.outcome import Outcome
from weir.transforms.keys import Keyring, create_keys
from weir.transforms.settle import SHARDS, Settling


def settling(place: Path) -> Settling:
    create_keys(place / "keys", "vault")
    return Settling(str(place), 4, (), 20, Keyring.open(place / "keys", "vault"), 64)


def test_a_lost_shard_of_duplicates_stops_the_night(tmp_path: Path) -> None:
    work = settling(tmp_path)
    outcomes = json.dumps([Outcome("web:a:0", "web", "a", 0, lines=3, kept=3).to_json()])
    (left,) = json.loads(drop_copies(0, outcomes, json.dumps([[]] * SHARDS), work))
    assert Outcome.from_json(left).kept == 3
    for found in ([[]] * (SHARDS - 1), [[]] * (SHARDS + 1)):
        with pytest.raises(WorkerFailedError):
            drop_copies(0, outcomes, json.dumps(found), work)
        assert "lost or doubled a shard" in str(noted(tmp_path))
