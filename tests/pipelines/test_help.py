"""`weir --help` on a terminal of 80 columns, and `weir --version`."""

import tomllib
from pathlib import Path

from typer.testing import CliRunner

from weir.pipelines.cli import app


def test_every_commands_summary_fits_a_line():
    answer = CliRunner().invoke(app, ["--help"], terminal_width=80)
    commands = answer.output.partition("Commands:")[2].strip().splitlines()
    assert len(commands) > 10
    assert [line for line in commands if "..." in line or len(line) > 80] == []


def test_the_version_is_that_of_the_distribution():
    """Which has another name than the command."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    answer = CliRunner().invoke(app, ["--version"])
    assert (answer.exit_code, answer.output) == (0, f"weir {project['version']}\n")
