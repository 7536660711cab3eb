"""Rows add up, or the night fails: per source file, read = kept + quarantined + filtered."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from weir.pipelines.dates import span
from weir.pipelines.prose import some
from weir.schemas.config import Config
from weir.schemas.errors import WallError, WeirError
from weir.schemas.manifests import FileCount
from weir.schemas.outcome import EXAMPLES, Outcome

_NEARLY_ALL = 0.9
_MANY_ELSEWHERE = 0.05
"""A share of a source's hits; fewer are robots that ask an address for whatever host."""


def refuse_missing(outcomes: Iterable[Outcome], planned: Collection[str]) -> None:
    """WeirError if a runner says that it is done and a split was lost, or came twice."""
    came = Counter(outcome.split for outcome in outcomes)
    wrong = sorted(name for name in came.keys() | set(planned) if came[name] != 1)
    if wrong or len(came) != len(planned):
        raise WeirError(
            "the runner lost or doubled a piece of the input, nothing was published; run the date "
            f"again: {', '.join(wrong)}"
        )


def refuse_unwritten(outcomes: Iterable[Outcome], settled: dict[str, list[dict[str, Any]]]) -> None:
    """WeirError if the files that were written have other rows than were counted; WallError if the
    proof would know nothing of a split."""
    for outcome in outcomes:
        written = sum(entry["rows"] for entry in outcome.files.get("events", ()))
        if outcome.kept != written + outcome.profiles:
            raise WeirError(f"{outcome.path}: kept {outcome.kept:,} lines but wrote {written:,}")
        if outcome.kept and not outcome.files.get("dictionary"):
            raise WallError(f"{outcome.path}: its identifiers are in no dictionary; not published")
        refused = sum(outcome.quarantined.values())
        sealed = sum(entry["rows"] for entry in outcome.files.get("rejects", ()))
        if refused != sealed:
            raise WeirError(f"{outcome.path}: refused {refused:,} lines but kept {sealed:,}")
    moved = {k: sum(e["rows"] for e in settled.get(k, ())) for k in ("moved_in", "moved_out")}
    if len(set(moved.values())) > 1:
        raise WeirError("stitching lost or doubled a hit; this is a bug, please report")


@dataclass(frozen=True)
class Reject:
    """Where a line stands that no row could be made of. Of the line itself nothing is told."""

    path: str
    line: int  # in the file, from 1
    reason: str


def file_counts(outcomes: Iterable[Outcome]) -> list[FileCount]:
    """Sums by source file. Raises WeirError naming the files whose sums differ."""
    by_file: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        by_file.setdefault((outcome.source, outcome.path), []).append(outcome)
    counts = [_file_count(source, path, parts) for (source, path), parts in sorted(by_file.items())]
    wrong = [count for count in counts if not count.adds_up]
    if wrong:
        raise WeirError(
            "rows do not add up, nothing was published; this is a bug, please report:\n"
            + "\n".join(f"{c.path}: read {c.read:,}, accounted for otherwise" for c in wrong)
        )
    return counts


def _file_count(source: str, path: str, parts: list[Outcome]) -> FileCount:
    quarantined: Counter[str] = Counter()
    filtered: Counter[str] = Counter()
    for part in parts:
        quarantined.update(part.quarantined)
        filtered.update(part.filtered)
    return FileCount(
        path=path,
        source=source,
        read=sum(part.lines for part in parts),
        kept=sum(part.kept for part in parts),
        quarantined=dict(sorted((+quarantined).items())),
        filtered=dict(sorted((+filtered).items())),
    )


def rejects(outcomes: Iterable[Outcome]) -> list[Reject]:
    """The first rejected lines of each file, by their number in the file."""
    by_path: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_path.setdefault(outcome.path, []).append(outcome)
    found = []
    for path, parts in sorted(by_path.items()):
        before = 0
        for part in sorted(parts, key=lambda p: p.index):
            found += [Reject(path, before + line + 1, reason) for line, reason in part.rejects]
            before += part.lines
    return found[: EXAMPLES * 5]


def kept_by_source(outcomes: Iterable[Outcome]) -> Counter[str]:
    """Lines kept of each source."""
    kept: Counter[str] = Counter()
    for outcome in outcomes:
        kept[outcome.source] += outcome.kept
    return kept


def other_dates(outcomes: Iterable[Outcome]) -> dict[str, str]:
    """Of each source's lines of other dates, the first and the last date, in words."""
    dates: dict[str, list[date]] = {}
    for outcome in outcomes:
        dates.setdefault(outcome.source, []).extend(map(date.fromisoformat, outcome.other_dates))
    return {source: span(found) for source, found in dates.items() if found}


def other_hosts(outcomes: Sequence[Outcome], config: Config, *, most: bool) -> list[str]:
    """Sources of one site of whose hits many name another host, and what that may mean. Which host
    is not told: whoever asks for a page chooses it. most: of those alone of whose hits nearly all
    do, of which no edition should be made, or of the others alone."""
    elsewhere, kept = Counter[str](), kept_by_source(outcomes)
    for outcome in outcomes:
        elsewhere[outcome.source] += outcome.elsewhere
    return [
        f"{source.name}: {some(elsewhere[source.name], 'line names', 'lines name')} a host that is "
        f"not {source.site}'s ({', '.join(config.site(source.site).hosts)}), and count as its own. "
        "Other names of it belong into its `host`; if the log is of several sites, leave `site` "
        "out of the source and name each site's host"
        for source in config.sources
        if source.site
        and elsewhere[source.name] > _MANY_ELSEWHERE * kept[source.name]
        and most == (elsewhere[source.name] > _NEARLY_ALL * kept[source.name])
    ]


def total(outcomes: Iterable[Outcome], name: str) -> Counter[str]:
    """The sum of one counter over all splits."""
    summed: Counter[str] = Counter()
    for outcome in outcomes:
        summed.update(getattr(outcome, name))
    return +summed


def undeclared(sent: pa.Table, personal: Collection[str], enough: int) -> tuple[list[str], int]:
    """Parameter names that no mapping names: those that at least `enough` visitors sent and in
    which the proof found nobody, and how many others there are. sent: name, visitor."""
    counted = sent.group_by("name").aggregate([("visitor", "count_distinct")])
    crowd = counted.filter(pc.greater_equal(counted["visitor_count_distinct"], enough))
    told = sorted(set(crowd["name"].to_pylist()) - set(personal))
    return told, counted.num_rows - len(told)
