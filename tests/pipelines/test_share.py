"""A release is a projection of editions: whole, signed, the same bytes for the same inputs."""

import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import jsonschema
import pyarrow.parquet as pq
import pytest
import yaml
from a_store import (
    ADS,
    DAY,
    a_hit,
    a_night,
    a_policy,
    few_tables,
    put_events,
    the_edition,
    visitors,
)
from typer.testing import CliRunner

from weir.pipelines import share as share_module
from weir.pipelines.cli import app
from weir.pipelines.disclose import disclose
from weir.pipelines.ledger import Ledger
from weir.pipelines.rehearse import rehearse
from weir.pipelines.share import Shared, share
from weir.pipelines.verify import verify
from weir.schemas.columns import NII, data_class
from weir.schemas.errors import UsageError, WallError

TODAY = date(2008, 4, 23)


@pytest.fixture(autouse=True, scope="module")
def _few_tables():
    with few_tables("campaigns", "demographics", "pages", "technology", "traffic"):
        yield


def a_crowd():
    return [
        *visitors(300, user=None, campaign="spring", medium="banner", customer="bookshop"),
        *visitors(90, 300, browser="Opera", campaign="summer", medium="mail", customer="airline"),
        *visitors(70, 400, browser="Camino", os="Mac OS X", campaign="summer", medium="banner"),
    ]


@pytest.fixture(scope="module")
def disclosed(tmp_path_factory):
    """A place with an edition; tests take copies of it."""
    base = tmp_path_factory.mktemp("disclosed")
    disclose(a_night(base, a_crowd()))
    return base


@pytest.fixture
def night_for(disclosed, tmp_path):
    """A night with an edition and recipients of one's own."""

    def build(*recipients):
        shutil.copytree(disclosed, tmp_path / "night")
        return a_night(tmp_path / "night", policy=a_policy(*recipients))

    return build


def shared_with(night, name="acme-ads", days=(DAY,), today=TODAY) -> Shared:
    keyring = night.keyring("signing")
    return share(
        night.store, night.policy, night.stamp, keyring, name, days,
        software=night.software, today=today,
    )  # fmt: skip


def contents(directory: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in directory.iterdir()}


@pytest.fixture
def night(night_for):
    return night_for(ADS)


def test_a_release_has_what_the_policy_allows_and_nothing_else(night):
    shared = shared_with(night)
    assert {p.name for p in shared.path.iterdir()} == {
        *(f"{table}.{kind}" for table in ADS.tables for kind in ("csv", "parquet")),
        "README.md", "datapackage.json", "dictionary.json", "report.html", "signing.pub.json",
        "manifest.json", "manifest.schema.json", "manifest.sig",
    }  # fmt: skip


def test_every_row_of_a_release_is_a_row_of_the_edition(night):
    shared = shared_with(night)
    for table in shared.release.tables:
        rows = pq.read_table(shared.path / table.file).to_pylist()
        assert rows == the_edition(night, table.table)


def test_every_column_of_a_release_is_nii_with_a_definition(night):
    shared = shared_with(night)
    for table in shared.release.tables:
        for field in pq.read_schema(shared.path / table.file):
            assert data_class(field) is NII
            assert field.metadata[b"about"]


def test_the_same_inputs_are_the_same_release_byte_for_byte(night, tmp_path):
    first = shared_with(night)
    before = contents(first.path)
    again = shared_with(night)
    assert (again.path, again.made) == (first.path, False)
    moved = first.path.rename(tmp_path / "moved")
    anew = shared_with(night)
    assert anew.made
    assert contents(anew.path) == contents(moved) == before


def test_a_release_that_was_changed_is_not_passed_off_as_made(night):
    shared = shared_with(night)
    place = shared.path / "dictionary.json"
    kept = place.read_bytes()
    place.write_bytes(kept + b" ")
    try:
        with pytest.raises(WallError, match=r"dictionary\.json \(changed\)"):
            shared_with(night)
    finally:
        place.write_bytes(kept)


def test_a_dimension_that_is_not_allowed_goes_with_every_row_that_it_breaks_out(night_for):
    some = ADS.model_copy(update={"dimensions": ("os",), "tables": ("technology",)})
    night = night_for(some)
    shared = shared_with(night)
    rows = pq.read_table(shared.path / "technology.parquet").to_pylist()
    assert {row["by"] for row in rows} == {"total", "os"}
    assert "browser" not in rows[0]
    whole = the_edition(night, "technology", browser=None, device=None)
    kept = [{k: v for k, v in row.items() if k not in ("browser", "device")} for row in whole]
    assert rows == kept, "margins of the edition itself, not new sums"


def test_a_recipient_gets_rows_of_its_own_customers_only(night_for):
    own = ADS.model_copy(update={"customers": ("bookshop",), "tables": ("campaigns",)})
    night = night_for(own)
    rows = pq.read_table(shared_with(night).path / "campaigns.parquet").to_pylist()
    assert rows
    assert {row["customer"] for row in rows} == {"bookshop"}


