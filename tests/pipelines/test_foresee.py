"""A dry run of an edition tells what is made afterwards, and nothing of it leaves the house."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import yaml
from a_store import DAY, a_hit, a_night, a_policy, few_tables, visitors
from rich.console import Console
from typer.testing import CliRunner

from weir.pipelines import drafts, noised, progress
from weir.pipelines.cli import app
from weir.pipelines.disclose import disclose
from weir.pipelines.foresee import foresee, show_foreseen
from weir.pipelines.ledger import Ledger
from weir.pipelines.nightly import disclose_only
from weir.pipelines.report.inside import last_runs
from weir.pipelines.share import share
from weir.schemas.errors import UsageError, WallError
from weir.schemas.policy import Budget, Disclosure

QUIET = Console(quiet=True)
GREEDY = 9
BYTES = 123_456_789
NOON = datetime(2008, 4, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True, scope="module")
def _few_tables():
    with few_tables("traffic", "technology", "pages"):
        yield


def hits():
    """Small browsers, pages without a crowd of people or of networks, and one who takes a lot."""
    return [
        *visitors(300),
        *visitors(90, 300, browser="Opera"),
        *visitors(7, 400, browser="Lynx"),
        *visitors(20, 500, path="/books/rare"),
        *(a_hit(600 + i, path="/books/forged", net=i % 9) for i in range(60)),
        *(
            a_hit(
                1, path=f"/books/a{page}", size_bytes=BYTES, seen_at=NOON + timedelta(minutes=page)
            )
            for page in range(GREEDY)
        ),
    ]


def a_bounded_policy(**rules):
    shipped = a_policy()
    pages = shipped.rule("pages").model_copy(update={"cells_per_unit": 5})
    return shipped.model_copy(update={"disclosure": shipped.disclosure | {"pages": pages} | rules})


DP = {"technology": Disclosure(mode="dp", cells_per_unit=1, per_cell=5)}


def a_noisy_policy():
    return a_bounded_policy(**DP).model_copy(update={"budget": Budget(epsilon=8, delta=1e-5)})


@pytest.fixture
def night(tmp_path):
    return a_night(tmp_path, hits(), policy=a_bounded_policy())


def everything(base):
    return {p: p.read_bytes() for p in base.rglob("*") if p.is_file()}


def of(told, table):
    return next(entry for entry in told["tables"] if entry["table"] == table)


def test_it_tells_the_edition_that_is_made_afterwards_and_writes_nothing(night, tmp_path):
    before = everything(tmp_path)
    foreseen = foresee(night, QUIET)
    after = everything(tmp_path)
    assert after.pop(tmp_path / "store" / "runs" / f"{DAY}.lock") == b""
    assert after == before
    made = disclose(night).to_json()
    assert not foreseen["there"] and made["made"]
    assert foreseen["tables"] == made["tables"]


def test_what_the_rules_took_is_all_that_is_not_there(night):
    for entry in foresee(night, QUIET)["tables"]:
        inside = entry["inside"]
        assert sum(inside["suppressed_by"].values()) == entry["suppressed"]
        assert sum(inside["withheld_by"].values()) == entry["withheld"]
        assert inside["cells"] == entry["rows"] + entry["suppressed"]
    assert of(foresee(night, QUIET), "technology")["inside"]["suppressed_by"].keys() == {
        "small", "beside"
    }  # fmt: skip


def test_values_without_a_crowd_are_counted_by_what_they_lack(night):
    unnamed = of(foresee(night, QUIET), "pages")["inside"]["unnamed"]
    assert unnamed["path"]["networks"] == 1
    assert unnamed["path"]["small"] in (5, 6), "the rare one, and what bounds leave of the greedy's"


def test_what_bounding_cost_is_counted_by_table(night):
    (bounds,) = of(foresee(night, QUIET), "pages")["inside"]["bounds"]
    assert (bounds["unit"], bounds["bounded"]) == ("visitor", 1)
    assert bounds["cells"]["cut"] == GREEDY + 1 - 5, "the greedy one's pages, less five"
    (bounds, _) = of(foresee(night, QUIET), "traffic")["inside"]["bounds"]
    bytes_ = bounds["measures"]["bytes"]
    assert bytes_["before"] - bytes_["after"] > GREEDY * BYTES - 50_000_000
    assert bytes_["share"] > 0.9


def test_of_an_edition_that_is_there_it_says_so_and_nothing_new(night, tmp_path):
    disclose(night)
    before = everything(tmp_path)
    foreseen = foresee(night, QUIET)
    assert foreseen["there"]
    assert not any("inside" in entry for entry in foreseen["tables"])
    assert "made before and frozen" in said_of(foreseen)
    after = everything(tmp_path)
    assert {p: d for p, d in after.items() if "ledger.sqlite-" not in p.name} == {
        p: d for p, d in before.items() if "ledger.sqlite-" not in p.name
    }


def test_it_ends_as_the_disclosing_would(tmp_path):
    with pytest.raises(UsageError, match="weir ingest"):
        foresee(a_night(tmp_path / "none"), QUIET)
    assert not (tmp_path / "none" / "store" / "runs").exists()
    lacking = a_night(tmp_path / "lacking", visitors(100), incomplete=("in/a: truncated",))
    with pytest.raises(UsageError, match="--accept-incomplete"):
        foresee(lacking, QUIET)
    assert "in/a: truncated" in foresee(lacking, QUIET, accept_incomplete=True)["notes"]


def test_where_every_table_would_be_withheld_it_says_so_as_disclose_does(night, monkeypatch):
    monkeypatch.setattr(drafts, "settle", lambda found, _: [draft.refuse() for draft in found])
    with pytest.raises(WallError, match="in no table"):
        foresee(night, QUIET)


def test_no_noise_is_drawn_and_the_month_is_told_before_and_after(tmp_path, monkeypatch):
    night = a_night(tmp_path, hits(), policy=a_noisy_policy())
    with monkeypatch.context() as patched:
        patched.setattr(noised, "measured", drawn_all_the_same)
        patched.setattr(noised, "named_values", drawn_all_the_same)
        first = foresee(night, QUIET)
    assert not night.ledger_path.exists()
    assert of(first, "technology")["noise"]["spent"][0]["unit"] == "visitor"
    assert not of(first, "technology")["noise"]["paid"]
    (budget,) = first["budget"]
    assert budget["before"] == {"dates": 0, "epsilon": 0.0, "delta": 0.0}
    assert budget["after"]["epsilon"] == pytest.approx(8, abs=1e-4)
    assert budget["after"]["delta"] == pytest.approx(1e-5)
    made = disclose(night)
    assert made.edition.spent[0].epsilon == pytest.approx(budget["after"]["epsilon"], abs=1e-5)
    later = a_night(tmp_path, hits(), policy=a_noisy_policy(), day=DAY + timedelta(1))
    (budget,) = foresee(later, QUIET)["budget"]
    assert (budget["before"]["dates"], budget["after"]["dates"]) == (1, 2)
    month = made.edition.spent[0].month
    assert 8 < budget["after"]["epsilon"] < month.epsilon


def drawn_all_the_same(*_, **__):
    raise AssertionError("noise was drawn")


def test_what_was_paid_for_before_is_not_spent_again(tmp_path, monkeypatch):
    night = a_night(tmp_path, hits(), policy=a_noisy_policy())
    with monkeypatch.context() as patched:
        patched.setattr("weir.pipelines.disclose.write_edition", drawn_all_the_same)
        with pytest.raises(AssertionError):
            disclose(night)
    foreseen = foresee(night, QUIET)
    assert of(foreseen, "technology")["noise"]["paid"]
    (budget,) = foreseen["budget"]
    assert budget["before"] == budget["after"]
    assert budget["after"]["dates"] == 1


def test_a_budget_that_does_not_reach_is_told_as_disclose_tells_it(tmp_path):
    night = a_night(tmp_path, hits(), policy=a_noisy_policy())
    Ledger(night.ledger_path).record(
        "budget", f"{DAY} www traffic numbers", site="www", table="traffic", date=str(DAY),
        step="numbers", losses={"visitor": {"epsilon": 0, "rho": 100.0, "delta": 0}},
    )  # fmt: skip
    with pytest.raises(UsageError, match="does not reach") as told:
        foresee(night, QUIET)
    with pytest.raises(UsageError, match="does not reach") as ended:
        disclose(night)
    assert str(told.value) == str(ended.value)


WORDS = ("inside", "suppressed_by", "withheld_by", "unnamed", "bounded", "before", "deeper")


def test_nothing_of_it_is_in_an_edition_or_a_release(night, tmp_path):
    disclose_only(night, QUIET, accept_incomplete=False)
    shared = share(
        night.store, night.policy, night.stamp, night.keyring("signing"), "acme-ads", [DAY],
        software=night.software, today=DAY,
    )  # fmt: skip
    (bounds, _) = of(disclose_facts(night), "traffic")["inside"]["bounds"]
    cut = str(bounds["measures"]["bytes"]["before"])
    files = [*(night.store.root / "editions").rglob("*"), *shared.path.rglob("*")]
    assert files
    for path in filter(lambda one: one.is_file(), files):
        data = path.read_bytes()
        assert cut.encode() not in data, path
        if path.suffix == ".json" and path.name != "release.schema.json":
            assert not {f'"{word}"' for word in WORDS if f'"{word}"'.encode() in data}, path


def disclose_facts(night):
    (place,) = (night.store.root / "runs").glob("*.json")
    return json.loads(place.read_bytes())["edition"]


def test_it_is_kept_with_the_runs_and_stands_on_the_internal_page(night):
    edition = disclose_only(night, QUIET, accept_incomplete=False)
    assert disclose_facts(night) == edition
    again = disclose_only(night, QUIET, accept_incomplete=False)
    assert not again["made"]
    assert disclose_facts(night) == edition, "an edition that was there leaves no record"
    assert [entry.facts["step"] for entry in Ledger(night.ledger_path).entries("run")] == [
        "disclose"
    ]
    night_after = {"date": str(DAY), "files": [{"path": "a"}], "edition": again}
    (night.store.root / "runs" / "30000101T000000-0.json").write_text(json.dumps(night_after))
    (run,) = last_runs(night.store, [DAY])
    assert run.facts == night_after
    assert run.edition == edition, "what it took only the run knows that made it"


def said_of(foreseen, width=80):
    out = StringIO()
    show_foreseen(Console(file=out, width=width), foreseen)
    return out.getvalue()


def test_a_person_reads_it_at_eighty_columns(night, tmp_path):
    noisy = a_night(tmp_path / "noisy", hits(), policy=a_noisy_policy())
    text = said_of(foresee(night, QUIET)) + said_of(foresee(noisy, QUIET))
    assert max(map(len, text.splitlines())) <= 80, text
    for word in ("as it would be", "under k", "of too few networks", "Cut by bounds", "0 → 1",
                 "nothing was drawn"):  # fmt: skip
        assert word in text


def test_the_command_tells_each_date_and_makes_nothing(night, tmp_path):
    a_night(tmp_path, hits(), policy=a_bounded_policy(), day=DAY + timedelta(1))
    settings = night.config.model_dump(mode="json", include={"sites", "sources"})
    policy = night.policy.model_dump(mode="json", exclude_defaults=True)
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(policy))
    engine = {"runner": "FnApiRunner"}
    (tmp_path / "weir.yaml").write_text(
        yaml.safe_dump({**settings, "policy": "own.yaml", "engine": engine})
    )

    def said(*words, code=0):
        result = CliRunner().invoke(
            app, ["disclose", "-c", str(tmp_path / "weir.yaml"), "--dry-run", *words]
        )
        assert result.exit_code == code, result.output
        return result.stdout

    last = DAY + timedelta(1)
    lines = said("--from", str(DAY), "--to", str(last), "--json").splitlines()
    told = [json.loads(line) for line in lines]
    assert [(one["dry_run"], one["date"]) for one in told] == [
        (True, str(DAY)), (True, str(last))
    ]  # fmt: skip
    assert "as it would be" in said("-d", str(DAY))
    assert said("-d", str(DAY), "--quiet") == ""
    said("-d", str(DAY + timedelta(5)), code=2)
    assert not (night.store.root / "editions").exists()
    assert not night.ledger_path.exists()


def test_progress_is_shown_step_by_step_and_comes_to_its_end(night, monkeypatch):
    seen = []

    class Watched:
        def __init__(self, console, label, marks, total, what="rows"):
            self.said = label, marks, total, what

        def __enter__(self):
            return None

        def __exit__(self, *_):
            label, marks, total, what = self.said
            lines, size = marks.total()
            seen.append((label, lines, what, size == total > 0))

    monkeypatch.setattr(drafts, "watch", Watched)
    monkeypatch.setattr(drafts, "ROWS_TOGETHER", 100)
    rows = len(hits())
    foresee(night, QUIET)
    assert [one[0] for one in seen] == ["crowds", "margins", "tables"]
    assert seen[0][1:3] == seen[1][1:3] == (rows, "rows")
    assert seen[2][2] == "numbers"
    assert all(one[3] for one in seen)


def test_off_a_terminal_progress_is_plain_lines_and_quiet_says_nothing(night, monkeypatch):
    monkeypatch.setattr(progress, "PLAIN_SECONDS", 0.001)
    out, none = StringIO(), StringIO()
    foresee(night, Console(file=out, width=80))
    foresee(night, Console(file=none, quiet=True))
    assert "crowds: " in out.getvalue() and "rows, " in out.getvalue()
    assert "\x1b" not in out.getvalue()
    assert none.getvalue() == ""
