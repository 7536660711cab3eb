"""Several dates, and dates that are not over."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml

from tests.e2e.small import a_line, a_place, lines
from weir.pipelines import drafts
from weir.schemas.policy import Policy
from weir.schemas.tables import read_tables


def test_a_date_that_fails_does_not_stop_the_next_and_the_worst_code_counts(tmp_path: Path) -> None:
    place = a_place(tmp_path / "p", lines(), "access-2008-04-22.log")
    place.weir("ingest", "-c", str(place.config), "--from", "2008-04-21", "--to", "2008-04-23",
               "--quiet", code=2)  # fmt: skip
    assert "access-2008-04-21" in str(place.said)
    assert "access-2008-04-23" in str(place.said)
    assert (place.store / "internal" / "events" / "2008-04-22.json").exists()


def test_a_day_that_is_not_over_gets_tables_but_no_edition(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    text = "".join(a_line(n, at=now) for n in range(200))
    place = a_place(tmp_path / "p", text, f"access-{now:%Y-%m-%d}.log")
    told = place.weir("run", "-c", str(place.config), "-d", f"{now:%Y-%m-%d}", "--json", code=1)
    night = json.loads(told)
    assert night["tables"]["traffic"] == 1
    assert (night["edition"], night["releases"]) == (None, [])
    assert "is not over in UTC" in night["withheld"]
    assert "run it when it is; tables were made, from what is there" in str(place.said)


def test_one_end_of_several_dates_is_asked_for(tmp_path: Path) -> None:
    place = a_place(tmp_path / "p")
    for option in ("--from", "--to"):
        place.weir("ingest", "-c", str(place.config), option, "2008-04-22", code=2)
        assert "go together" in str(place.said)


def test_a_date_that_lacks_one_of_its_files_is_incomplete(tmp_path: Path) -> None:
    place = a_place(tmp_path / "p")
    settings = place.config.read_text()
    both = settings.replace("in/access-{date}*", "in/access-{date}*|in/access-{date+1}*")
    assert both != settings
    place.config.write_text(both)
    place.weir("run", "-c", str(place.config), "-d", "2008-04-22", "--quiet", code=1)
    assert "no file matches" in str(place.said) and "access-2008-04-23" in str(place.said)
    assert not (place.store / "editions").exists()
    (place.root / "in" / "access-2008-04-23.log").write_text("")
    place.weir("run", "-c", str(place.config), "-d", "2008-04-22", "--quiet")


def test_a_run_may_end_before_the_edition(tmp_path: Path) -> None:
    place = a_place(tmp_path / "p")
    place.weir("run", "-c", str(place.config), "-d", "2008-04-22", "--until", "aggregate")
    assert not (place.store / "editions").exists()
    assert "Left: nothing" in str(place.said)


def test_a_night_says_who_expired_and_knows_no_recipient_of_another_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {"traffic": read_tables()["traffic"]}
    monkeypatch.setattr(drafts, "read_tables", lambda: few)  # of a whole edition it takes seconds
    place = a_place(tmp_path / "p")
    policy = Policy.read("strict", tmp_path)
    place.config.write_text(place.config.read_text() + "policy: own.yaml\n")

    def serve(**changes: object) -> tuple[str, ...]:
        ads = policy.recipients[0].model_copy(update=changes)
        own = policy.model_copy(update={"recipients": (ads,)})
        text = yaml.safe_dump(own.model_dump(mode="json", exclude_defaults=True))
        (place.root / "own.yaml").write_text(text)
        return ("-c", str(place.config), "-d", "2008-04-22")

    expired = "acme-ads: expired on 2008-01-01; nothing was shared"
    once = serve(expires=date(2008, 1, 1))
    told = place.weir("run", *once)
    assert f"\n  {expired}\n" in told.partition("\nLeft\n")[2]
    assert json.loads(place.weir("share", *once, "--json"))["passed_over"] == [expired]
    assert f"\nweir: {expired}\n" in str(place.said).replace("\\n", "\n")
    assert f"{expired}\n" in place.weir("share", *once, "--dry-run")
    place.weir("share", *serve(sites=("ww",)), code=2)
    assert "recipients[0].sites: no such site 'ww'; did you mean 'www'?" in str(place.said)
    assert not (place.store / "shared").exists()


def test_a_reader_who_has_seen_enough_is_no_failure(tmp_path: Path) -> None:
    import subprocess

    from tests.e2e.sample import WEIR

    place = a_place(tmp_path / "p")
    place.weir("run", "-c", str(place.config), "-d", "2008-04-22", "--until", "aggregate")
    command = f'{WEIR} sql "SELECT * FROM range(200000)" -f csv -c {place.config} | head -1'
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.stdout == '"range"\n'
    assert "failed" not in done.stderr
