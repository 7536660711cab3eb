"""What an edition of a large site is worth, table by table: by k, and by ε.

The events are those of made_site.py; counted, suppressed, attacked and noised they are as a night
would. By k: the finest rows that are published (`(other)` is one), the people in them, and by how
much rounding changes half of these rows, or less. By ε: how far off the row is, on average, that
half of the visitors are in rows as good as or better, in the table's worst margin by one dimension.

usage: python -m benchmarks.utility [--visitors N] [--k N …] [--epsilon E …]
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from rich.console import Console
from rich.table import Table
from tests.pipelines.a_store import a_night, a_policy, few_tables, put_tables

from benchmarks.made_site import DAY, site
from weir.pipelines.disclose import KEYS, make
from weir.pipelines.drafts import drafted
from weir.pipelines.night import Night
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


def night(place: Path, policy: Policy, made: tuple[pa.Table, pa.Table]) -> Night:
    """One whose events are the made ones."""
    found = a_night(place, policy=policy, day=DAY)
    put_tables(found, *made)
    return found


def by_k(place: Path, made: tuple[pa.Table, pa.Table], k: int) -> Iterator[list[str]]:
    """A row for each table that has dimensions and people."""
    policy = a_policy()
    rules = {name: rule.model_copy(update={"k": k}) for name, rule in policy.disclosure.items()}
    one = night(place, policy.model_copy(update={"disclosure": rules}), made)
    began = time.process_time()
    with drafted(one, accept_incomplete=False) as found:
        spent = time.process_time() - began
        for draft in found.drafts:
            left = left_of(draft)
            if left.finest and draft.form.shape.dimensions:
                yield [
                    draft.form.table, str(k), f"{left.finest:,}",
                    "withheld" if draft.refused else f"{left.finest_told / left.finest:.1%}",
                    f"{left.units_told / left.units:.1%}", f"{_off(draft):.1%}", f"{spent:.0f}",
                ]  # fmt: skip


def _off(draft: Draft) -> float:
    """By how much rounding changes the people in half of the published finest rows, or less."""
    crossed = np.bitwise_count(draft.margins["mask"].to_numpy())
    units = draft.units[(crossed == crossed.max()) & ~draft.hidden]
    if len(units) == 0:
        return 0.0
    return float(np.median(np.abs(rounded(units, draft.rule.rounding).value - units) / units))


def by_epsilon(place: Path, made: tuple[pa.Table, pa.Table], epsilon: float) -> Iterator[list[str]]:
    """A row for each noisy table."""
    policy = a_policy()
    given: dict[str, Any] = {
        "disclosure": policy.disclosure | NOISY, "budget": Budget(epsilon=epsilon, delta=DELTA)
    }  # fmt: skip
    one = night(place, policy.model_copy(update=given), made)
    with few_tables(*NOISY), drafted(one, accept_incomplete=False) as found:
        edition = make(found, one.keyring(*KEYS))
    for entry in edition.tables:
        assert entry.noise
        off = "no use" if entry.noise.error is None else f"{entry.noise.error:.2%}"
        yield [entry.table, f"{epsilon:g}", f"{entry.rows:,}", off, str(entry.noise.usable)]


def shown(heads: tuple[str, ...], rows: list[list[str]]) -> Table:
    """For the terminal."""
    table = Table(box=None, pad_edge=False)
    for head in heads:
        table.add_column(head, justify="left" if head == "table" else "right")
    for row in sorted(rows, key=lambda row: (row[0], float(row[1]))):
        table.add_row(*row)
    return table


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", 1)[0])
    parser.add_argument("--visitors", type=int, default=40_000)
    parser.add_argument("--k", type=int, nargs="*", default=(10, 20, 50, 100))
    parser.add_argument("--epsilon", type=float, nargs="*", default=(0.5, 1, 2, 4, 8))
    given = parser.parse_args()
    console, made = Console(), site(given.visitors)
    console.print(f"{given.visitors:,} visitors, {made[0].num_rows:,} page views")
    with tempfile.TemporaryDirectory() as place:
        heads = ("table", "k", "finest rows", "published", "people in them", "off by", "CPU s")
        for k in given.k:
            rows = [*by_k(Path(place) / f"k{k}", made, k)]
            console.print(shown(heads, rows))
        for epsilon in given.epsilon:
            rows = [*by_epsilon(Path(place) / f"e{epsilon}", made, epsilon)]
            console.print(shown(("table", "ε", "rows", "off by", "usable"), rows))


if __name__ == "__main__":
    main()
