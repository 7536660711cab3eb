"""`weir --help` on a terminal of 80 columns."""

from typer.testing import CliRunner

from weir.pipelines.cli import app


def test_every_commands_summary_fits_a_line():
    answer = CliRunner().invoke(app, ["--help"], terminal_width=80)
    commands = answer.output.partition("Commands:")[2].strip().splitlines()
    assert len(commands) > 10
    assert [line for line in commands if "..." in line or len(line) > 80] == []
