"""A noisy edition: paid for first, drawn once, the same for ever, and nothing exact beside it."""

import json
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import date

import pytest
from a_store import DAY, a_hit, a_night, a_policy, put_events, the_edition, visitors
from rich.console import Console

from weir.pipelines import noised
from weir.pipelines.budget import Drawing, Till
from weir.pipelines.disclose import Disclosed, disclose
from weir.pipelines.editions import edition_place, read_edition
from weir.pipelines.ledger import Ledger
from weir.pipelines.share import share
from weir.pipelines.summary import show_edition
from weir.schemas.errors import UsageError, WallError
from weir.schemas.policy import Budget, Disclosure
from weir.schemas.tables import read_tables
from weir.transforms.disclose.dp.accounting import Loss
from weir.transforms.disclose.dp.measure import measured
from weir.transforms.keys import public_key_path

RULES = {
    "hours": Disclosure(mode="dp", cells_per_unit=2, per_cell=5),
    "technology": Disclosure(mode="dp", cells_per_unit=1, per_cell=5),
    "demographics": Disclosure(mode="dp", cells_per_unit=1, per_cell=5),
}


def a_noisy_policy(epsilon=8.0, delta=1e-5, **rules):
    shipped = a_policy()
    changes = {"disclosure": shipped.disclosure | (rules or RULES)}
    return shipped.model_copy(update=changes | {"budget": Budget(epsilon=epsilon, delta=delta)})


HITS = [*visitors(400), *visitors(90, 400, browser="Opera"), a_hit(999, browser="Lynx", user=1)]


@pytest.fixture(scope="module", autouse=True)
def few_tables():
    """Editions of the noisy tables and no others: time goes into tables."""
    with pytest.MonkeyPatch.context() as patch:
        few = {name: spec for name, spec in read_tables().items() if name in RULES}
        patch.setattr("weir.pipelines.drafts.read_tables", lambda: few)
        yield


@pytest.fixture(scope="module")
def night(few_tables, tmp_path_factory):
    night = a_night(tmp_path_factory.mktemp("noisy"), HITS, policy=a_noisy_policy())
    disclose(night)
    return night


def the_manifest(night):
    return json.loads(edition_place(night.store, DAY).read_text())


def entry_of(night, table):
    return next(t for t in the_manifest(night)["tables"] if t["table"] == table)


def test_every_hour_has_a_number_and_its_interval_whether_anybody_came_or_not(night):
    rows = the_edition(night, "hours", by="hour")
    assert [row["hour"] for row in rows] == [f"{hour:02}" for hour in range(24)]
    assert len({row["visitors"] for row in rows}) > 3
    for row in rows:
        truth = 491 if row["hour"] == "12" else 0
        half_width = row["visitors_high"] - row["visitors"]
        assert row["visitors"] - row["visitors_low"] == half_width > 0
        assert abs(row["visitors"] - truth) < 6 * half_width


def test_a_name_of_many_passes_the_threshold_and_a_name_of_one_never(night):
    names = {row["browser"] for row in the_edition(night, "technology", by="browser")}
    assert names == {"(none)", "(other)", "Firefox", "Opera"}


def test_sums_add_up_but_for_rounding_and_people_are_not_made_to(night):
    (total,) = the_edition(night, "hours", by="total")
    rows = the_edition(night, "hours", by="hour")
    assert abs(sum(row["pageviews"] for row in rows) - total["pageviews"]) <= 12.5
    assert abs(total["pageviews"] - 491) < 6 * (total["pageviews_high"] - total["pageviews"])


def test_no_exact_count_stands_in_its_metadata(night):
    for table in RULES:
        entry = entry_of(night, table)
        assert (entry["suppressed"], entry["withheld"]) == (0, 0)
        assert not {"k", "rounding"} & set(entry["rule"])


