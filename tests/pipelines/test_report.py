"""The report: what is not there is hatched, not drawn as zero, and anybody can read it anywhere."""

import re
from datetime import date
from html.parser import HTMLParser

import pyarrow as pa
import pytest

from weir.pipelines.report.charts import Mark, columns, short, trend
from weir.pipelines.report.numbers import Number, facts, over_days
from weir.pipelines.report.release import Rate, render
from weir.schemas.manifests import PolicyStamp
from weir.schemas.policy import Disclosure
from weir.schemas.release import ColumnNote, EditionNote, Release, ReleaseTable

DAYS = tuple(date(2008, 4, day) for day in (21, 22, 23))
STAMP = PolicyStamp(name="strict", version="1", sha256="0" * 64)
HATCHED = "url(#hatch)"
EVIL = "<img src=x onerror=alert(1)>"
NEITHER = {"site": "www", "by": "total"}


def a_table(name, dimensions, measures, rows, ends=()) -> tuple[ReleaseTable, pa.Table]:
    """A table of a release, rows as (by, dimensions…, measures…) for each day unless told."""
    names = ["site", "date", "by", *dimensions, *measures, *ends]
    notes = (
        *(ColumnNote(name=n, type="string", data_class="nii", kind="key") for n in names[:3]),
        *(
            ColumnNote(name=n, type="string", data_class="nii", kind="dimension", about=f"the {n}")
            for n in dimensions
        ),
        *(
            ColumnNote(
                name=n,
                type="int64",
                data_class="nii",
                kind="measure",
                unit=n,
                about=f"how many {n}",
            )
            for n in (*measures, *ends)
        ),
    )
    types = [pa.string(), pa.date32(), *[pa.string()] * (1 + len(dimensions))]
    schema = pa.schema(zip(names, [*types, *[pa.int64()] * len((*measures, *ends))], strict=True))
    told = [dict(zip(names, row, strict=False)) for row in rows]
    frame = pa.Table.from_pylist([dict.fromkeys(names) | row for row in told], schema)
    table = ReleaseTable(
        table=name, about=f"About {name}.", file=f"{name}.parquet", csv=f"{name}.csv",
        rows=frame.num_rows, sha256="0" * 64, unit="visitor", rules=(Disclosure(),),
        withheld=1, columns=notes,
    )  # fmt: skip
    return table, frame


def each_day(*row, days=DAYS):
    return [("www", day, *row) for day in days]


TRAFFIC = a_table(
    "traffic", (), ("visitors", "users"),
    [*each_day("total", 400, 300, days=DAYS[:1]), *each_day("total", 420, None, days=DAYS[2:])],
)  # fmt: skip
PEOPLE = a_table(
    "demographics", ("age_band", "gender"), ("visitors", "visits"),
    [
        *each_day("total", None, None, 300, 400),
        *each_day("age_band", "18-24", None, 100, 130), *each_day("age_band", "65+", None, 90, 99),
        *each_day("age_band, gender", "18-24", "female", 60, 70),
        *each_day("age_band, gender", "65+", "male", 80, 88),
        *each_day("gender", None, "female", 120, 150, days=DAYS[:1]),
    ],
)  # fmt: skip
CAMPAIGNS = a_table(
    "campaigns", ("campaign",), ("visitors", "impressions", "reach", "clicks", "conversions"),
    [
        *each_day("total", None, 300, 900, 450, 90, None),
        *each_day("campaign", EVIL, 200, 900, 450, 90, None),
        *each_day("campaign", "spring" * 30, None, 80, None, 0, None),
    ],
)  # fmt: skip
NOISY = a_table(
    "technology", ("browser",), ("visitors",),
    [
        *each_day("total", None, 500, 480, 520),
        *each_day("browser", "Firefox", 300, 280, 320), *each_day("browser", "Opera", 55, 20, 90),
    ],
    ends=("visitors_low", "visitors_high"),
)  # fmt: skip
EMPTY = a_table("email", ("message",), ("sent",), [])


def a_page(*tables, days=DAYS) -> str:
    release = Release(
        release="2008-04-21_2008-04-23_0", recipient="acme-ads", kind="advertiser", policy=STAMP,
        sites=("www",), dates=days, inputs="0" * 64, files=(), key_id=7, software="weir test",
        editions=(EditionNote(date=DAYS[0], sha256="0" * 64, policy=STAMP, incomplete=("x",)),),
        tables=tuple(table for table, _ in tables),
    )  # fmt: skip
    return render(release, {table.table: frame for table, frame in tables})


