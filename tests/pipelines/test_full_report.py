"""The report with everything in it, in a browser: anybody can read it, and it is silent."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from a_report import EVIL, a_full_page
from browser import Browser, browser, chromium

from weir.pipelines.report.charts import COLOURS


@dataclass(frozen=True)
class Shown:
    browser: Browser
    place: Path


@pytest.fixture(scope="module")
def page() -> str:
    return a_full_page()


@pytest.fixture(scope="module")
def shown(page, tmp_path_factory):
    home = tmp_path_factory.mktemp("browser")
    place = home / "report.html"
    place.write_text(page, encoding="utf-8")
    with browser(home / "profile") as one:
        yield Shown(one, place)


@pytest.mark.parametrize(
    ("required", "ends"), [("", pytest.skip.Exception), ("1", pytest.fail.Exception)]
)
def test_where_there_is_no_browser_that_is_said(required, ends, monkeypatch, pytestconfig):
    monkeypatch.setattr("browser.CHROMIUM", None)
    monkeypatch.setenv("WEIR_BROWSER_REQUIRED", required)
    with pytest.raises(ends, match="nobody looked at pages"):
        chromium()
    assert "-rfEs" in pytestconfig.getini("addopts"), "or nobody hears of what was skipped"


def section(page: str, table: str) -> str:
    (found,) = re.findall(rf'<article class="card" id="s1-{table}">.*?</article>', page, re.S)
    return found


def test_everything_that_a_report_may_have_is_in_it(page):
    for table, seen in {
        "traffic": "Visitors and users by day",
        "hours": "the true number lies here 19 times in 20",
        "demographics": "Visitors by age and gender",
        "campaigns": "conversion rate",
        "reach_frequency": "Visitors by times shown",
        "email": "Openers and clickers by day",
        "calls": "Calls by length",
        "recommendations": "Nothing to show",
        "referrers": "By domain",
        "technology": "By browser",
    }.items():
        assert seen in section(page, table), table
    tiles = re.findall(r'<span class="of">(.*?)</span>', page)
    assert {"visitors", "reach", "conversions", "openers", "calls"} <= set(tiles)
    assert EVIL not in page
    assert "every other row stands for a crowd of at least 50 (10 in “Calls”)." in page


def test_noise_below_zero_is_drawn_to_the_left_of_zero(page):
    drawn = section(page, "technology")
    konqueror = drawn[drawn.index('title="Konqueror"') :]
    left, width, zero, low = (
        float(re.search(pattern, konqueror)[1])
        for pattern in (
            r'class="fill" style="left:([\d.]+)%',
            r'class="fill" style="left:[\d.]+%;width:([\d.]+)%',
            r'class="zero" style="left:([\d.]+)%',
            r'class="whisker" style="left:([\d.]+)%',
        )
    )
    assert 0 <= low < left < zero < 100
    assert left + width == pytest.approx(zero, abs=0.2)
    assert "\N{MINUS SIGN}17" in konqueror
    assert 'class="zero"' not in section(page, "campaigns"), "nothing there is below zero"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_it_fits_and_can_be_read_and_is_silent(shown, width, dark):
    shown.browser.open(shown.place, width, dark=dark)
    contrast = shown.browser.contrast()
    assert contrast["seen"] > 1_000
    assert contrast["low"] == []
    assert shown.browser.run("document.documentElement.scrollWidth") == width
    assert shown.browser.said() == []
    assert shown.browser.asked_for() == []


@pytest.mark.parametrize("width", [360, 1440])
def test_no_text_is_cut(shown, width):
    shown.browser.open(shown.place, width)
    shown.browser.contrast()  # opens all that is closed
    assert shown.browser.cut() == []


def test_at_a_desk_no_table_needs_to_be_moved(shown):
    moved = (
        "[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth)"
        ".map(e => e.ariaLabel)"
    )
    shown.browser.open(shown.place, 1440)
    assert shown.browser.run(moved) == []
    shown.browser.open(shown.place, 360)
    assert shown.browser.run(moved), "or the test sees nothing"


def test_the_browser_refuses_what_the_page_would_ask_for(shown, tmp_path):
    told = '<body><img src="https://example.com/x.png"><script>alert(1)</script>'
    worse = tmp_path / "worse.html"
    worse.write_text(shown.place.read_text().replace("<body>", told, 1))
    shown.browser.open(worse, 1440)
    assert len(shown.browser.said()) >= 2, "the test above would see it"


def test_charts_are_as_large_as_there_is_room(shown):
    script = (
        "[...document.querySelectorAll('.chart')].filter(c => c.checkVisibility())"
        ".map(c => c.classList[1])"
    )
    shown.browser.open(shown.place, 360)
    assert set(shown.browser.run(script)) == {"narrow"}
    shown.browser.open(shown.place, 1440)
    assert "wide" in set(shown.browser.run(script))


def test_it_prints_on_white_and_all_of_it_on_a_sheet_whatever_the_screen(shown):
    shown.browser.open(shown.place, 718, dark=True, media="print")  # A4 within its margins
    assert (
        shown.browser.run("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    )
    assert shown.browser.contrast()["low"] == []
    assert shown.browser.run("document.documentElement.scrollWidth") == 718


_COLOURS = """
(names => { const style = getComputedStyle(document.documentElement);
  return names.map(name => style.getPropertyValue(name).trim()) })
"""


def luminance(colour: str) -> float:
    """Of `#rgb` or `#rrggbb`, as WCAG 2 has it."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_what_is_drawn_stands_out_of_its_card(shown, dark):
    names = ["--card", "--hatch", *(colour[4:-1] for colour in COLOURS)]
    shown.browser.open(shown.place, 1440, dark=dark)
    card, *drawn = map(luminance, shown.browser.run(f"{_COLOURS}({names})"))
    for name, one in zip(names[1:], drawn, strict=True):
        light, deep = max(card, one), min(card, one)
        assert (light + 0.05) / (deep + 0.05) >= 3, name


_FOCUS = """
(() => { const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
  return {name: (e.ariaLabel || e.textContent).trim(), outline: parseFloat(s.outlineWidth),
          style: s.outlineStyle, seen: r.width > 1 && r.left >= 0 && r.right <= innerWidth + 1} })()
"""


def test_a_keyboard_reaches_everything_in_order_and_shows_where_it_is(shown):
    shown.browser.open(shown.place, 1440)
    expected = shown.browser.run(
        "[...document.querySelectorAll('a, summary, [tabindex=\"0\"]')]"
        ".filter(e => e.checkVisibility()).map(e => (e.ariaLabel || e.textContent).trim())"
    )
    reached = []
    for _ in expected:
        shown.browser.press("Tab")
        reached.append(shown.browser.run(_FOCUS))
    assert [one["name"] for one in reached] == expected
    for one in reached:
        assert (one["style"], one["seen"]) == ("solid", True), one["name"]
        assert one["outline"] >= 2


def test_a_keyboard_opens_the_table_below_a_chart(shown):
    shown.browser.open(shown.place, 1440)
    shown.browser.run("document.querySelector('figure summary').focus()")
    shown.browser.press("Enter")
    assert shown.browser.run("document.querySelector('figure details').open")
    assert "12,400" in shown.browser.run("document.querySelector('figure details').innerText")