def test_what_was_withheld_is_told_of_the_recipients_own_rows_only(night_for):
    own = ADS.model_copy(update={"name": "own", "customers": ("airline",)})
    night = night_for(ADS, own)
    whole, part = (
        {table.table: table for table in shared_with(night, name).release.tables}
        for name in ("acme-ads", "own")
    )
    shared = shared_with(night, "own")
    rows = pq.read_table(shared.path / "campaigns.parquet").to_pylist()
    measures = [c.name for c in part["campaigns"].columns if c.kind == "measure"]
    nulls = sum(row[name] is None for row in rows for name in measures)
    assert part["campaigns"].withheld == nulls < whole["campaigns"].withheld
    assert part["traffic"] == whole["traffic"], "of the site, so it goes whole"
    manifest, schema = (
        json.loads((shared.path / name).read_bytes())
        for name in ("manifest.json", "manifest.schema.json")
    )
    jsonschema.validate(manifest, schema)


def test_a_customer_of_whom_there_is_no_row_is_told_to_whoever_shares(night_for):
    own = {"tables": ("campaigns", "traffic"), "customers": ("airline", "bokshop")}
    night = night_for(ADS.model_copy(update=own))
    (told,) = shared_with(night).remarks
    assert "no row of customer 'bokshop'" in told and "did you mean 'bookshop'?" in told
    assert rehearse(night, "acme-ads", [DAY], TODAY).remarks == (told,)
    other = ADS.model_copy(update=own | {"customers": ("zoo",)})
    night = a_night(night.config.base, policy=a_policy(other))
    (told,) = shared_with(night).remarks
    assert "they name airline, bookshop" in told
    assert shared_with(a_night(night.config.base, policy=a_policy(ADS))).remarks == ()


def test_a_release_is_not_out_where_what_it_lacks_cannot_be_found(night_for, monkeypatch):
    def unreadable(*_):
        raise OSError("a disk that is broken")

    night = night_for(ADS)
    monkeypatch.setattr(share_module, "remarks", unreadable)
    with pytest.raises(OSError, match="broken"):
        shared_with(night)
    assert not (night.store.root / "shared").exists()
    monkeypatch.undo()
    assert shared_with(night).path.exists()


def test_a_date_without_an_edition_is_told_to_whoever_shares(night_for, monkeypatch, capsys):
    night = night_for(ADS)
    monkeypatch.setattr(share_module.Night, "open", lambda *_: night)
    days = [DAY, DAY + timedelta(1)]
    share_module.share_all(night.config, days, "acme-ads")
    assert capsys.readouterr().err == "weir: acme-ads: no edition of 2008-04-23\n"
    share_module.share_all(night.config, days[:1], "acme-ads")
    assert capsys.readouterr().err == ""


def test_a_site_that_is_not_allowed_is_not_in_it_and_a_release_of_no_table_is_none(night_for):
    night = night_for(ADS.model_copy(update={"sites": ("shop",)}))
    with pytest.raises(UsageError, match="there is none in the edition of 2008-04-22; nothing"):
        shared_with(night)
    with pytest.raises(UsageError, match="there is none"):
        rehearse(night, "acme-ads", [DAY], TODAY)
    assert not (night.store.root / "shared").exists()
    assert Ledger(night.ledger_path).entries("release") == []


def test_an_unknown_recipient_gets_nothing(night_for):
    night = night_for(ADS)
    with pytest.raises(UsageError, match="did you mean 'acme-ads'") as refused:
        shared_with(night, "acme-adds")
    assert refused.value.exit_code == 2
    assert not (night.store.root / "shared").exists()


@pytest.mark.parametrize(
    ("expires", "today"), [(TODAY - timedelta(1), TODAY), (DAY - timedelta(1), DAY)]
)
def test_an_expired_recipient_gets_nothing(night_for, expires, today):
    night = night_for(ADS.model_copy(update={"expires": expires}))
    with pytest.raises(UsageError, match="expired"):
        shared_with(night, today=today)
    assert not (night.store.root / "shared").exists()


def test_a_recipient_is_served_on_its_last_day(night_for):
    night = night_for(ADS.model_copy(update={"expires": TODAY}))
    assert shared_with(night).made


def test_without_an_edition_there_is_no_release(tmp_path):
    night = a_night(tmp_path, visitors(100))
    with pytest.raises(UsageError, match="weir disclose"):
        shared_with(night)


def test_days_without_an_edition_are_listed(night):
    shared = shared_with(night, days=(DAY, DAY + timedelta(1)))
    assert shared.release.missing_dates == (DAY + timedelta(1),)
    assert "2008-04-23" in (shared.path / "report.html").read_text()


def test_a_release_follows_the_edition_and_not_the_events(night_for):
    night = night_for(ADS)
    before = contents(shared_with(night).path)
    put_events(night, visitors(60))
    assert contents(shared_with(night).path) == before


def test_a_release_that_fails_halfway_leaves_nothing(night_for, monkeypatch):
    night = night_for(ADS)

    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(share_module, "render", full)
    with pytest.raises(OSError, match="no space"):
        shared_with(night)
    assert not (night.store.root / "shared").exists()
    assert list((night.store.root / "restricted" / "staged").iterdir()) == []


