"""`weir scan` on files: JSON lines and plain lines, each answered in order."""

import io

import pytest
from rich.console import Console

from weir.pipelines.scanning import scan_lines, show_scan
from weir.schemas.errors import InputError


def answers(tmp_path, text, mode="balanced"):
    file = tmp_path / "lines"
    file.write_text(text, encoding="utf-8")
    return list(scan_lines(str(file), mode))


def test_a_plain_line_is_text_and_a_json_line_has_its_field(tmp_path):
    given = 'mail joe@example.org\n\n{"field": "path_query", "text": "/profile/jane-doe"}\n'
    clean = [answer["clean"] for answer in answers(tmp_path, given)]
    assert clean == ["mail {email}", "/profile/{name}"]


def test_a_wrong_field_or_mode_is_told_without_the_value(tmp_path):
    with pytest.raises(InputError, match=r"lines:1: field must be one of") as told:
        answers(tmp_path, '{"field": "body", "text": "joe@example.org"}')
    assert "joe" not in str(told.value)
    with pytest.raises(InputError, match="--mode"):
        answers(tmp_path, "x", "loose")


def test_a_finding_is_shown_with_rule_score_and_reason(tmp_path):
    (answer,) = answers(tmp_path, "mail joe@example.org")
    shown = io.StringIO()
    show_scan(Console(file=shown, width=200, color_system=None), answer)
    assert "mail {email}" in shown.getvalue()
    assert "WebEmail 1.00: WebEmail recognized address" in shown.getvalue()
