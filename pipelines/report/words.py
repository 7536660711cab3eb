"""The report's words: names of columns and tables, the rule of a table in sentences."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from weir.pipelines.report.noise import noisy_sentence
from weir.schemas.policy import Disclosure
from weir.schemas.release import ReleaseTable

_COLUMNS = {
    "pageviews": "page views", "os": "system", "duration_s": "time, s", "unique_opens": "openers",
    "unique_clicks": "clickers", "age_band": "age", "lasted": "length", "shown": "times shown",
}  # fmt: skip
_TITLES = {
    "traffic": "Visitors and visits", "period_visitors": "Visitors of the period",
    "hours": "Hours of the day", "demographics": "Who they are",
    "campaigns": "Campaigns: reach and response", "reach_frequency": "Campaigns: how often shown",
    "email": "E-mail", "calls": "Calls", "recommendations": "Recommendations",
    "customers": "Customers and partners", "referrers": "Where visits come from",
    "pages": "Pages", "entry_exit": "Where visits begin and end", "technology": "Technology",
}  # fmt: skip


def words(name: str) -> str:
    """A column's name as people read it."""
    return _COLUMNS.get(name, name.replace("_", " "))


def title(table: str) -> str:
    """A table's heading."""
    return _TITLES.get(table, table.replace("_", " ").capitalize())


def order(table: str) -> tuple[int, str]:
    """Where a table stands in the report: what most readers look for comes first."""
    return (list(_TITLES).index(table) if table in _TITLES else len(_TITLES), table)


def span(dates: tuple[date, ...]) -> str:
    """First and last date."""
    first, last = dates[0], dates[-1]
    if first == last:
        return f"{first.day} {first:%B %Y}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {last.day} {last:%B %Y}"
    return f"{first.day} {first:%B %Y} to {last.day} {last:%B %Y}"


@dataclass(frozen=True)
class RuleView:
    """A rule in words, and the tables that it is for."""

    tables: tuple[str, ...]
    sentences: tuple[str, ...]


def rules(tables: Iterable[ReleaseTable]) -> list[RuleView]:
    """Each rule once."""
    found: dict[tuple[str, ...], list[str]] = {}
    for table in tables:
        sentences = tuple(_sentence(rule, table.unit) for rule in table.rules)
        found.setdefault(sentences, []).append(title(table.table))
    return [RuleView(tuple(names), sentences) for sentences, names in found.items()]


def crowd(tables: Iterable[ReleaseTable]) -> str:
    """People in the smallest row that may be, in most tables; where it may be less, of which. ""
    where noise stands for a crowd."""
    least = {
        title(table.table): min(rule.k for rule in table.rules if rule.mode == "threshold")
        for table in tables
        if any(rule.mode == "threshold" for rule in table.rules)
    }
    counts = Counter(least.values())
    most = max(counts, key=lambda k: (counts[k], k), default=0)
    fewer = [f"{k} in “{name}”" for name, k in least.items() if k < most]
    return (f"{most}" + (f" ({', '.join(fewer)})" if fewer else "")) if most else ""


def _sentence(rule: Disclosure, unit: str) -> str:
    if rule.mode == "dp":
        return noisy_sentence(rule, unit)
    return (
        f"A row needs at least {rule.k} {unit}s; a number in it at least {rule.contributors} of "
        f"them ({rule.k} where it counts {unit}s themselves). Numbers are rounded to "
        f"{rule.rounding}. "
        f"Names that come from the data appear only when {rule.k} {unit}s on {rule.networks} "
        f"networks produced them. One {unit} counts in at most {rule.cells_per_unit} rows."
    )
