"""`weir scan` on files: JSON lines and plain lines, each answered in order."""

import io
import json
import re
from functools import partial
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from weir.pipelines import looks
from weir.pipelines.cli import app
from weir.pipelines.options import print_json
from weir.pipelines.scanning import (
    LogScan,
    detector_of,
    log_hint,
    scan_lines,
    show_log_scan,
    show_scan,
)
from weir.schemas import policy
from weir.schemas.config import Config
from weir.schemas.errors import ConfigError, InputError
from weir.transforms.detect import Detector
from weir.transforms.parse import inspect
from weir.transforms.read import LINE_BYTES, read_blocks

NO_MODEL = r"weir\.yaml: detection\.nlp_model: no spaCy model 'none' .*pip install -e '\.\[nlp\]'"


def answers(tmp_path, text, mode="balanced"):
    file = tmp_path / "lines"
    file.write_text(text, encoding="utf-8")
    return list(scan_lines(str(file), detector_of(mode)))


@pytest.mark.parametrize(
    "head, told", [(b"PAR1", "weir classify"), (b"\x1f\x8b", "gzip"), (b"a\0b", "NUL")]
)
def test_what_is_no_text_is_not_shown(tmp_path: Path, head: bytes, told: str) -> None:
    (tmp_path / "x").write_bytes(head + b"joe@example.org")
    with pytest.raises(InputError, match=told):
        list(scan_lines(str(tmp_path / "x"), Detector()))


def test_a_plain_line_is_text_and_a_json_line_has_its_field(tmp_path):
    given = 'mail joe@example.org\n\n{"field": "path_query", "text": "/profile/jane-doe"}\n'
    clean = [answer["clean"] for answer in answers(tmp_path, given)]
    assert clean == ["mail {email}", "/profile/{name}"]


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path, monkeypatch):
    given = '\ufeff{"field": "path_query", "text": "/profile/jane-doe"}\n'
    assert [a["clean"] for a in answers(tmp_path, given)] == ["/profile/{name}"]
    monkeypatch.setattr("sys.stdin", io.StringIO(given))
    assert [a["clean"] for a in scan_lines("-", detector_of())] == ["/profile/{name}"]


@pytest.mark.parametrize("from_stdin", [True, False])
def test_what_is_no_utf_8_is_looked_at_with_a_sign_in_its_place(tmp_path, monkeypatch, from_stdin):
    file = tmp_path / "lines"
    file.write_bytes(b"caf\xe9 joe@example.org\n\xff\xfe plain\n")
    with file.open(encoding="ascii") as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        found = list(scan_lines("-" if from_stdin else str(file), detector_of()))
    assert [one["text"] for one in found] == ["caf\ufffd joe@example.org", "\ufffd\ufffd plain"]
    assert ["{email}" in one["clean"] for one in found] == [True, False]


def test_half_of_a_surrogate_pair_is_told_escaped(tmp_path, capsys):
    (answer,) = answers(tmp_path, r'{"field": "text", "text": "\ud800 to joe@example.org"}')
    print_json(answer, lines=True)
    assert json.loads(capsys.readouterr().out) == answer
    show_scan(Console(width=100), answer)
    assert "? to {email}" in capsys.readouterr().out


def test_what_is_nested_too_deep_is_unreadable(tmp_path):
    deep = '{"a":' * 5000 + '"joe@example.org"' + "}" * 5000
    assert [a["clean"] for a in answers(tmp_path, f"{deep}\nplain")] == ["{unreadable}", "plain"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"field": "path_query", "txet": "/joe@example.org"}', "`text`; 'txet' is no word of it"),
        ('{"feild": "path_query", "text": "/joe@example.org"}', "`field`; 'feild' is no word of"),
        ('{"text": "joe@example.org"}', "without `field`"),
        ('{"field": "ua", "txt": "joe@example.org", "number": 1}', "without `text`; 'txt' is no"),
    ],
)
def test_json_that_lacks_one_of_its_two_words_is_not_taken_for_text(tmp_path, line, said):
    with pytest.raises(InputError, match=f"lines:2: JSON with .*{said}") as told:
        answers(tmp_path, f"plain\n{line}\n")
    assert "joe" not in str(told.value)


def test_json_of_something_else_is_looked_at_by_its_names_and_text_if_it_is_torn(tmp_path):
    object_ = '{"city": "Ulm", "password": "rain and river"}'
    whole, torn = answers(tmp_path, f"{object_}\n{object_[:-1]}\n")
    assert '"{secret}"' in whole["clean"]
    assert [one["part"] for one in whole["findings"]] == ["json"]
    assert {one["part"] for one in torn["findings"]} <= {"text"}


def test_json_of_other_words_is_no_mistake(tmp_path):
    given = '{"level": "info", "text": "to joe@example.org", "at": 5}\n{"to": "joe@example.org"}\n'
    assert ["{email}" in answer["clean"] for answer in answers(tmp_path, given)] == [True, True]


