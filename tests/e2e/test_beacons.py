"""A night of beacons: some in the access log, some from a collector."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pyarrow.parquet as pq
import yaml

from tests.e2e.sample import DAY, Place
from tests.e2e.small import a_line, a_place, lines

NOON = datetime(2008, 4, 22, 12, tzinfo=UTC)

CLICK, VISITOR, USER = "EAIaIQobChMI7uD3x9KZ", "939d6a31670610b5", "jane-8812xk"
PAGE = f"https://www.example.com/books/rivers?mtm_campaign=spring&gclid={CLICK}"
SNOWPLOW = {"e": "pv", "tv": "js-3.24.0", "p": "web", "url": PAGE, "duid": VISITOR, "uid": USER}


def logged(query: str) -> str:
    stamp = "[22/Apr/2008:12:30:00 +0000]"
    return f'198.18.7.7 - - {stamp} "GET /matomo.php?{query} HTTP/1.1" 200 43 "-" "Opera/9.27"\n'


def collected(body: Any, query: str = "") -> str:
    line = {"time": f"{DAY}T12:45:00Z", "address": "198.18.8.8", "user_agent": "Opera/9.27",
            "method": "POST", "url": f"/c?{query}", "body": body}  # fmt: skip
    return json.dumps(line) + "\n"


def a_night(root: Path) -> Place:
    matomo = f"idsite=3&rec=1&_id={VISITOR}&uid={USER}&url={quote(PAGE, safe='')}"
    log = lines(40) + logged(matomo) + logged(matomo + "&urlref=https%3") + logged("x=1")
    place = a_place(root, log)
    late = SNOWPLOW | {"stm": "1208865780000"}  # 12:03
    shared = f"v=2&tid=G-1&cid={VISITOR}&dl={quote(PAGE, safe='')}"
    bodies = [
        collected({"schema": "iglu:x/payload_data/jsonschema/1-0-4", "data": [SNOWPLOW, late]}),
        collected("en=page_view\nen=scroll", shared),
        collected({"n": "pageview", "u": "https://other.example/", "d": "other.example"}),
        collected('{"n":"pageview","u":"https://www.exa'),
    ]
    (root / "in" / f"beacons-{DAY}.jsonl").write_text("".join(bodies))
    settings = yaml.safe_load(place.config.read_text())
    settings["sites"][0] |= {"tag_path": ["/matomo.php"], "tags": "auto", "tag_ids": [3, "G-1"]}
    beacons = {"name": "hits", "kind": "beacons", "site": "www", "path": "in/beacons-{date}*"}
    settings["sources"].append(beacons)
    place.config.write_text(yaml.safe_dump(settings))
    return place


def test_beacons_become_hits_and_tell_nobody_who(tmp_path: Path) -> None:
    place = a_night(tmp_path)
    told = json.loads(place.weir("ingest", "-c", str(place.config), "-d", DAY, "--json"))
    log, beacons = sorted(told["files"], key=lambda file: str(file["path"]))
    assert log["filtered"] == {"truncated_beacon": 1, "unknown_beacon": 1}
    assert (beacons["read"], beacons["kept"]) == (6, 4)
    assert beacons["filtered"] == {"other_site": 1}
    assert beacons["quarantined"] == {"truncated_beacon": 1}
    assert told["skewed"] == {"hits": 1, "at_most_s": 2520}
    events = [row for path in (place.store / "internal" / "events").glob("*.parquet")
              for row in pq.read_table(path).to_pylist()]  # fmt: skip
    tags = [event for event in events if event["channel"] == "tag"]
    assert {event["path"] for event in tags} == {"/books/rivers"}
    assert {event["campaign"] for event in tags} == {"spring"}
    assert len(tags) == 5
    for secret in (CLICK, VISITOR, USER):
        assert secret not in str(events)


def test_a_log_and_its_beacons_are_one_browser_and_one_act(tmp_path: Path) -> None:
    def asked(number: int, second: int, target: str) -> str:
        return a_line(number, target, NOON + timedelta(minutes=number, seconds=second))

    def told(number: int, second: int, **more: str) -> str:
        said = {"idsite": "3", "rec": "1", "_id": f"939d6a31670610{number:02d}", **more}
        return asked(number, second, f"/matomo.php?{urlencode(said)}")

    base = "https://www.example.com"
    log = "".join(
        asked(n, 0, "/search?q=Blue+shoes")
        + told(n, 1, url=f"{base}/search?q=Blue+shoes", search="blue shoes")
        + told(n, 2, url=f"{base}/search?q=Blue+shoes", download=f"{base}/files/a.pdf")
        + asked(n, 2, "/files/a.pdf")
        + asked(n, 4, "/next")
        for n in range(25)
    )
    place = a_place(tmp_path, log)
    settings = yaml.safe_load(place.config.read_text())
    site = {"tag_path": "/matomo.php", "tags": "auto", "search_parameters": ["q"]}
    settings["sites"][0] |= site
    place.config.write_text(yaml.safe_dump(settings))
    place.weir("run", "-c", str(place.config), "-d", DAY, "--until", "aggregate")
    (day,) = place.ask("SELECT * FROM traffic")
    names = ("visitors", "visitors_cookie", "visits", "pageviews", "hits")
    assert [day[name] for name in names] == [25, 25, 25, 50, 125]
    (file,) = place.ask("SELECT * FROM downloads")
    assert (file["downloads"], file["requests"], file["bytes"]) == (25, 25, 25 * 512)
    (term,) = place.ask("SELECT * FROM searches")
    assert (term["term"], term["searches"], term["unfollowed"]) == ("blue shoes", 25, 0)
