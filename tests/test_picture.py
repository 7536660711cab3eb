"""The terminal's picture in the README."""

import re
from pathlib import Path

PICTURE = Path(__file__).parents[1] / "docs" / "night.svg"
BELOW = 5  # pixels that an underscore or a g of 20 hangs below its line


def test_the_last_line_is_within_the_view():
    svg = PICTURE.read_text("utf-8")
    (height,) = re.findall(r'clip-terminal">\s*<rect [^>]*height="([\d.]+)"', svg)
    lines = [
        float(y) for y in re.findall(r'<text class="terminal-\d+-r\d+" x="[\d.]+" y="([\d.]+)', svg)
    ]
    assert len(lines) > 100
    assert float(height) >= max(lines) + BELOW
