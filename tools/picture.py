"""The pictures of the documentation, made anew: run it when the summary or the report changes.

docs/night.svg is the terminal after a real night on the sample, docs/report-light.png and -dark.png
are the report of three of them, as Chromium shows it. The nights run in a directory of their own.
Nothing is asked of the network: the terminal's picture names fonts that are there, and brings none.
"""

import io
import os
import re
import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path

from PIL import Image
from rich.console import Console
from rich.terminal_theme import TerminalTheme

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "night.svg"
LIGHT, DARK = ROOT / "docs" / "report-light.png", ROOT / "docs" / "report-dark.png"
DAYS = [date(2008, 4, day) for day in (21, 22, 23)]
DAY = DAYS[1]
WIDTH = 128
_HANGS = 6
FONTS = '"DejaVu Sans Mono", Menlo, Consolas, "Liberation Mono", monospace'
PAPER = TerminalTheme(
    (250, 250, 247), (40, 42, 46),
    [(40, 42, 46), (165, 30, 30), (40, 110, 50), (150, 100, 0), (35, 80, 150), (120, 60, 130),
     (20, 115, 120), (110, 112, 115)],
)  # fmt: skip


def main() -> int:
    """Make the pictures anew."""
    sys.path.insert(0, str(ROOT))
    commands = Path(sys.executable).parent  # so that lines say `weir`, as one types it
    os.environ["PATH"] = f"{commands}{os.pathsep}{os.environ['PATH']}"
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        console = Console(file=io.StringIO(), record=True, width=WIDTH, force_terminal=True)
        config = _begun(Path("demo"))
        for day in DAYS:
            _night(config, day, console if day == DAY else Console(quiet=True))
        svg = console.export_svg(title="weir", theme=PAPER)
        PICTURE.write_text(_whole(_without_remote_fonts(svg)), encoding="utf-8")
        _report(config, Path(place) / "browser")
    for picture in (PICTURE, LIGHT, DARK):
        print(f"picture: {picture.relative_to(ROOT)}")
    return 0


def _begun(demo: Path) -> Path:
    """The sample in place of one's own files; its configuration."""
    from weir.pipelines.begin import begin

    begin(demo)
    for site in ("www", "shop"):
        shutil.copytree(ROOT / "sample_data" / site, demo / site)
    shutil.copy(ROOT / "sample_data" / "weir.yaml", demo / "weir.yaml")
    return demo / "weir.yaml"


def _night(config: Path, day: date, console: Console) -> None:
    """What `weir run` does, and says."""
    from weir.pipelines.night import Night
    from weir.pipelines.nightly import nightly
    from weir.pipelines.summary import show_night
    from weir.schemas.config import Config

    console.print(f"$ weir run --config {config} --date {day}", highlight=False, style="bold")
    night = Night.open(Config.read(config), day, create=True)
    done = nightly(night, Console(quiet=True))
    show_night(console, done, night.config.base / "weir.yaml")


def _report(config: Path, profile: Path) -> None:
    """The report's first screen by day, and its campaigns by night."""
    from tests.pipelines.browser import browser

    from weir.pipelines.share import share_all
    from weir.schemas.config import Config

    (release,) = share_all(Config.read(config), DAYS, "acme-ads").places
    page = Path(release) / "report.html"
    with browser(profile) as shown:
        shown.open(page, 1280)
        shown.picture(LIGHT, height=1500)
        shown.open(page, 1160, dark=True)
        top = shown.run("document.getElementById('s2-campaigns').getBoundingClientRect().top")
        shown.picture(DARK, height=1250, top=round(top) - 16)
    for place in (LIGHT, DARK):
        Image.open(place).quantize(128).save(place, optimize=True)


def _without_remote_fonts(svg: str) -> str:
    """Text as it stands, in whatever fixed-width font the reader has."""
    svg = re.sub(r"@font-face\s*\{[^}]*\}", "", svg)
    svg = re.sub(r"font-family: Fira Code, monospace", f"font-family: {FONTS}", svg)
    svg = re.sub(r"font-family: arial", "font-family: sans-serif", svg)
    lines = (line.rstrip() for line in svg.splitlines())
    svg = "\n".join(line for line in lines if line) + "\n"
    fetched = re.findall(r"(?:url\(|href=)[\"']?http[^)\s]*", svg)
    if fetched:
        raise SystemExit(f"picture: it would fetch {fetched[0]}")
    return svg


def _whole(svg: str) -> str:
    """With room for what hangs below the last line: Rich ends the view a pixel above its end."""
    view = re.compile(r'(clip-terminal">\s*<rect [^>]*height=")([\d.]+)')
    found, count = view.subn(lambda part: f"{part[1]}{float(part[2]) + _HANGS:.1f}", svg)
    if count != 1:
        raise SystemExit("picture: no view found in what Rich drew")
    return found


if __name__ == "__main__":
    sys.exit(main())
