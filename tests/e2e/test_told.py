"""What the sample's nights tell outside, and what the ledger keeps of that."""

import json
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.e2e.sample import DAYS, Place
from weir.pipelines.ledger import Ledger
from weir.pipelines.store import digest


def released(nights: Place, table: str) -> list[dict[str, Any]]:
    """Rows of a table in the release of the last night."""
    (place,) = (nights.store / "shared" / "acme-ads").glob(f"{DAYS[-1]}_*")
    rows: list[dict[str, Any]] = pq.read_table(place / f"{table}.parquet").to_pylist()
    return rows


@pytest.mark.parametrize("site", ["www", "shop"])
def test_most_campaigns_customers_and_referring_domains_are_named(nights: Place, site: str) -> None:
    campaigns = [row for row in released(nights, "campaigns") if row["site"] == site]
    referrers = [row for row in released(nights, "referrers") if row["site"] == site]
    assert len({row["campaign"] for row in campaigns} - {None, "(other)"}) >= 4
    assert len({row["customer"] for row in campaigns} - {None, "(none)", "(other)"}) >= 1
    assert {"find.example", "portal.example"} <= {row["domain"] for row in referrers}


@pytest.mark.parametrize("small", ["small-press", "small-pots", "hobby.example"])
def test_what_too_few_came_by_is_not_named(nights: Place, small: str) -> None:
    for table in ("campaigns", "referrers"):
        assert small not in json.dumps(released(nights, table), default=str)


def test_each_run_edition_and_release_is_in_the_ledger(nights: Place) -> None:
    ledger = Ledger(nights.root / "ledger.sqlite")
    runs = {path.stem for path in (nights.store / "runs").glob("*.json")}
    assert {entry.subject for entry in ledger.entries("run")} == runs
    assert len(runs) == len(DAYS)
    editions = (nights.store / "editions").glob("????-??-??.json")
    assert {entry.facts["sha256"] for entry in ledger.entries("edition")} == {
        digest(path.read_bytes()) for path in editions
    }
    releases = (nights.store / "shared").glob("*/*/manifest.json")
    assert {entry.subject for entry in ledger.entries("release")} == {
        path.parent.name for path in releases
    }
    assert ledger.verify() == 3 * len(DAYS)
