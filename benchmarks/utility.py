"""What an edition is worth, table by table: by k, and by ε; of a large site, and of the sample.

The events are those of made_site.py, or with --sample those of a night on sample_data; counted,
suppressed, attacked and noised they are as a night would. By k, over all sites: the finest rows
that are published (`(other)` is one), the people in them, and by how much rounding changes half of
these rows, or less. By ε: how far off the row is, on average, that half of the visitors are in rows
as good as or better, in the table's worst margin by one dimension.

usage: python -m benchmarks.utility [--sample | --visitors N] [--k N …] [--epsilon E …]
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from rich.console import Console
from rich.table import Table
from tests.pipelines.a_store import a_night, a_policy, attest_events, few_tables, put_tables

from benchmarks.made_site import DAY, site
from weir.pipelines.begin import begin
from weir.pipelines.disclose import KEYS, make
from weir.pipelines.drafts import drafted
from weir.pipelines.night import Night
from weir.pipelines.nightly import ingest_only
from weir.schemas.config import Config
from weir.schemas.policy import Budget, Disclosure, Policy
from weir.transforms.disclose.edition import Draft
from weir.transforms.disclose.suppress import rounded
from weir.transforms.disclose.toll import left_of

DELTA = 1e-6
NOISY = {
    "traffic": Disclosure(
        mode="dp", cells_per_unit=1, per_cell=20,
        bounds={"bytes": 2_000_000, "hits": 200, "duration_s": 3_600},
    ),
    "hours": Disclosure(
        mode="dp", cells_per_unit=3, per_cell=10, bounds={"bytes": 1_000_000, "hits": 100}
    ),
    "demographics": Disclosure(
        mode="dp", weight=2, cells_per_unit=1, per_cell=20,
        bounds={"hits": 100, "duration_s": 3_600},
    ),
    "technology": Disclosure(mode="dp", cells_per_unit=1, per_cell=20),
    "referrers": Disclosure(mode="dp", cells_per_unit=2, per_cell=10),
}  # fmt: skip
"""The policy of docs/disclosure-dp.md."""


Opened = Callable[[Path, Policy], Night]
"""A night under a policy, in a directory of its own; its events are there."""


def of_the_made_site(made: tuple[pa.Table, pa.Table]) -> Opened:
    """Nights whose events are the made ones."""

    def opened(place: Path, policy: Policy) -> Night:
        found = a_night(place, policy=policy, day=DAY)
        put_tables(found, *made)
        return found

    return opened


def of_the_sample(home: Path) -> Opened:
    """Nights on the sample: ingested once, in `home`, and attested for each policy."""
    begin(home)
    samples = Path(__file__).parent.parent / "sample_data"
    for name in ("www", "shop"):
        shutil.copytree(samples / name, home / name)
    shutil.copy(samples / "weir.yaml", home)
    ingest_only(Night.open(Config.read(home / "weir.yaml"), DAY, create=True), Console(quiet=True))

    def opened(place: Path, policy: Policy) -> Night:
        shutil.copytree(home, place)
        found = replace(Night.open(Config.read(place / "weir.yaml"), DAY), policy=policy)
        attest_events(found)
        return found

    return opened


def by_k(console: Console, place: Path, opened: Opened, k: int) -> None:
    """Show each table that has dimensions and people, over all sites, and all of them together."""
    policy = a_policy()
    rules = {name: rule.model_copy(update={"k": k}) for name, rule in policy.disclosure.items()}
    one = opened(place, policy.model_copy(update={"disclosure": rules}))
    began, rows = time.process_time(), []
    with drafted(one, accept_incomplete=False) as found:
        spent = time.process_time() - began
        drafts = sorted((d for d in found.drafts if d.form.shape.dimensions), key=_name)
        for name, of_sites in groupby(drafts, key=_name):
            rows += _told(name, k, list(of_sites))
        rows += _told("together", k, drafts)
    console.print(
        shown(("table", "k", "finest rows", "published", "people in them", "off by"), rows)
    )
    whole = sum(draft.lines.cells for draft in drafts)
    there = sum(int((~draft.hidden).sum()) for draft in drafts)
    numbers = sum(int((~nulls).sum()) for draft in drafts for nulls in draft.nulls.values())
    causes = [left_of(draft).withheld for draft in drafts]
    taken = sum(one.get(cause, 0) for one in causes for cause in ("shared", "attacker"))
    console.print(f"{there:,} of {whole:,} rows and {numbers:,} numbers told; {taken:,} taken with "
                  f"others and by the attacker; {spent:.0f} s of CPU")  # fmt: skip


def _told(name: str, k: int, drafts: Sequence[Draft]) -> list[list[str]]:
    """A row for these tables, if anybody is in them."""
    left = [left_of(draft) for draft in drafts]
    finest, units = sum(one.finest for one in left), sum(one.units for one in left)
    if not units:
        return []
    refused = all(draft.refused for draft in drafts)
    told = sum(one.finest_told for one in left) / finest
    return [[
        name, str(k), f"{finest:,}", "withheld" if refused else f"{told:.1%}",
        f"{sum(one.units_told for one in left) / units:.1%}", _off(drafts),
    ]]  # fmt: skip


def _name(draft: Draft) -> str:
    return draft.form.table


def _off(drafts: Sequence[Draft]) -> str:
    """By how much rounding changes the people in half of the published finest rows, or less."""
    off = np.concatenate([_rounding(draft) for draft in drafts])
    return f"{np.median(off):.1%}" if len(off) else "-"


def _rounding(draft: Draft) -> npt.NDArray[np.float64]:
    """Of each published finest row, by how much of its people rounding changes them."""
    crossed = np.bitwise_count(draft.margins["mask"].to_numpy())
    units = draft.units[(crossed == crossed.max(initial=0)) & ~draft.hidden]
    return np.abs(rounded(units, draft.rule.rounding).value - units) / units


def by_epsilon(place: Path, opened: Opened, epsilon: float) -> Iterator[list[str]]:
    """A row for each noisy table of each site."""
    policy = a_policy()
    given: dict[str, Any] = {
        "disclosure": policy.disclosure | NOISY, "budget": Budget(epsilon=epsilon, delta=DELTA)
    }  # fmt: skip
    one = opened(place, policy.model_copy(update=given))
    with few_tables(*NOISY), drafted(one, accept_incomplete=False) as found:
        edition = make(found, one.keyring(*KEYS))
    for entry in sorted(edition.tables, key=lambda entry: (entry.table, entry.site)):
        assert entry.noise
        off = "no use" if entry.noise.error is None else f"{entry.noise.error:.2%}"
        usable = str(entry.noise.usable)
        yield [entry.table, f"{epsilon:g}", entry.site, f"{entry.rows:,}", off, usable]


def shown(heads: tuple[str, ...], rows: list[list[str]]) -> Table:
    """For the terminal."""
    table = Table(box=None, pad_edge=False)
    for head in heads:
        table.add_column(head, justify="left" if head in ("table", "site") else "right")
    for row in rows:
        table.add_row(*row)
    return table


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", 1)[0])
    parser.add_argument("--visitors", type=int, default=40_000, help="of the made site")
    parser.add_argument("--sample", action="store_true", help="sample_data, not the made site")
    parser.add_argument("--k", type=int, nargs="*", default=(10, 20, 50, 100))
    parser.add_argument("--epsilon", type=float, nargs="*", default=(0.5, 1, 2, 4, 8))
    given = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory() as place:
        if given.sample:
            opened = of_the_sample(Path(place) / "sample")
        else:
            made = site(given.visitors)
            console.print(f"{given.visitors:,} visitors, {made[0].num_rows:,} page views")
            opened = of_the_made_site(made)
        for k in given.k:
            by_k(console, Path(place) / f"k{k}", opened, k)
        for epsilon in given.epsilon:
            rows = [*by_epsilon(Path(place) / f"e{epsilon}", opened, epsilon)]
            console.print(shown(("table", "ε", "site", "rows", "off by", "usable"), rows))


if __name__ == "__main__":
    main()