def test_the_manifest_says_unit_epsilon_delta_and_what_a_month_comes_to(night):
    user, visitor = the_manifest(night)["spent"]
    assert (visitor["unit"], visitor["period"]) == ("visitor", "day")
    assert visitor["epsilon"] == pytest.approx(8, abs=1e-4)
    assert visitor["month"]["added_epsilon"] == pytest.approx(240, abs=1e-2)
    assert 8 < visitor["month"]["epsilon"] < 120
    assert (user["unit"], user["period"]) == ("user", "month")
    assert user["month"]["epsilon"] == user["epsilon"] == pytest.approx(8, abs=1e-4)


def test_the_budget_is_charged_before_anything_is_drawn(tmp_path, monkeypatch):
    night = a_night(tmp_path, HITS, policy=a_noisy_policy(hours=RULES["hours"]))
    charged = []

    def watched(*given):
        charged.extend(Ledger(night.ledger_path).entries("budget"))
        return measured(*given)

    monkeypatch.setattr(noised, "measured", watched)
    disclose(night)
    (charge,) = charged
    assert charge.facts["losses"]["visitor"]["rho"] > 0
    assert charge.subject == "2008-04-22 www hours numbers"


class Stopped(BaseException):
    """As when somebody ends the run."""


def stop(*_):
    raise Stopped


def test_a_run_stopped_after_drawing_publishes_the_same_numbers_later(tmp_path, monkeypatch):
    night = a_night(tmp_path, HITS, policy=a_noisy_policy(hours=RULES["hours"]))
    with monkeypatch.context() as patch:
        patch.setattr("weir.pipelines.disclose.write_edition", stop)
        with pytest.raises(Stopped):
            disclose(night)
    (kept,) = (night.store.root / "internal" / "noise").rglob("*.parquet")
    before = kept.read_bytes()
    put_events(night, visitors(3))
    disclose(night)
    (total,) = the_edition(night, "hours", by="total")
    assert total["visitors"] > 300, "late input does not draw anew"
    assert kept.read_bytes() == before


def test_a_run_stopped_while_drawing_is_never_drawn_again(tmp_path, monkeypatch):
    night = a_night(tmp_path, HITS, policy=a_noisy_policy())
    with monkeypatch.context() as patch:
        patch.setattr(noised, "measured", stop)
        with pytest.raises(Stopped):
            disclose(night)
    with pytest.raises(UsageError, match="noise is never drawn twice; --accept-incomplete"):
        disclose(night)
    assert not edition_place(night.store, DAY).exists()
    disclose(night, accept_incomplete=True)
    edition = the_manifest(night)
    assert edition["incomplete"] == ["www demographics: its noise was charged and lost"]
    assert {"hours", "technology"} <= {t["table"] for t in edition["tables"]} - {"demographics"}


def test_a_release_of_noisy_tables_says_what_was_spent_and_claims_no_crowd(night):
    made = share(
        night.store, night.policy, night.stamp, night.keyring("signing"), "acme-ads", [DAY],
        today=date(2008, 4, 23),
    )  # fmt: skip
    tables = {table.table: table for table in made.release.tables}
    assert set(tables) == {"demographics", "technology"}
    (noise,) = tables["technology"].noise
    assert noise.mechanism == "discrete Gaussian"
    assert noise.spent[0].epsilon < 8
    assert {"visitors", "visitors_low", "visitors_high"} <= {
        column.name for column in tables["technology"].columns if column.kind == "measure"
    }
    page = (made.path / "report.html").read_text()
    assert "every number has random noise" in page
    assert "A row needs at least" not in page
    assert (
        "**Numbers of demographics, technology have random noise**"
        in (made.path / "README.md").read_text()
    )


def test_the_terminal_says_what_noise_costs_and_which_tables_are_too_small(night, capsys):
    told = Disclosed(read_edition_of(night), made=True).to_json()
    for entry in told["tables"]:
        entry["noise"]["usable"] = entry["table"] != "hours"
    show_edition(Console(width=90), told)
    shown = capsys.readouterr().out
    assert "all of a site together: ε 8 of a visitor's day, δ 1e-05; 30 days ε " in shown
    assert "too small for their budget: hours\n" in shown


