"""`weir audit` and detection's strict mode: what that alone closes is unclear, or a find."""

import json
from pathlib import Path

import test_audit
from rich.console import Console
from test_audit import EVENTS, in_a_release, looked, places, rewrite, the_file, with_cell
from typer.testing import CliRunner

from weir.pipelines.audit import audit
from weir.pipelines.cli import app
from weir.schemas import policy as policy_module
from weir.schemas.config import Detection

published, store = test_audit.published, test_audit.store  # fixtures


def test_what_strict_alone_closes_is_listed_as_unclear_and_ends_with_0(store):
    for pattern, path in (
        ("editions/www/pages/*.parquet", "/a/Kq8vX2mZ9pLr4TnB"),
        (EVENTS, "/q/tawhiri-ngata"),
    ):
        rewrite(the_file(store, pattern), with_cell("path", path))
    done = looked(store)
    assert done.clean
    assert {(f.where.dataset, f.where.column, f.kind) for f in done.finds} == UNCLEAR
    strict = looked(store, strict=True)
    assert not strict.clean
    assert {(f.where.dataset, f.where.column, f.kind) for f in strict.sure} == UNCLEAR
    assert len(strict.finds) == len(strict.sure)
    run = CliRunner().invoke
    assert run(app, ["audit", str(store), "--quiet"]).exit_code == 0
    assert run(app, ["audit", str(store), "--quiet", "--strict"]).exit_code == 3


UNCLEAR = {("www/pages", "path", "secret"), ("events", "path", "name")}


def test_so_it_is_without_strict_where_the_configuration_or_its_policy_detects_so(store, tmp_path):
    rewrite(the_file(store, EVENTS), with_cell("path", "/q/tawhiri-ngata"))
    strict = Detection(mode="strict")
    assert not audit(str(store), strict, None, False, Console(quiet=True)).clean
    text = (
        "sites: [{name: www, host: www.example.com}]\npolicy: POLICY\n"
        "sources: [{name: web, kind: log, site: www, path: 'a-{date}'}]\n"
    )
    shipped = Path(policy_module.__file__).parent / "policies" / "strict.yaml"
    own = shipped.read_text().replace("detection: {mode: balanced}", "detection: {mode: strict}")
    (tmp_path / "ours.yaml").write_text(own)
    for policy, code in (("strict", 0), ("ours.yaml", 3)):
        (tmp_path / "weir.yaml").write_text(text.replace("POLICY", policy))
        asked = ["audit", str(store), "--config", str(tmp_path / "weir.yaml"), "--quiet"]
        assert CliRunner().invoke(app, asked).exit_code == code


def test_what_weir_writes_itself_is_no_find_of_strict_either(store):
    assert looked(store, strict=True).finds == []


def test_but_what_is_planted_in_the_same_places_is(store):
    page = next(store.glob("shared/*/*/report.html"))
    text = page.read_text()
    assert "<title>22 April 2008 · release for acme-ads" in text
    text = text.replace("release for acme-ads", "release for Kq8vX2mZ9pLr4TnB", 1)
    text = text.replace("</svg>", '<path d="M1,2Kq8vX2mZ9pLr4TnB"/></svg>', 1)
    page.write_text(text)
    manifest = next(store.glob("internal/events/*-22.json"))
    stated = json.loads(manifest.read_text())
    stated["facts"] = {"noted": 4712093, "rows": 4712093, "before": 239591351}
    manifest.write_text(json.dumps(stated))
    in_a_release("more.csv", "visitors;remarked\n471209312;471209312\n")(store)
    in_a_release("Kq8vX2mZ9pLr4TnB.csv", "visitors\n1\n")(store)
    found = {(f.where.column, f.kind) for f in looked(store, strict=True).finds}
    assert found == {
        ("title", "secret"), ("d", "secret"), ("noted", "id"), ("remarked", "id"),
        ("(file name)", "secret"),
    }  # fmt: skip


def test_what_is_unclear_is_a_find_only_under_strict(store):
    rewrite(the_file(store, EVENTS), with_cell("path", "/x/283-4471"))
    done = looked(store)
    assert done.clean
    assert [f.kind for f in done.finds] == ["phone"]
    assert ("internal", "path", "phone", "LocalPhone") in places(looked(store, strict=True))
