"""What `weir classify` proposes is what the same file is read by, row for row."""

import json
from pathlib import Path

import yaml

from tests.e2e.sample import DAY, Place
from tests.e2e.small import AGENT, IN_THREADS, lines
from weir.pipelines.classifying import classify, save

PEOPLE = [
    f"K{1000 + n};Qortha;Vennlik;qortha{n}@example.org;{'mw'[n % 2]};1974-03-02" for n in range(200)
]
HITS = [
    {"hit.time": f"2008-04-22 13:{n % 60:02}:00", "event": "page_view", "visitor_id": f"v{n % 40}",
     "page.url": f"http://www.example.com/books/{n % 9}", "ua": AGENT}
    for n in range(300)
]  # fmt: skip
FILES = {
    "access.log": [lines().rstrip()],
    "hits.jsonl": [json.dumps(one) for one in HITS],
    "hits.csv": [",".join(HITS[0]), *(",".join(f'"{v}"' for v in one.values()) for one in HITS)],
    "people.csv": ["Kundennr;Vorname;Nachname;E-Mail;Geschlecht;Geburtsdatum", *PEOPLE],
}


def test_a_file_is_ingested_by_what_was_proposed_for_it(tmp_path: Path) -> None:
    place = Place(tmp_path, here=True)
    place.weir("init", str(tmp_path))
    config = {"sites": [{"name": "www", "host": "www.example.com"}], "sources": []}
    config["engine"] = {"runner": IN_THREADS}
    for name, told in FILES.items():
        (tmp_path / name).write_text("\n".join(told) + "\n")
        mapping = f"{name}.yaml"
        found = classify(str(tmp_path / name), output=mapping)
        if found.mapping:
            save(found, tmp_path / mapping)
        (source,) = yaml.safe_load(found.settings)["sources"]
        config["sources"].append(source | {"name": name.replace(".", "-")})
    place.config.write_text(yaml.safe_dump(config))
    said = json.loads(place.weir("ingest", "-c", str(place.config), "-d", DAY, "--json"))
    kept = {Path(file["path"]).name: (file["read"], file["kept"]) for file in said["files"]}
    assert kept == {
        "access.log": (400, 400), "hits.jsonl": (300, 300), "hits.csv": (300, 300),
        "people.csv": (200, 200),
    }  # fmt: skip


def test_the_pages_of_events_are_counted_by_what_was_proposed(tmp_path: Path) -> None:
    place = Place(tmp_path, here=True)
    place.weir("init", str(tmp_path))
    (tmp_path / "hits.jsonl").write_text("\n".join(FILES["hits.jsonl"]) + "\n")
    found = classify(str(tmp_path / "hits.jsonl"), output="hits.yaml")
    save(found, tmp_path / "hits.yaml")
    place.config.write_text(f"{found.settings}engine: {{runner: {IN_THREADS}}}\n")
    place.weir("run", "-c", str(place.config), "-d", DAY, "--until", "aggregate")
    (told,) = place.ask("SELECT count(*) AS paths, sum(pageviews)::INTEGER AS views FROM pages")
    assert told == {"paths": 9, "views": 300}
