"""A report with everything that one may have: each shipped table that people look at, as its own
columns are declared, with names that anybody may have written, gaps, and noise below zero."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from weir.pipelines.report.release import render
from weir.schemas.manifests import PolicyStamp
from weir.schemas.noise import Month, Noise, Spent
from weir.schemas.policy import Disclosure
from weir.schemas.release import EditionNote, Release, ReleaseTable, column_note
from weir.schemas.tables import read_tables
from weir.transforms.disclose.dp.table import noisy_schema
from weir.transforms.disclose.edition import Form
from weir.transforms.disclose.margins import Shape

DAYS = tuple(date(2008, 4, day) for day in (21, 22, 23))
STAMP = PolicyStamp(name="strict", version="1", sha256="0" * 64)
EVIL = "<img src=x onerror=alert(1)>"
_PER_VISITOR = {
    "visits": 1.3, "pageviews": 4.6, "hits": 19.0, "bytes": 310_000.0, "duration_s": 240.0,
    "bounces": 0.4, "impressions": 5.2, "clicks": 0.3, "conversions": 0.07, "opens": 0.5,
    "unique_opens": 0.4, "unique_clicks": 0.1, "users": 0.35, "reach": 0.9, "bounced": 0.02,
}  # fmt: skip
_WIDTH = 90

Row = dict[str, Any]


def rows(by: str, values: Sequence[str], most: int, gone: Sequence[str] = ()) -> list[Row]:
    """A row of each value of `by` ("a" or "a, b", then "x, y"), the first the largest; numbers of
    the measures in `gone` are withheld."""
    names = by.split(", ") if by != "total" else []
    found = []
    for place, value in enumerate(values):
        labels = dict(zip(names, value.split(", "), strict=bool(names)))
        found.append({"by": by, "size": most // (place + 1), "gone": set(gone), **labels})
    return found


def a_table(
    name: str, told: Sequence[Row], *, noisy: bool = False, k: int = 50
) -> tuple[ReleaseTable, pa.Table]:
    """A table of the release and its rows, as its YAML declares it, on each day."""
    spec = read_tables()[name]
    measures = [n for n, m in spec.measures.items() if not m.inside]
    fields = tuple(spec.schema.field(n) for n in (*spec.dimensions, *measures))
    form = Form(name, spec.unit, Shape(tuple(spec.dimensions), ()), fields)
    schema = noisy_schema(form) if noisy else form.schema
    numbers = [
        {"site": "www", "date": day} | row | _numbers(measures, row, number, noisy=noisy)
        for number, day in enumerate(DAYS)
        for row in told
    ]
    frame = pa.Table.from_pylist(numbers, schema)
    keys = ("site", "date", "by")
    rule = Disclosure(mode="dp", cells_per_unit=1, per_cell=20) if noisy else Disclosure(k=k)
    table = ReleaseTable(
        table=name, about=spec.about, file=f"{name}.parquet", csv=f"{name}.csv",
        rows=frame.num_rows, sha256="0" * 64, unit=spec.unit, rules=(rule,),
        withheld=0 if noisy else 7,
        columns=tuple(
            column_note(field, "dimension", open_=field.name in spec.open_dimensions)
            if field.name in spec.dimensions
            else column_note(field, "key" if field.name in keys else "measure")
            for field in schema
        ),
        noise=(_noise(),) if noisy else (),
    )  # fmt: skip
    return table, frame


def _numbers(measures: Sequence[str], row: Row, day: int, *, noisy: bool) -> Row:
    found: Row = {}
    for name in measures:
        value = round(row["size"] * _PER_VISITOR.get(name, 1.0) * (1 + day / 20), -1)
        if noisy:
            value = round(value) - 37
            found |= {f"{name}_low": value - _WIDTH, f"{name}_high": value + _WIDTH}
        found[name] = None if name in row["gone"] else int(value)
    return found


def _noise() -> Noise:
    month = Month(days=30, epsilon=30.4, delta=1.6e-5, added_epsilon=120, added_delta=3e-5)
    spent = Spent(unit="visitor", period="day", epsilon=4, delta=1e-6, month=month)
    return Noise(
        mechanism="discrete Gaussian", spent=(spent,), off=(), error=0.02, usable=True, note=""
    )


def everything() -> list[tuple[ReleaseTable, pa.Table]]:
    """The tables of a release of three days."""
    total = rows("total", [""], 12_400)
    campaigns = ["spring-banner", "garden-week", EVIL, "x" * 200, *(f"c-{n}" for n in range(11))]
    banners = ["banner", "mail", "(other)"]
    domains = ["search.example", "a-rather-long-name.of-a-partner.example", "(other)", "(none)"]
    ages = ["25-34", "35-44", "18-24", "45-54", "65+", "unknown"]
    crossed = [f"{age}, {one}" for age in ages for one in ("female", "male")]
    few = "conversions", "conversions_in_visit"
    return [
        a_table("traffic", rows("total", [""], 12_400, ["visitors_url_session"])),
        a_table(
            "hours",
            [*total, *rows("hour", [f"{h:02}" for h in range(2, 20)], 3_000),
             *rows("hour", ["20"], 10)],
            noisy=True,
        ),
        a_table(
            "demographics",
            [*total, *rows("age_band", ages, 2_900), *rows("gender", ["female", "male"], 6_000),
             *rows("age_band, gender", crossed[:-3], 1_700),
             *rows("profession", ["professionals", "service and sales", "unknown"], 4_000)],
        ),
        a_table(
            "campaigns",
            [*total, *rows("campaign", campaigns[:6], 4_000),
             *rows("campaign", campaigns[6:], 400, few),
             *rows("medium", banners, 5_000), *rows("customer", ["riverside", "(none)"], 5_000)],
        ),
        a_table(
            "reach_frequency",
            [*total, *rows("shown", ["1", "2", "3", "6-10"], 5_000),
             *rows("campaign", campaigns[:3], 5_000)],
        ),
        a_table("email", [*total, *rows("message", ["news-april", "(none)"], 6_000, ["bounced"])]),
        a_table(
            "calls",
            [*rows("total", [""], 240), *rows("outcome", ["connected", "missed"], 180),
             *rows("lasted", ["0-29 s", "2-9 min", "(none)"], 100, ["visitors"]),
             *rows("campaign", campaigns[:2], 90)],
            k=10,
        ),
        a_table("recommendations", []),
        a_table(
            "referrers",
            [*total, *rows("kind", ["search", "partner", "none"], 6_000),
             *rows("domain", domains, 3_000)],
        ),
        a_table("pages", [*total, *rows("path", ["/", "/books/" + "y" * 90, "(other)"], 8_000)]),
        a_table(
            "technology",
            [*total, *rows("browser", ["Firefox", "Opera", "Konqueror"], 60),
             *rows("os", ["Windows XP", "Linux"], 7_000),
             *rows("device", ["desktop", "mobile"], 9_000)],
            noisy=True,
        ),
    ]  # fmt: skip


def a_full_page() -> str:
    """The report of all of it."""
    tables = everything()
    notes = [
        EditionNote(date=DAYS[0], sha256="0" * 64, policy=STAMP, incomplete=("web2: no file",)),
        EditionNote(date=DAYS[1], sha256="1" * 64, policy=STAMP, supersedes=("2" * 64,)),
        EditionNote(date=DAYS[2], sha256="3" * 64, policy=STAMP),
    ]
    release = Release(
        release="2008-04-21_2008-04-24_0", recipient="riverside-media", kind="advertiser",
        policy=STAMP, sites=("www",), dates=DAYS, missing_dates=(date(2008, 4, 24),),
        editions=tuple(notes), inputs="0" * 64, files=(), key_id=1_269_298_006,
        tables=tuple(table for table, _ in tables), software="weir test",
    )  # fmt: skip
    return render(release, {table.table: frame for table, frame in tables})