def read_edition_of(night):
    edition = read_edition(night.store, DAY, public_key_path(night.keyring("signing").path))
    assert edition is not None
    return edition


def a_till(tmp_path, **losses):
    night = a_night(tmp_path)
    return Till(Ledger(night.ledger_path), night.store, {"visitor": Loss(rho=1.0), **losses})


DRAWING = Drawing("www", "hours", DAY, "numbers")
COST = {"visitor": Loss(rho=0.6)}


def some_noise():
    return noised._NAMED.empty_table()


def test_of_many_that_draw_at_once_one_does(tmp_path):
    till, drawn = a_till(tmp_path), []
    ready = threading.Barrier(4)

    def run(_):
        ready.wait()
        with suppress(UsageError):
            till.once(DRAWING, COST, lambda: drawn.append(1) or some_noise())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    assert len(drawn) == 1
    assert len(till.ledger.entries("budget")) == 1


def test_of_many_that_would_be_first_in_the_ledger_one_is(tmp_path):
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.record("run", "before")
    later = iter((0.2, 0.4, 0.6, 0.8))

    def first(_):
        with suppress(UsageError):
            return ledger.record_first("budget", "x", "", lambda there: time.sleep(next(later)))
        return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(first, range(4))) == 1


def test_a_budget_that_does_not_reach_stops_before_the_draw(tmp_path):
    till = a_till(tmp_path, user=Loss(rho=1.0))
    other = Drawing("www", "traffic", DAY, "numbers")
    till.once(DRAWING, COST, some_noise)
    with pytest.raises(UsageError, match="budget of a visitor for 2008-04-22 does not reach"):
        till.once(other, COST, stop)
    next_day = Drawing("www", "hours", date(2008, 4, 23), "numbers")
    till.once(next_day, COST, some_noise)
    till.once(Drawing("shop", "hours", DAY, "numbers"), COST, some_noise)
    till.once(Drawing("www", "users", DAY, "numbers"), {"user": Loss(rho=0.6)}, some_noise)
    with pytest.raises(UsageError, match="budget of a user for 2008-04 does not reach"):
        till.once(
            Drawing("www", "more", date(2008, 4, 9), "numbers"), {"user": Loss(rho=0.6)}, stop
        )


def test_kept_noise_that_was_changed_is_refused(tmp_path):
    till = a_till(tmp_path)
    till.once(DRAWING, COST, some_noise)
    (kept,) = (till.store.root / "internal" / "noise").rglob("*.parquet")
    kept.chmod(0o600)
    kept.write_bytes(b"0")
    with pytest.raises(WallError, match="kept noise that is gone or changed"):
        till.once(DRAWING, COST, stop)


def test_a_table_changes_its_mode_only_with_the_month(tmp_path):
    night = a_night(tmp_path, HITS, policy=a_policy())
    disclose(night)
    later = a_night(tmp_path, HITS, policy=a_noisy_policy(), day=date(2008, 4, 23))
    with pytest.raises(UsageError, match=r"disclosure\.\w+\.mode: the edition of 2008-04-22"):
        disclose(later)
    disclose(a_night(tmp_path, HITS, policy=a_noisy_policy(), day=date(2008, 5, 1)))


def test_a_ledger_of_an_earlier_layout_takes_budgets(tmp_path):
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.record("edition", "2008-04-22", sha256="0")
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as con:
        sql = con.execute("SELECT sql FROM sqlite_master WHERE name = 'entries'").fetchone()[0]
        con.execute("PRAGMA writable_schema = ON")
        con.execute(
            "UPDATE sqlite_master SET sql = ? WHERE name = 'entries'",
            (sql.replace(", 'budget', 'noise'", ""),),
        )
    assert ledger.record_first("budget", "x", "", lambda there: None, site="www")
    assert not ledger.record_first("budget", "x", "", stop, site="www")
    assert ledger.verify() == 2
    with (
        closing(sqlite3.connect(ledger.path, isolation_level=None)) as con,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        con.execute("DELETE FROM entries")
