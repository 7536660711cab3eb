"""Who came on a day: the visitors whom its edition counted, by what joins them over a period.

# events of the day, as they were -> units counted -> their hashes of the period, by site
"""

from collections.abc import Collection
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from weir.pipelines.attested import attested
from weir.pipelines.drafts import QUIET, drafts_of, job_of
from weir.pipelines.earlier import linkage_of
from weir.pipelines.night import Night
from weir.pipelines.over import over
from weir.pipelines.progress import watch
from weir.pipelines.recount import named
from weir.pipelines.rounds import Ready, count, ready
from weir.schemas.errors import KeyMissingError
from weir.schemas.period import OF, Longer
from weir.schemas.release import Edition
from weir.schemas.tables import read_tables
from weir.transforms.disclose.edition import Draft
from weir.transforms.disclose.linked import Hashes, hashes_of
from weir.transforms.disclose.suppress import rounded
from weir.transforms.keys import Keyring

VISITORS = "visitors"


def who_came(
    night: Night,
    grain: Longer,
    edition: Edition,
    sites: Collection[str],
    keyring: Keyring,
    staging: Path,
) -> dict[str, Hashes] | None:
    """A day's visitors at each site that published how many they were; None if the events are no
    longer those of whom the edition tells. night: of the day.

    Raises WallError if the events are not as they were proved, KeyMissingError without the linkage.
    """
    told = {site: _told(night, edition, site) for site in sites}
    told = {site: numbers for site, numbers in told.items() if VISITORS in numbers}
    place = staging / str(night.day)
    place.mkdir()
    spec = read_tables()[OF]
    job = job_of(night, [spec], attested(night, edition.policy), place)
    mapped = over(night.config.engine, job.groups, place)
    quietly = partial(watch, QUIET)
    made = ready(job, mapped, named, quietly)
    counted = count(made, mapped, quietly).margins
    for site, numbers in told.items():
        (draft,) = drafts_of(job, counted, [spec], site)
        if not draft.lines.cells or numbers != _numbers(draft, numbers):
            return None
    units = pa.concat_tables(mapped(partial(units_of_group, made)))
    linkage = linkage_of(night, keyring, night.day)
    return {site: _hashes(night, grain, site, units, linkage) for site in told}


def _hashes(night: Night, grain: Longer, site: str, units: pa.Table, linkage: pa.Table) -> Hashes:
    mine = units.filter(pc.equal(units["site"], site))["unit"].combine_chunks()
    hashes = hashes_of(mine, linkage.filter(pc.equal(linkage["site"], site)), grain)
    if hashes is None:
        raise KeyMissingError(
            f"{night.day}: the linkage lacks visitors of {site}, or is gone; restore "
            "restricted/linkage from a backup, or do without the visitors of the period"
        )
    return hashes


def _told(night: Night, edition: Edition, site: str) -> dict[str, int]:
    """The numbers of a site as a day's edition has them, by measure."""
    for entry in edition.tables:
        if (entry.site, entry.table) == (site, OF) and entry.noise is None:
            names = [column.name for column in entry.columns if column.kind == "measure"]
            rows = pq.read_table(night.store.root / entry.path)
            found = rows.filter(pc.equal(rows["by"], "total")).select(names).to_pylist()
            return {n: v for row in found for n, v in row.items() if v is not None}
    return {}


def _numbers(draft: Draft, names: Collection[str]) -> dict[str, int]:
    """What an edition would tell of the total."""
    known = set(names) & set(draft.form.measures)
    base = draft.rule.rounding
    return {name: int(rounded(draft.truth(name), base).value[0]) for name in known}


def units_of_group(made: Ready, group: int) -> pa.Table:
    """site, unit: the visitors of one group."""
    (cells,) = (cells for part, cells in made.cells(group) if part.name == OF)
    keys = cells.filter(pc.greater(cells[VISITORS], 0)).select(["site", "unit"])
    keys = keys.cast(pa.schema([("site", pa.string()), ("unit", pa.binary(16))]))
    return keys.group_by(["site", "unit"]).aggregate([])
