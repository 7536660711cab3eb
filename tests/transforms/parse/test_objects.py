"""JSON into columns of text by path."""

import json
from typing import Any

import pyarrow as pa
import pytest

from weir.transforms.duck import connect
from weir.transforms.parse.objects import Objects, names_of, read_objects


def read(lines: list[str], paths: list[str], batch: str = "") -> Objects:
    with connect() as con:
        return read_objects(con, pa.array(lines, pa.string()), paths, batch)


def at(record: Any, path: str) -> Any:
    return read([json.dumps(record)], [path]).columns[path].to_pylist()[0]


@pytest.mark.parametrize(
    ("record", "path", "text"),
    [
        ({"a": "x"}, "a", "x"),
        ({"a": 5}, "a", "5"),
        ({"a": 1776866136.427}, "a", "1776866136.427"),
        ({"a": True}, "a", "true"),
        ({"a": None}, "a", None),
        ({"a": ""}, "a", None),
        ({"a": {"b": "x"}}, "a", None),
        ({"a": ["x"]}, "a", None),
        ({"a": "{x"}, "a", "{x"),
        ({"a": '{"b":1}'}, "a", '{"b":1}'),
        ({"a": "é\"\\/\n"}, "a", "é\"\\/\n"),
        ({"a": {"b": {"c": "x"}}}, "a.b.c", "x"),
        ({"a": "x"}, "a.b", None),
        ({"a.b": "x"}, '"a.b"', "x"),
        ({"a/b": {"~": "x"}}, "a/b.~", "x"),
        ({"a": {"*": "x"}}, "a.*", "x"),
        ({"a": ["x", "y"]}, "a[1]", "y"),
        ({"a": ["x"]}, "a[1]", None),
        ({"a": [{"b": "x"}]}, "a[0].b", "x"),
        ({"a": '{"b":[{"c":"x"}]}'}, "a{}.b[0].c", "x"),
        ({"a": '{"b":{"c":1}}'}, "a{}.b", None),
        ({"a": "no json"}, "a{}.b", None),
        ({"p": [{"key": "k", "value": {"int_value": "7"}}]}, "p[k]", "7"),
        ({"p": [{"key": "k", "value": {"string_value": None, "double_value": 2.5}}]}, "p[k]",
         "2.5"),
        ({"p": [{"key": "k", "value": {"string_value": "x"}},
                {"key": "k", "value": {"string_value": "y"}}]}, "p[k]", "x"),
        ({"p": [None, 3, {"key": "k"}]}, "p[k]", None),
        ({"p": {"k": "x"}}, "p[k]", None),
        ({"p": "k"}, "p[k]", None),
    ],
)  # fmt: skip
def test_a_path_leads_to_a_text(record: Any, path: str, text: str | None) -> None:
    assert at(record, path) == text


def test_values_of_one_place_may_differ_in_type() -> None:
    found = read(['{"a":1}', '{"a":"x"}', '{"a":[1]}', "{}", '{"a":"[1]"}'], ["a", "a[0]"])
    assert found.columns["a"].to_pylist() == ["1", "x", None, None, "[1]"]
    assert found.columns["a[0]"].to_pylist() == [None, None, "1", None, None]


def test_lines_that_are_no_objects_are_told_by_number() -> None:
    found = read(["nope", '{"a":1}', "[1]", "", '{"a":2} x', '"x"', ' {"a":3}\r\n', "null"], ["a"])
    assert found.columns["a"].to_pylist() == ["1", "3"]
    assert (found.rows.tolist(), found.bad) == ([1, 6], [0, 2, 3, 4, 5, 7])


def test_a_line_may_be_a_list_of_records() -> None:
    lines = ['[{"a":1},{"a":2},3]', '{"a":4}', "[]", '[{"a":', "x", "[null]", ' [{"a":5}]']
    found = read(lines, ["a"], ".")
    assert found.columns["a"].to_pylist() == ["1", "2", "4", "5"]
    assert found.rows.tolist() == [0, 0, 1, 6]
    assert (sorted(found.bad), found.empty) == ([0, 3, 4, 5], [2])


def test_a_line_may_hold_a_list_of_records() -> None:
    lines = [
        '{"d":{"e":[{"a":1},{"a":2}]},"a":9}',
        '{"a":3}',
        '{"d":{"e":[]}}',
        '{"d":5,"a":4}',
        "[",
    ]
    found = read(lines, ["a"], "d.e")
    assert found.columns["a"].to_pylist() == ["1", "2", "3", "4"]
    assert found.rows.tolist() == [0, 0, 1, 3]
    assert (found.bad, found.empty) == ([4], [2])


def test_no_lines_give_no_records() -> None:
    for batch in ("", ".", "d"):
        found = read([], ["a", "p[k]", "t{}.a"], batch)
        assert {path: len(values) for path, values in found.columns.items()} == {
            "a": 0, "p[k]": 0, "t{}.a": 0,
        }  # fmt: skip


def test_names_of_properties_are_counted() -> None:
    with connect() as con:
        assert names_of(con, pa.array(['{"a":1,"b":{"c":1}}', '{"a":2}', "["])) == {"a": 2, "b": 1}
