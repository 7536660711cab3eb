"""docs/night.svg: the terminal after a real night on the sample. Run it when the summary changes.

The night runs in a directory of its own. The picture asks nothing of the network: it names fonts
that are there, and brings none.
"""

import io
import os
import re
import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "night.svg"
DAY = date(2008, 4, 22)
WIDTH = 104
FONTS = '"DejaVu Sans Mono", Menlo, Consolas, "Liberation Mono", monospace'
PAPER = TerminalTheme(
    (250, 250, 247), (40, 42, 46),
    [(40, 42, 46), (165, 30, 30), (40, 110, 50), (150, 100, 0), (35, 80, 150), (120, 60, 130),
     (20, 115, 120), (110, 112, 115)],
)  # fmt: skip


def main() -> int:
    """Make the picture anew."""
    with tempfile.TemporaryDirectory() as place:
        console = Console(file=io.StringIO(), record=True, width=WIDTH)
        _night(Path(place), console)
        svg = console.export_svg(title="weir", theme=PAPER)
    PICTURE.write_text(_without_remote_fonts(svg), encoding="utf-8")
    print(f"picture: {PICTURE.relative_to(ROOT)}")
    return 0


def _night(place: Path, console: Console) -> None:
    """What `weir init` and `weir run` do, with the sample in place of one's own files."""
    from weir.pipelines.begin import begin
    from weir.pipelines.night import Night
    from weir.pipelines.nightly import nightly
    from weir.pipelines.summary import show_night
    from weir.schemas.config import Config

    os.chdir(place)
    demo = Path("demo")
    begin(demo)
    for site in ("www", "shop"):
        shutil.copytree(ROOT / "sample_data" / site, demo / site)
    shutil.copy(ROOT / "sample_data" / "weir.yaml", demo / "weir.yaml")
    config = demo / "weir.yaml"
    console.print(f"$ weir run --config {config} --date {DAY}", highlight=False, style="bold")
    night = Night.open(Config.read(config), DAY, create=True)
    done = nightly(night, Console(quiet=True))
    show_night(console, done, night.config.base / "weir.yaml")


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


if __name__ == "__main__":
    sys.exit(main())
