"""`weir classify`: what a file seems to be, what is shown of it, and what never is."""

import gzip
import io
import json
import re
from functools import cache

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from rich.console import Console
from typer.testing import CliRunner

from weir.pipelines.classified import show
from weir.pipelines.classifying import classify, save
from weir.pipelines.cli import app
from weir.schemas.errors import ConfigError, InputError
from weir.schemas.mapping import load_mapping

MARK = "Qortha"
EVENTS = [
    {"ts": f"2008-04-22T13:{n % 60:02}:00Z", "kind": ["view", "click"][n % 2],
     "visitorId": f"qorthavis{n % 40}", "page": {"url": f"http://www.example.com/qortha/{n}"},
     "mail": f"qortha{n}@example.org", "who": f"Qortha Vennlik{n}",
     "plan": ["qorthagold", "qorthafree"][n % 2], "seen": {f"qortha{n}@example.org": 1},
     "remark": f"qortha said {n}"}
    for n in range(200)
]  # fmt: skip
HEADER = "Kundennummer;E-Mail;Vorname;Nachname;Geschlecht;Geburtsdatum;Plan;Bemerkung"
PEOPLE = [
    f"K{1000 + n};qortha{n}@example.org;Qortha;Vennlik;{'mw'[n % 2]};1974-03-02;qorthagold;said {n}"
    for n in range(200)
]  # fmt: skip
LOG = [
    f'198.51.100.{n} - qortha [22/Apr/2008:13:55:36 +0000] "GET /profile/qortha-{n}?plan=qorthagold'
    f'&mail=qortha{n}@example.org HTTP/1.1" 200 5 "http://qortha.example/" "Qortha/5.0"'
    for n in range(200)
]
FILES = {
    "events.jsonl": "\n".join(map(json.dumps, EVENTS)),
    "events.json": json.dumps(EVENTS, indent=1),
    "line.json": json.dumps(EVENTS),
    "people.csv": "\n".join([HEADER, *PEOPLE]),
    "bare.csv": "\n".join(PEOPLE),
    "access.log": "\n".join(LOG),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    root = tmp_path_factory.mktemp("files")
    for name, text in FILES.items():
        (root / name).write_text(text + "\n")
    rows = [{name: value for name, value in one.items() if name != "seen"} for one in EVENTS]
    pq.write_table(pa.Table.from_pylist(rows), root / "events.parquet", row_group_size=50)
    return root


@cache
def look(place, name, **more):
    return classify(str(place / name), **more)


def shown(found, width=90):
    out = io.StringIO()
    show(Console(file=out, width=width, color_system=None), found)
    return out.getvalue()


@pytest.mark.parametrize("name", [*FILES, "events.parquet"])
def test_no_value_of_a_file_is_told(place, name):
    found = look(place, name)
    told = shown(found) + json.dumps(found.to_json()) + found.mapping + found.settings
    assert found.records == 200
    assert MARK.lower() not in told.lower()


@pytest.mark.parametrize(
    ("name", "kind", "maps"),
    [
        (
            "events.jsonl",
            "events",
            {"ts": "time", "kind": "action", "visitorId": "visitor", "mail": "pii.email"},
        ),
        ("events.json", "events", {"page.url": "url"}),
        ("line.json", "events", {"page.url": "url"}),
        (
            "people.csv",
            "profiles",
            {"Kundennummer": "user", "E-Mail": "pii.email", "Geschlecht": "gender"},
        ),
        ("bare.csv", "table", {}),
        ("access.log", "log", {"target": "target"}),
        ("events.parquet", "parquet", {}),
    ],
)
def test_a_file_is_told_by_its_contents(place, name, kind, maps):
    found = look(place, name)
    mapped = {one.field.name: one.maps_to for one in found.proposals if one.maps_to}
    assert found.kind == kind
    assert maps.items() <= mapped.items()
    assert bool(mapped) == bool(maps)


def test_packed_files_are_looked_into(place):
    (place / "packed").write_bytes(gzip.compress(FILES["people.csv"].encode()))
    assert look(place, "packed").kind == "profiles"


def test_every_field_is_on_a_narrow_terminal(place):
    found = look(place, "events.jsonl")
    text = shown(found, 80)
    table = text.split("# a mapping file")[0].split("\n", 1)[1]
    assert max(map(len, table.splitlines())) <= 80
    for one in found.proposals:
        assert one.field.name in text
    assert re.search(r"remark +100 % +200 +pii", text)


def test_a_proposed_mapping_is_one_of_weirs_own(place, tmp_path):
    for name, kind in (
        ("events.jsonl", "events"),
        ("line.json", "events"),
        ("people.csv", "profiles"),
    ):
        file = tmp_path / f"{name}.yaml"
        save(look(place, name), file)
        mapping = load_mapping(file.name, kind, tmp_path)
        assert mapping.kind == kind
    with pytest.raises(InputError, match="is there already"):
        save(look(place, "people.csv"), file)


def test_the_words_of_a_proposed_mapping_do_not_depend_on_those_of_the_file(place):
    actions = yaml.safe_load(look(place, "events.jsonl").mapping)["actions"]
    assert {"page", "view", "purchase"} <= set(actions)


def test_the_pages_of_events_are_counted_by_what_is_proposed(place, tmp_path):
    (tmp_path / "segment.json").write_text(load_mapping("segment", "events", tmp_path).sample)
    for found in (look(place, "events.jsonl"), classify(str(tmp_path / "segment.json"))):
        (site,) = yaml.safe_load(found.settings)["sites"]
        assert site["count_pages_by"] == "script"
        assert "count_pages_by: script  # " in shown(found)
    for name in ("people.csv", "access.log"):
        assert "count_pages_by" not in look(place, name).settings


def test_records_are_counted_alike_wherever_they_are(tmp_path):
    whole = json.dumps(json.loads(load_mapping("segment", "events", tmp_path).sample))
    (tmp_path / "segment.jsonl").write_text(f"{whole}\n" * 9 + '{"type": \n')
    found = classify(str(tmp_path / "segment.jsonl"))
    assert (found.records, found.bad) == (9, 1)
    assert "9 of 10 records read" in found.notes[0]


def test_one_is_one(tmp_path):
    line = FILES["access.log"].split("\n")[0].replace("mail=qortha0@example.org", "sort=price")
    (tmp_path / "one.log").write_text(f"{line}\n" * 40)
    found = classify(str(tmp_path / "one.log"))
    assert "1 value, no finding" in shown(found)
    (tmp_path / "one.csv").write_bytes(b"when,n\n2008-04-22 10:00:00,5\n2008-04-22 11:00:00,\xff\n")
    assert "1 record, 1 not understood" in shown(classify(str(tmp_path / "one.csv")))
    assert "1 line is not UTF-8" in shown(classify(str(tmp_path / "one.csv")))


def test_a_sample_is_spread_over_a_large_file(place, monkeypatch):
    monkeypatch.setattr("weir.pipelines.classifying._SMALL", 1000)
    found = look(place, "access.log", sample=32)
    assert (found.records, found.whole) == (32, False)
    stated = {one.field.name: one.field.evidence.distinct for one in found.proposals}
    assert stated["address"] == 32
    assert not look(place, "people.csv", sample=32).whole


def test_a_dated_file_is_one_of_many(place):
    (place / "hits-20080422.log").write_text(FILES["access.log"])
    (source,) = yaml.safe_load(look(place, "hits-20080422.log").settings)["sources"]
    assert source["path"].endswith("hits-{date:%Y%m%d}.log")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "it has no lines"),
        (b"\n \n", "it has no lines"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "a PNG image"),
        (b"Qortha went home.\nNothing else.\n" * 9, "not recognised"),
        (b'{"Qortha": \n [1, 2\n', "no valid JSON"),
        (b"PAR1" + b"Qortha" * 99, "cannot be read as Parquet"),
    ],
)
def test_what_is_no_data_is_refused_without_a_word_of_it(tmp_path, data, said):
    file = tmp_path / "unknown"
    file.write_bytes(data)
    with pytest.raises(InputError, match=said) as told:
        classify(str(file))
    assert MARK not in str(told.value)