def test_a_wrong_field_or_mode_is_told_without_the_value(tmp_path):
    for field, said in (
        ("cokie", "no such field 'cokie'; did you mean 'cookie'?; it is one of path_query"),
        ("joe@example.org", "no such field; it is one of"),
    ):
        with pytest.raises(InputError, match=rf"lines:1: field: {re.escape(said)}") as told:
            answers(tmp_path, json.dumps({"field": field, "text": "joe@example.org"}))
        assert "joe" not in str(told.value)
    with pytest.raises(InputError, match="lines:1: text: give a string"):
        answers(tmp_path, '{"field": "text", "text": 5}')
    with pytest.raises(InputError, match="--mode"):
        answers(tmp_path, "x", "loose")


def test_a_finding_is_shown_with_rule_score_and_reason(tmp_path):
    (answer,) = answers(tmp_path, "mail joe@example.org")
    shown = io.StringIO()
    show_scan(Console(file=shown, width=200, color_system=None), answer)
    assert "mail {email}" in shown.getvalue()
    assert "WebEmail 1.00: WebEmail recognized address" in shown.getvalue()


LOG = """\
198.18.0.1 - - [22/Apr/2008:13:55:36 +0000] "GET /desk/q7?b=1 HTTP/1.1" 200 9 "https://a.example/x" "Bot/1 (a@example.org)"
198.18.0.1 - - [22/Apr/2008:13:55:37 +0000] "GET /shop?email=joe%40example.org HTTP/1.1" 200 9 "-" "Bot/1 (a@example.org)"
198.18.0.2 - - [22/Apr/2008:13:55:38 +0000] "GET /shop HTTP/1.1" 200 9 "https://a.example/profile/jane-doe" "-"
198.18.0.2 - - [22/Apr/2008:13:55:39 +0000] "GET /shop?email=joe%40example.org HTTP/1.1" 200 9 "-" "-"
"""  # noqa: E501


def a_config(tmp_path, policy="strict", **detection):
    return Config.model_validate(
        {
            "base": tmp_path,
            "policy": policy,
            "sites": [{"name": "www", "host": "www.example.com"}],
            "sources": [{"name": "web", "kind": "log", "site": "www", "path": "in/a"}],
            "detection": detection,
        }
    )


def a_log(tmp_path, text=LOG, format_="auto", **settings):
    (tmp_path / "access.log").write_text(text, encoding="utf-8")
    return LogScan(str(tmp_path / "access.log"), format_, detector_of(**settings))


@pytest.mark.parametrize("format_", ["auto", "combined", '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"'])  # fmt: skip  # noqa: E501
def test_of_a_log_each_text_is_told_once_with_the_first_line_that_has_it(tmp_path, format_):
    told = [(a["line"], a["field"], a["clean"]) for a in a_log(tmp_path, format_=format_).answers()]
    assert told == [
        (1, "ua", "Bot/1 {email}"),
        (2, "path_query", "/shop?email={email}"),
        (3, "referer", "https://a.example/profile/{name}"),
    ]


def test_the_end_of_a_logs_scan_says_how_much_was_looked_at(tmp_path):
    log = a_log(tmp_path, LOG + "no log line\n")
    shown = io.StringIO()
    console = Console(file=shown, width=100, color_system=None)
    for answer in log.answers():
        show_scan(console, answer)
    show_log_scan(console, log)
    assert "line 2, path_query\n/shop?email=joe%40example.org\n" in shown.getvalue()
    assert "5 lines (combined), 1 not understood; 7 distinct" in shown.getvalue()
    assert "3 with findings: email 2, name 1. Addresses, cookies and user names" in (
        shown.getvalue()
    )


def test_a_line_that_is_too_long_is_not_understood(tmp_path):
    log = a_log(tmp_path, LOG + "x" * (LINE_BYTES + 1) + "\nno log line\n")
    list(log.answers())
    assert (log.lines, log.rejected) == (6, 2)


def test_a_file_that_is_no_such_log_is_refused_without_its_lines(tmp_path):
    with pytest.raises(InputError, match="most of its first lines are not of the format") as told:
        list(a_log(tmp_path, "joe@example.org\n" * 30, "combined").answers())
    assert "joe" not in str(told.value)


def test_a_configuration_brings_its_own_recognizers_and_its_mode(tmp_path):
    own = a_config(tmp_path, mode="strict", routes={"desk": "id"})
    assert detector_of(config=own).settings.mode == "strict"
    assert detector_of("balanced", own).settings.mode == "balanced"
    assert detector_of().settings.mode == "balanced"
    first = next(a_log(tmp_path, config=own).answers())
    assert first["clean"] == "/desk/{id}?b=1"


