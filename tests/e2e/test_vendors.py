"""A night of vendors' files: a table with its header, lists in lines, and people named in them."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from tests.e2e.sample import DAY, Place
from tests.e2e.small import a_place

CALLS = """Call Status,Name,Phone Number,Source,Campaign,Landing Page,Start Time,Duration (seconds)
Answered Call,"Qortha
 Vennlik",+1 212-555-0142,Google Ads,spring,http://www.example.com/books,2008-04-22 08:00:00,125
Missed Call,Qortha Vennlik,+1 212-555-0142,Google Ads,for-qortha-vennlik,,2008-04-22 09:00:00,9
Answered Call,short
Answered Call,Qortha Vennlik,,,,,2008-04-22 23:59:00,9
"""


def a_mail(event: str, **fields: Any) -> dict[str, Any]:
    return {"email": "qortha@example.org", "timestamp": 1208865600, "event": event} | fields


MAILS = [
    [a_mail("delivered", category="april", ip="198.51.100.7"), a_mail("open", category=["april"])],
    [],
    a_mail("click", url="http://www.example.com/books", category="qortha%40example.org"),
]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, dict[str, Any]]:
    place = a_place(tmp_path_factory.mktemp("vendors") / "p")
    config = yaml.safe_load(place.config.read_text())
    for name, mapping in (("calls", "ours.yaml"), ("mail", "sendgrid")):
        source = {"name": name, "kind": "events", "site": "www", "mapping": mapping}
        config["sources"].append(source | {"path": f"in/{name}*"})
    place.config.write_text(yaml.safe_dump(config))
    zone = "{field: Start Time, timezone: America/New_York}"
    (place.root / "ours.yaml").write_text(f"{{name: ours, like: callrail_csv, time: {zone}}}")
    (place.root / "in" / "calls.csv").write_text(CALLS)
    (place.root / "in" / "mail.jsonl").write_text("".join(f"{json.dumps(m)}\n" for m in MAILS))
    said = place.weir("ingest", "-c", str(place.config), "-d", DAY, "--json")
    return place, {Path(file["path"]).name: file for file in json.loads(said)["files"]}


def events_of(place: Place) -> list[dict[str, Any]]:
    files = f"{place.store}/internal/events/**/*.parquet"
    with duckdb.connect() as con:
        return (
            con.sql(
                f"FROM read_parquet('{files}') WHERE channel = 'script' ORDER BY action, seen_at"
            )
            .to_arrow_table()
            .to_pylist()
        )


def test_every_line_is_accounted_for(told: tuple[Place, dict[str, Any]]) -> None:
    calls, mail = told[1]["calls.csv"], told[1]["mail.jsonl"]
    assert (calls["read"], calls["kept"]) == (4, 2)
    assert (calls["quarantined"], calls["filtered"]) == ({"wrong_columns": 1}, {"other_date": 1})
    assert (mail["read"], mail["kept"], mail["filtered"]) == (4, 3, {"empty_batch": 1})


def test_calls_and_mails_are_events(told: tuple[Place, dict[str, Any]]) -> None:
    rows = events_of(told[0])
    assert [(r["action"], r["outcome"], r["duration_s"]) for r in rows] == [
        ("call", "connected", 125), ("call", "missed", 9), ("email_click", None, None),
        ("email_open", None, None), ("email_sent", "delivered", None),
    ]  # fmt: skip
    assert rows[0]["seen_at"].isoformat() == "2008-04-22T12:00:00+00:00"
    assert rows[2]["recipient"] == rows[3]["recipient"] == rows[4]["recipient"] is not None


def test_who_is_named_in_a_record_is_found_where_they_turn_up(
    told: tuple[Place, dict[str, Any]],
) -> None:
    rows = events_of(told[0])
    assert "vennlik" not in str(rows).lower() and "qortha" not in str(rows).lower()
    assert [row["campaign"] for row in rows[:2]] == ["spring", "{name}"]