def test_a_wrong_format_is_told(place):
    with pytest.raises(ConfigError, match="no such format"):
        look(place, "access.log", format_="combine")


def test_a_format_that_no_line_is_of_is_told(place):
    with pytest.raises(InputError, match="none of 201 lines is of format 'combined'"):
        look(place, "people.csv", format_="combined")


def test_other_bytes_and_a_torn_archive_are_told(place):
    (place / "latin.csv").write_bytes(
        "\n".join(["id;ort", *["1;Köln", "2;Bonn"] * 9]).encode("latin-1")
    )
    found = look(place, "latin.csv")
    assert (found.records, found.bad) == (18, 0)
    assert found.notes[-1].startswith("9 lines are not UTF-8, read here as Windows-1252; ingest")
    (place / "torn.csv").write_bytes(b"id;ort\n" + b"1;K\xf6ln\n2;Bonn\n" * 2)
    assert look(place, "torn.csv").bad == 2, "so few may be torn"
    (place / "torn.csv.gz").write_bytes(gzip.compress(FILES["people.csv"].encode())[:-30])
    assert any("truncated gzip" in note for note in look(place, "torn.csv.gz").notes)


def test_own_recognizers_of_a_weir_yaml_count(tmp_path):
    rows = "\n".join(f"{['Q7-LUX', 'Q8-NOX'][n % 2]},free" for n in range(60))
    (tmp_path / "staff.csv").write_text(f"ref,plan\n{rows}\n")
    own = {"name": "badge", "entity": "id", "regex": r"Q\d-[A-Z]{3}", "score": 0.9}
    config = {"sites": [{"name": "www", "host": "www.example.com"}],
              "sources": [{"name": "a", "kind": "log", "site": "www", "path": "a"}],
              "detection": {"patterns": [own]}}  # fmt: skip
    (tmp_path / "weir.yaml").write_text(yaml.safe_dump(config))

    def treatment(*more):
        asked = ["classify", str(tmp_path / "staff.csv"), "--json", *more]
        told = CliRunner().invoke(app, asked)
        assert told.exit_code == 0, told.output
        return {one["name"]: one["treatment"] for one in json.loads(told.stdout)["fields"]}

    assert treatment() == {"ref": "keep", "plan": "keep"}
    assert treatment("-c", str(tmp_path / "weir.yaml")) == {"ref": "drop", "plan": "keep"}