def test_a_strict_policy_is_looked_by_as_well(tmp_path):
    shipped = Path(policy.__file__).parent / "policies" / "strict.yaml"
    text = shipped.read_text().replace("detection: {mode: balanced}", "detection: {mode: strict}")
    (tmp_path / "ours.yaml").write_text(text)
    assert detector_of(config=a_config(tmp_path, "ours.yaml")).settings.mode == "strict"
    assert detector_of(config=a_config(tmp_path, "strict")).settings.mode == "balanced"


def test_a_text_is_looked_at_once_also_in_a_log_of_many_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(inspect, "read_blocks", partial(read_blocks, block_bytes=1))
    log = a_log(tmp_path, LOG * 500)  # of at least 64 KB each
    lines = [answer["line"] for answer in log.answers()]
    assert (lines, log.looked_at, log.lines) == ([1, 2, 3], 7, 2000)


def test_a_model_that_is_not_there_is_told_before_a_line_is_read(tmp_path):
    with pytest.raises(ConfigError, match=NO_MODEL):
        detector_of(config=a_config(tmp_path, nlp_model="none"))


def test_whoever_scans_a_log_line_by_line_is_told_of_its_format(tmp_path):
    (tmp_path / "access.log").write_text(LOG, encoding="utf-8")
    assert "a log of format combined; with --format combined" in log_hint(f"{tmp_path}/access.log")
    for text in ("joe@example.org\n" * 3, '{"field": "text", "text": "joe"}\n' * 3):
        (tmp_path / "texts").write_text(text, encoding="utf-8")
        assert log_hint(str(tmp_path / "texts")) == ""
    assert log_hint("-") == log_hint(str(tmp_path / "gone")) == ""


@pytest.mark.parametrize("look", [["scan"], ["scan", "-f", "auto"], ["inspect"], ["classify"]])
def test_a_directory_where_a_file_should_be_is_told(tmp_path, look):
    told = CliRunner().invoke(app, [*look, str(tmp_path)])
    assert (told.exit_code, told.stderr) == (
        2,
        f"weir: {tmp_path}: a directory; name a file in it\n",
    )


def test_a_text_where_a_file_should_be_is_shown_its_way(tmp_path):
    with pytest.raises(InputError, match=r"no such file; of a text: echo 'TEXT' \| weir scan"):
        list(scan_lines("Erika Mustermann", detector_of()))
    with pytest.raises(InputError, match=r"no such file$"):
        list(scan_lines(str(tmp_path / "gone.txt"), detector_of()))


def test_whoever_sits_at_a_terminal_is_told_that_it_waits(monkeypatch, capsys):
    given = io.StringIO("joe@example.org\n")
    given.isatty = lambda: True
    monkeypatch.setattr("sys.stdin", given)
    looks.scan("-", "", "", None, as_json=False)
    assert "weir: reading standard input; Ctrl-D ends it" in capsys.readouterr().err


def test_a_busy_machine_makes_nothing_unreadable(tmp_path):
    assert detector_of().settings.timeout_ms >= 10_000
    assert detector_of(config=a_config(tmp_path, timeout_ms=5)).settings.timeout_ms >= 10_000


FINDING = ["start", "end", "entity", "part", "key", "rule", "score", "why"]


def test_json_of_the_command_is_a_line_for_each_text_and_nothing_else(tmp_path):
    (tmp_path / "lines").write_text("mail joe@example.org\nnothing\n", encoding="utf-8")
    (tmp_path / "access.log").write_text(LOG, encoding="utf-8")
    for asked, keys, count in (
        (["lines"], ["text", "clean", "findings"], 2),
        (["access.log", "-f", "auto"], ["line", "field", "text", "clean", "findings"], 3),
    ):
        told = CliRunner().invoke(app, ["scan", str(tmp_path / asked[0]), *asked[1:], "--json"])
        assert (told.exit_code, told.stderr) == (0, "")
        given = [json.loads(line) for line in told.stdout.splitlines()]
        assert [list(answer) for answer in given] == [keys] * count
        (found,) = given[0]["findings"]
        assert list(found) == FINDING
        assert "@example.org" in given[0]["text"][found["start"] : found["end"]]


def test_a_terminal_has_a_colour_over_what_was_found_alone(tmp_path):
    (answer,) = answers(tmp_path, "mail joe@example.org")
    shown = io.StringIO()
    show_scan(Console(file=shown, width=200, force_terminal=True, color_system="standard"), answer)
    assert shown.getvalue().splitlines()[0] == "mail \x1b[1;35mjoe@example.org\x1b[0m"


def test_a_file_has_no_colours(tmp_path):
    (tmp_path / "lines").write_text("mail joe@example.org\n", encoding="utf-8")
    told = CliRunner().invoke(app, ["scan", str(tmp_path / "lines")])
    assert told.stdout.startswith("mail joe@example.org\nmail {email}\n")
    assert "\x1b" not in told.stdout