@pytest.fixture(scope="module")
def page() -> str:
    return a_page(TRAFFIC, PEOPLE, CAMPAIGNS, NOISY, EMPTY)


# ---- charts ------------------------------------------------------------------------------------


def bars(drawn: str, colour: str = "var(--water)") -> list[str]:
    return re.findall(rf'<path d="([^"]+)" fill="{re.escape(colour)}"', drawn)


def test_a_number_that_is_not_there_is_a_hatched_square_and_not_a_bar():
    drawn = columns([Mark("a", 5), Mark("b", None), Mark("c", 0)], "t")
    assert len(bars(drawn)) == 2 * 2, "of a and c, for both sizes"
    gone = bars(drawn, HATCHED)
    assert len(gone) == 2
    assert gone == bars(columns([Mark("a", 9_000), Mark("b", None), Mark("c", 7)], "t"), HATCHED)
    for draw, marks in [(columns, "abc"), (trend, "abc"), (columns, "abcdefghijklmnopqrstuvwx")]:
        for value in (-5, 5):
            told = draw([Mark(m, None if m == "b" else value) for m in marks], "t")
            assert [size(one) for one in bars(told, HATCHED)] == [(12, 12), (8, 8)]


def test_a_withheld_number_of_a_list_is_a_square_too():
    rows = [*each_day("browser", "a", 90), *each_day("browser", "gone", None)]
    page = a_page(a_table("technology", ("browser",), ("visitors",), rows))
    row = page[page.index('title="gone"') :]
    assert '<span class="track gap"></span>' in row[: row.index("</tr>")]
    assert ".track.gap{width:.85rem}" in page, "as wide as it is high, whatever is beside it"


@pytest.mark.parametrize(
    ("of", "by", "rounding", "told"),
    [
        (40, 110, 10, "36 %"), (110, 370, 10, "30 %"), (40, 110, 1, "36.4 %"),
        (4_210, 39_870, 10, "10.6 %"), (None, 110, 10, ""), (0, 110, 10, "0 %"),
    ],
)  # fmt: skip
def test_a_rate_has_no_decimal_that_rounding_made(of, by, rounding, told):
    rate = Rate("rate", "clicks", "reach", True, "")
    assert rate.text({"clicks": Number(of), "reach": Number(by)}, rounding) == told


def test_a_rate_has_no_decimal_that_noise_made():
    rate = Rate("rate", "clicks", "reach", True, "")
    assert (
        rate.text({"clicks": Number(400, 310, 490), "reach": Number(1_000, 990, 1_010)}) == "40 %"
    )
    assert (
        Rate("f", "clicks", "reach", False, "").text(
            {"clicks": Number(630), "reach": Number(570)}, 10
        )
        == "1.1"
    )


def size(path: str) -> tuple[float, float]:
    """Width and height of what is drawn as M0,0h5v5h-5Z at some place."""
    (found,) = re.findall(r"^M[-.\d]+,[-.\d]+h([-.\d]+)v([-.\d]+)", path)
    right, down = map(float, found)
    return right, down