def test_a_mapping_is_proposed_also_for_a_time_of_an_unusual_name(tmp_path):
    rows = "".join(f"22.04.2008 13:{n:02}:36;view;/a/{n}\n" for n in range(60))
    (tmp_path / "hits.csv").write_text(f"vermerkt;event;seite\n{rows}")
    found = classify(str(tmp_path / "hits.csv"))
    told = yaml.safe_load(found.mapping)
    assert told["time"] == {"field": "vermerkt", "format": "any", "timezone": "UTC"}


@pytest.mark.parametrize("zone", [None, "UTC"])
def test_so_is_a_column_of_stamps_of_parquet_known(tmp_path, zone):
    seen = pa.array([1208872500 + n for n in range(60)]).cast(pa.timestamp("s", zone))
    table = pa.table({"seen": seen, "event": ["view", "click"] * 30})
    pq.write_table(table, tmp_path / "hits.parquet")
    found = classify(str(tmp_path / "hits.parquet"))
    (when,) = (one for one in found.proposals if one.field.name == "seen")
    assert when.why.startswith("100 % times; the only such field")
    assert (found.why, when.data_class.value) == ("2 columns, most like events", "nii")


@pytest.mark.parametrize("end", ["", "\n"])
def test_one_line_around_one_list_of_objects_is_a_document(tmp_path, end):
    whole = {"took": 3, "shards": [1, 2], "data": EVENTS}
    (tmp_path / "hits.json").write_text(json.dumps(whole) + end)
    found = classify(str(tmp_path / "hits.json"))
    assert (found.records, found.kind) == (200, "events")
    assert any(note.endswith("jq -c '.data[]'") for note in found.notes)


@pytest.mark.parametrize(
    "whole",
    [
        {"kind": "view", "tags": ["a", "b"]},
        {"kind": "view", "items": [{"sku": "a"}]},
        {"views": [{"n": 1}, {"n": 2}], "clicks": [{"n": 1}, {"n": 2}]},
    ],
)
def test_another_line_alone_is_one_record(tmp_path, whole):
    (tmp_path / "one.json").write_text(json.dumps(whole))
    assert classify(str(tmp_path / "one.json")).records == 1


def test_nor_is_an_event_of_a_known_vendor_with_a_list_in_it_a_document(tmp_path):
    event = json.loads(load_mapping("ga4_export", "events", tmp_path).sample)
    (tmp_path / "one.json").write_text(json.dumps(event))
    assert any(len(one) > 1 for one in event.values() if isinstance(one, list))
    found = classify(str(tmp_path / "one.json"))
    assert "the shipped mapping 'ga4_export' fits" in found.notes[0]


@pytest.mark.parametrize("name", ["events.jsonl", "access.log", "people.csv", "events.parquet"])
def test_standard_input_is_looked_at_as_a_file_is(place, name):
    data = (place / name).read_bytes()
    told = CliRunner().invoke(app, ["classify", "-", "--json"], input=data)
    assert told.exit_code == 0, told.output
    by_stdin, by_name = json.loads(told.stdout), look(place, name).to_json()
    assert by_stdin["fields"] == json.loads(json.dumps(by_name["fields"]))
    assert by_stdin["file"] == "standard input"
    if by_stdin["settings"]:
        (source,) = yaml.safe_load(by_stdin["settings"])["sources"]
        assert source["path"] == "-"
    refused = CliRunner().invoke(app, ["classify", "-"], input=b"")
    assert (refused.exit_code, "standard input: it has no lines" in refused.output) == (2, True)


def test_the_table_is_shown_also_where_there_is_nothing_to_write(place, tmp_path):
    asked = ["classify", str(place / "bare.csv"), "-o", str(tmp_path / "y.yaml")]
    told = CliRunner().invoke(app, asked)
    assert told.exit_code == 2
    assert "column1" in told.stdout
    assert "no mapping, classes only" in told.stdout
    assert "not written; there is no configuration to propose" in told.output


def test_notes_are_broken_between_words_on_a_terminal(place):
    out = io.StringIO()
    terminal = Console(file=out, width=60, color_system=None, force_terminal=True)
    show(terminal, look(place, "bare.csv"))
    above = out.getvalue().split("field ")[0]
    assert "taken for values" in " ".join(above.split())
    assert max(map(len, above.splitlines())) <= max(60, len(str(place / "bare.csv")) + 1)


def test_a_first_line_that_is_taken_for_values_is_said_to_be(place):
    (note, *_) = look(place, "bare.csv").notes
    assert note == "its first line is taken for values, not for names of columns"