def test_the_report_asks_nothing_of_anybody_and_escapes_what_it_shows(tmp_path):
    bad = '<img src="https://example.com/x">'
    hits = [a_hit(v, campaign=bad, medium="banner") for v in range(100)]
    night = a_night(tmp_path, hits)
    disclose(night)
    page = (shared_with(night).path / "report.html").read_text()
    assert bad not in page
    assert "&lt;img" in page
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "").replace("https://example.com/x", "")


# ---- verify ----------------------------------------------------------------------------------


def public(night) -> Path:
    return Path(night.config.at(night.config.keys)) / "signing.pub.json"


def test_a_release_as_it_was_made_is_intact(night):
    report = verify(shared_with(night).path, public(night))
    assert report.ok
    assert not report.own_key


def test_a_changed_byte_in_any_file_is_named(night):
    directory = shared_with(night).path
    for place in sorted(directory.iterdir()):
        kept = place.read_bytes()
        middle = len(kept) // 2
        place.write_bytes(kept[:middle] + bytes([kept[middle] ^ 1]) + kept[middle + 1 :])
        report = verify(directory, public(night))
        place.write_bytes(kept)
        assert not report.ok, place.name
        assert place.name in {file.path for file in report.wrong}
        if not place.name.startswith("manifest"):
            assert [file.path for file in report.wrong] == [place.name]


def test_a_missing_file_is_named(night):
    directory = shared_with(night).path
    for place in sorted(directory.iterdir()):
        kept = place.read_bytes()
        place.unlink()
        report = verify(directory, public(night))
        place.write_bytes(kept)
        assert (place.name, "missing") in {(file.path, file.state) for file in report.wrong}


def test_a_file_that_was_put_beside_is_named(night):
    directory = shared_with(night).path
    place = directory / "people.csv"
    place.write_text("x")
    report = verify(directory, public(night))
    place.unlink()
    assert [(file.path, file.state) for file in report.wrong] == [("people.csv", "extra")]


def test_another_key_does_not_vouch_for_a_release(night, tmp_path):
    other = a_night(tmp_path)
    report = verify(shared_with(night).path, public(other))
    assert not report.ok
    assert "NOT known who signed" in report.verdict


def test_with_the_key_in_the_release_it_says_that_anybody_may_have_signed(night):
    report = verify(shared_with(night).path)
    assert report.ok
    assert "--public-key" in report.verdict


def everything(base):
    return {p: p.read_bytes() for p in base.rglob("*") if p.is_file()}


def test_a_dry_run_tells_the_release_that_is_made_afterwards_and_writes_nothing(night, tmp_path):
    days = (DAY - timedelta(1), DAY)
    before = everything(tmp_path)
    told = rehearse(night, "acme-ads", days, TODAY)
    assert everything(tmp_path) == before
    shared = shared_with(night, days=days)
    assert (told.path, told.there) == (shared.path, False)
    assert told.release.tables == shared.release.tables
    assert told.release.missing_dates == (DAY - timedelta(1),)
    assert told.release.editions == shared.release.editions
    assert rehearse(night, "acme-ads", days, TODAY).there


def test_a_dry_run_ends_as_the_sharing_would(night):
    with pytest.raises(UsageError, match="did you mean 'acme-ads'"):
        rehearse(night, "acme-adds", [DAY], TODAY)
    with pytest.raises(UsageError, match="no edition of"):
        rehearse(night, "acme-ads", [DAY - timedelta(1)], TODAY)
    (shared_with(night).path / "dictionary.json").write_text("{}")
    with pytest.raises(WallError, match=r"dictionary\.json \(changed\)"):
        rehearse(night, "acme-ads", [DAY], TODAY)


def test_the_command_tells_rows_columns_and_policies_and_then_shares_the_same(night, tmp_path):
    base = tmp_path / "night"
    settings = night.config.model_dump(mode="json", include={"sites", "sources"})
    policy = night.policy.model_dump(mode="json", exclude_defaults=True)
    (base / "own.yaml").write_text(yaml.safe_dump(policy))
    (base / "weir.yaml").write_text(yaml.safe_dump({**settings, "policy": "own.yaml"}))

    def said(*words):
        where = ["-c", str(base / "weir.yaml"), "-d", DAY.isoformat(), "-r", "acme-ads"]
        result = CliRunner().invoke(app, ["share", *where, *words])
        assert result.exit_code == 0, result.output
        return result.output

    entries = Ledger(night.ledger_path).entries()
    (told,) = json.loads(said("--dry-run", "--json"))["releases"]
    assert "traffic" in said("--dry-run") and "nothing was shared" in said("--dry-run")
    assert Ledger(night.ledger_path).entries() == entries
    assert not (night.store.root / "shared").exists()
    (path,) = json.loads(said("--json"))["releases"]
    assert path == told["path"]
    assert len(Ledger(night.ledger_path).entries()) == len(entries) + 1
    for table in told["tables"]:
        made = pq.read_table(f"{path}/{table['table']}.parquet")
        assert (made.num_rows, made.column_names) == (table["rows"], table["columns"])