def test_a_line_is_broken_where_there_is_no_number():
    whole, broken = (
        trend([Mark(str(n), None if n == gone else 10 * n) for n in range(1, 6)], "t")
        for gone in (None, 3)
    )
    (line,) = set(
        re.findall(r'<path d="([^"]+)" stroke="var\(--water\)"', whole[: len(whole) // 2])
    )
    assert line.count("M") == 1
    assert "url(#hatch)" not in whole
    assert "url(#hatch)" in broken
    lines = re.findall(r'<path d="([^"]+)" stroke="var\(--water\)"', broken)
    assert all(line.count("M") == 2 for line in lines)


def test_an_interval_is_a_whisker():
    assert 'stroke="var(--ink)"' in columns([Mark("a", 50, 40, 60)], "t")
    assert 'stroke="var(--ink)"' not in columns([Mark("a", 50)], "t")


def test_noise_below_zero_is_within_the_axis():
    drawn = columns([Mark("a", -310, -870, 250), Mark("b", 600, 40, 1160)], "t")
    assert "\N{MINUS SIGN}1,000" in drawn
    whiskers = re.findall(
        r'<line transform="translate\([\d.]+,([\d.]+)\)" x2="0" y2="(-[\d.]+)"[^>]*ink', drawn
    )
    assert len(whiskers) == 2 * 2
    for foot, length in whiskers:
        assert float(foot) <= 190, "no whisker leaves the chart"
        assert float(foot) + float(length) >= 0
    assert "\N{MINUS SIGN}" not in columns([Mark("a", 310, 0, 870)], "t")


def test_no_numbers_are_no_chart():
    assert columns([Mark("a", None)], "t") == ""
    assert trend([], "t") == ""


def test_a_chart_has_no_colour_font_or_address_of_its_own():
    drawn = trend([Mark(str(n), n, series=s) for n in range(3) for s in "ab"], "a <b> & c")
    assert not re.search(r"#[0-9a-f]{3,6}\b|rgb|font-family|https?:|xlink|<script", drawn)
    assert "a &lt;b&gt; &amp; c" in drawn
    assert not re.findall(r' id="', drawn), "charts beside each other would share it"


@pytest.mark.parametrize(("value", "told"), [(950, "950"), (12_300, "12.3k"), (4_000_000, "4M")])
def test_large_numbers_are_short(value, told):
    assert short(value) == told


# ---- numbers -----------------------------------------------------------------------------------


def test_people_are_not_added_up_over_days():
    table, frame = TRAFFIC
    found = facts(table, frame, "www", DAYS)
    visitors = found.measures[0]
    number, sense = over_days(visitors, list(found.totals("visitors").values()))
    assert (number.value, sense) == (410, "a day, mean of 2 days")


def test_a_mean_says_on_how_many_days_it_was_published():
    table, frame = PEOPLE
    means = facts(table, frame, "www", DAYS).means("gender")
    assert means[("female",)][1] == 1


# ---- the page ----------------------------------------------------------------------------------


def test_what_is_not_there_is_never_shown_as_zero(page):
    cells = re.findall(r"<td>(.*?)</td>", page[: page.index('id="withheld"')])
    assert cells.count("0") == 1, "only the clicks that were published as 0"
    assert any("withheld, or 0" in cell for cell in cells)


def test_noise_is_told_beside_the_number_and_drawn(page):
    assert "280 to 320" in page
    assert 'class="whisker"' in page


def test_a_text_of_the_data_is_only_text_and_short(page):
    assert EVIL not in page
    assert "&lt;img src=x" in page
    assert "spring" * 20 not in page


def test_the_same_numbers_are_the_same_page(page):
    assert a_page(TRAFFIC, PEOPLE, CAMPAIGNS, NOISY, EMPTY) == page


def test_a_single_day_has_no_trend():
    assert "by day" in a_page(TRAFFIC)
    assert "by day" not in a_page(TRAFFIC, days=DAYS[:1])


def test_a_recipient_of_weeks_sees_weeks_and_no_days_of_theirs():
    rows = [
        *each_day("total", None, 300, 7, days=(date(2008, 4, 14), date(2008, 4, 21))),
        ("www", date(2008, 4, 21), "browser", "Opera", 80, 7),
    ]
    page = a_page(a_table("calls", ("browser",), ("calls", "days"), rows))
    assert "Calls by period" in page
    assert "mean per period" in page
    assert "1 of 2" in page
    only_people = a_table("reach_frequency", ("shown",), ("days",), each_day("total", None, 7))
    assert "Nothing to show" in a_page(only_people)


class _Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_who_does_not_see_the_charts_has_the_numbers_in_words(page):
    outline = _Outline()
    outline.feed(page)
    tags = [tag for tag, _ in outline.found]
    of = {tag: [a for t, a in outline.found if t == tag] for tag in set(tags)}
    assert of["html"] == [{"lang": "en"}]
    assert len(of["h1"]) == 1
    drawn = [a for a in of["svg"] if a.get("role") == "img"]
    assert len(drawn) == 2 * page.count("<figure>") > 0
    assert all(a["aria-label"] for a in drawn)
    for figure in re.findall(r"<figure>.*?</figure>", page, re.S):
        assert "<table>" in figure
        assert 'scope="row"' in figure
    scrolled = [a for a in of["div"] if a.get("class") == "scroll"]
    assert all(a.get("tabindex") == "0" and a.get("aria-label") for a in scrolled)
    targets = {a["id"] for _, a in outline.found if a.get("id")}
    assert {a["href"] for a in of["a"]} <= {f"#{name}" for name in targets}


def test_the_page_asks_nobody_for_anything(page):
    assert "default-src 'none'" in page
    assert not re.search(r"<script|<link|<img|<iframe|<form|https?:|@import|url\((?!#)", page)
    assert not re.search(r' (?:src|action|on\w+)="', page)
