"""Rows add up, or the night fails."""

from collections import Counter
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from weir.pipelines.sums import (
    file_counts,
    other_dates,
    other_hosts,
    refuse_missing,
    refuse_unwritten,
    rejects,
    total,
    undeclared,
)
from weir.schemas.config import Config
from weir.schemas.errors import WeirError
from weir.schemas.outcome import Outcome


def an_outcome(index: int = 0, **changes: Any) -> Outcome:
    return Outcome(split=f"web:a.log:{index}", source="web", path="a.log", index=index, **changes)


def test_splits_of_a_file_are_one_file() -> None:
    (file,) = file_counts(
        [
            an_outcome(0, lines=10, kept=8, quarantined=Counter(bad_time=2)),
            an_outcome(1, lines=5, kept=1, filtered=Counter(other_date=4)),
        ]
    )
    assert (file.read, file.kept, file.quarantined, file.filtered) == (
        15, 9, {"bad_time": 2}, {"other_date": 4},
    )  # fmt: skip


def test_of_lines_of_other_dates_the_first_and_the_last_is_told_by_source() -> None:
    outcomes = [an_outcome(number) for number in range(3)]
    outcomes[0].note_dates([date(2015, 5, 17)])
    for block in ((16, 18), (17,), (20, 20)):
        outcomes[1].note_dates(date(2015, 5, day) for day in block)
    assert [one.other_dates for one in outcomes] == [
        ["2015-05-17"], ["2015-05-16", "2015-05-20"], [],
    ]  # fmt: skip
    assert other_dates(outcomes) == {"web": "2015-05-16 to 2015-05-20"}
    assert other_dates(outcomes[:1]) == {"web": "2015-05-17"}
    assert other_dates(outcomes[2:]) == {}


@pytest.mark.parametrize("kept", [7, 9])
def test_a_lost_or_doubled_row_fails_the_night(kept: int) -> None:
    with pytest.raises(WeirError, match=r"rows do not add up.*\n?.*a\.log"):
        file_counts([an_outcome(lines=10, kept=kept, quarantined=Counter(bad_time=2))])


@pytest.mark.parametrize("came", [["web:a.log:0"], ["web:a.log:0", "web:a.log:1", "web:a.log:1"]])
def test_a_lost_or_doubled_split_fails_the_night(came: list[str]) -> None:
    outcomes = [an_outcome(int(name[-1])) for name in came]
    with pytest.raises(WeirError, match=r"lost or doubled.*web:a\.log:1"):
        refuse_missing(outcomes, ["web:a.log:0", "web:a.log:1"])
    refuse_missing([an_outcome(0), an_outcome(1)], ["web:a.log:0", "web:a.log:1"])


def test_refused_lines_that_were_not_kept_fail_the_night() -> None:
    outcome = an_outcome(lines=3, quarantined=Counter(bad_time=3))
    with pytest.raises(WeirError, match="refused 3 lines but kept 0"):
        refuse_unwritten([outcome], {})


def test_a_rejected_line_is_told_by_its_number_in_the_file() -> None:
    found = rejects([an_outcome(1, lines=5, rejects=[(2, "nul_byte")]), an_outcome(0, lines=10)])
    assert [(r.path, r.line, r.reason) for r in found] == [("a.log", 13, "nul_byte")]


def test_counters_are_summed_over_splits() -> None:
    parts = [an_outcome(0, replaced=Counter(email=2)), an_outcome(1, replaced=Counter(email=1))]
    assert total(parts, "replaced") == {"email": 3}


def test_a_parameters_name_is_told_when_enough_visitors_sent_it_and_the_proof_agrees() -> None:
    names = ["q", "q", "q", "jane", "jane", "rare", "rare", "q"]
    visitors = [bytes([n % 3]) * 16 for n in (0, 1, 2, 0, 1, 0, 0, 0)]
    sent = pa.table({"name": names, "visitor": pa.array(visitors, pa.binary(16))})
    assert undeclared(sent, (), 2) == (["jane", "q"], 1)
    assert undeclared(sent, {"jane"}, 2) == (["q"], 2)
    assert undeclared(sent, (), 3) == (["q"], 2)


def test_an_outcome_travels_as_json() -> None:
    import json

    outcome = an_outcome(lines=3, kept=3, bases=Counter(cookie=3), files={"events": []})
    assert Outcome.from_json(json.loads(json.dumps(outcome.to_json()))) == outcome


def test_a_log_of_one_site_that_names_another_host_is_told() -> None:
    config = Config.model_validate(
        {
            "sites": [{"name": "www", "host": "www.example.com"}],
            "sources": [
                {"name": "web", "kind": "log", "site": "www", "path": "in/a"},
                {"name": "all", "kind": "log", "path": "in/b"},
            ],
        }
    )
    some = [an_outcome(0, kept=90), an_outcome(1, kept=10, elsewhere=6)]
    (told,) = other_hosts(some, config, most=False)
    assert told.startswith("web: 6 lines name a host that is not www's (www.example.com)")
    assert other_hosts(some, config, most=True) == []
    nearly_all = [an_outcome(0, kept=100, elsewhere=91)]
    assert len(other_hosts(nearly_all, config, most=True)) == 1
    assert other_hosts(nearly_all, config, most=False) == []
    few = [an_outcome(0, kept=100, elsewhere=5)]
    assert other_hosts(few, config, most=True) == other_hosts(few, config, most=False) == []
