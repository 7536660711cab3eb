"""A collector's lines: batches, what breaks off, what is no beacon."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from weir.schemas.mapping import load_mapping, wires
from weir.transforms.parse import BeaconParser, Parsed, as_parsed
from weir.transforms.parse.packed import breaks_off

AUTO = BeaconParser(load_mapping("collector", "collector", Path()), wires("auto", Path()))
NGINX = BeaconParser(load_mapping("nginx_collector", "collector", Path()), AUTO.wires)
PAGE = {"n": "pageview", "u": "https://www.example.com/a", "d": "example.com"}
QUERY = "e=pv&tv=js&url=https%3A%2F%2Fwww.example.com%2Fa"


def a_line(body: Any = PAGE, **changes: Any) -> str:
    return json.dumps({"time": "2024-07-03T22:55:52Z", "url": "/c", "body": body} | changes)


def parsed(*lines: str, parser: BeaconParser = AUTO) -> Parsed:
    out = parser.parse("\n".join(lines).encode())
    assert out.lines == out.rows.num_rows + out.rejects.num_rows
    return out


def reasons(*lines: str, parser: BeaconParser = AUTO) -> dict[str, int]:
    return dict(Counter(parsed(*lines, parser=parser).rejects["reason"].to_pylist()))


def test_a_line_says_who_asked_from_where() -> None:
    line = a_line(address="192.0.2.7", user_agent="Firefox", cookies="ID=a1", method="POST",
                  status=204, referrer="https://www.example.com/a")  # fmt: skip
    (row,) = parsed(line).rows.to_pylist()
    assert row["seen_at"].isoformat() == "2024-07-03T22:55:52+00:00"
    assert {k: row[k] for k in ("address", "user_agent", "cookies", "method", "status")} == {
        "address": "192.0.2.7", "user_agent": "Firefox", "cookies": "ID=a1", "method": "POST",
        "status": 204,
    }  # fmt: skip
    assert row["referrer"] is None  # the header is the page itself


def test_nginx_writes_the_body_as_text_and_a_dash_for_nothing() -> None:
    line = json.dumps(
        {"time": "2024-07-03T22:55:52+02:00", "remote_addr": "192.0.2.7",
         "request_uri": f"/i?{QUERY}", "request_body": "-", "http_cookie": ""}
    )  # fmt: skip
    (row,) = parsed(line, parser=NGINX).rows.to_pylist()
    assert (row["target"], row["address"], row["cookies"]) == ("/a", "192.0.2.7", None)
    assert row["seen_at"].hour == 20


def test_a_batch_counts_a_line_for_each_of_its_beacons() -> None:
    out = parsed(a_line(), a_line([PAGE, {"x": 1}, 7, PAGE]), a_line(QUERY + "\n" + QUERY))
    assert out.lines == 7
    assert out.rows["line"].to_pylist() == [0, 1, 1, 2, 2]
    assert out.rejects.select(["line", "reason"]).to_pylist() == [
        {"line": 1, "reason": "not_this_format"}, {"line": 1, "reason": "not_this_format"},
    ]  # fmt: skip
    assert json.loads(out.rejects["raw"][0].as_py())["body"][2] == 7


def test_an_empty_batch_is_a_line_all_the_same() -> None:
    assert reasons(a_line({"requests": []}), a_line([])) == {"not_this_format": 2}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (a_line('{"n":"pageview","u":"https://www.exa'), "truncated_beacon"),
        (a_line('{"n":"pageview","u":"https://www.exam\\u00'), "truncated_beacon"),
        (a_line('[{"n":"pageview","d":nul'), "truncated_beacon"),
        (a_line(None, url=f"/c?{QUERY}%2"), "truncated_beacon"),
        (a_line(QUERY + "%"), "truncated_beacon"),
        (a_line(QUERY + "&e=ue&ue_pr=%7B%22schema%22%3A%22iglu"), "truncated_beacon"),
        (a_line('{"n" "pageview"}'), "not_json"),
        (a_line('{"n":"pageview"} and more'), "not_json"),
        (a_line("hello"), "not_json"),
        (a_line("a=1"), "not_this_format"),
        (a_line(None), "not_this_format"),
        (a_line({"type": "event"}), "not_this_format"),
        (a_line("null"), "not_json"),
        (a_line(time=None), "no_time"),
        (a_line(time="soon"), "bad_time"),
        (a_line(time="1719-01-01T00:00:00Z"), "time_out_of_range"),
        ("[1]", "not_json"),
        ('{"time":', "not_json"),
        ("", "not_json"),
    ],
)  # fmt: skip
def test_what_is_no_beacon_is_counted_by_reason(line: str, reason: str) -> None:
    assert reasons(a_line(), line, a_line()) == {reason: 1}


def test_what_merely_ends_oddly_is_kept() -> None:
    assert (
        reasons(a_line(QUERY + "%C3"), a_line(QUERY + "&x"), a_line(None, url=f"/c?{QUERY}#%"))
        == {}
    )


def test_bytes_that_are_no_text_are_refused_and_others_keep_their_numbers() -> None:
    good = a_line().encode()
    out = AUTO.parse(b"\n".join([good, b"\xff", good, b"a\0b", good + b"\r"]) + b"\n")
    assert out.rows["line"].to_pylist() == [0, 2, 4]
    assert out.rejects.select(["line", "reason"]).to_pylist() == [
        {"line": 1, "reason": "not_utf8"}, {"line": 3, "reason": "nul_byte"},
    ]  # fmt: skip


def test_nothing_makes_nothing() -> None:
    out = AUTO.parse(b"")
    assert (out.lines, out.rows.num_rows, out.rejects.num_rows) == (0, 0, 0)
    assert as_parsed(out.rows).num_rows == 0


def test_where_blocks_end_does_not_tell() -> None:
    lines = [a_line(), a_line(QUERY), a_line("hello"), a_line([PAGE, PAGE])]
    whole = parsed(*lines)
    parts = [parsed(line) for line in lines]
    assert [r["target"] for p in parts for r in p.rows.to_pylist()] == whole.rows[
        "target"
    ].to_pylist()
    assert sum(p.lines for p in parts) == whole.lines


def test_of_another_wire_than_the_one_that_was_named_nothing_is_read() -> None:
    only = BeaconParser(AUTO.lines, wires("umami", Path()))
    assert reasons(a_line(), a_line(QUERY), parser=only) == {"not_this_format": 2}


def test_a_hit_that_waited_was_made_before_it_came() -> None:
    hit = "v=1&t=pageview&tid=UA-1-1&cid=1.2&dl=https%3A%2F%2Fwww.example.com%2F&qt=1500"
    (row,) = parsed(a_line(hit)).rows.to_pylist()
    assert (row["seen_at"] - row["sent_at"]).total_seconds() == 1.5


def test_a_property_that_is_an_object_is_absent() -> None:
    assert reasons(a_line(PAGE | {"u": {"a": 1}}), a_line(PAGE | {"d": ["example.com"]})) == {
        "not_this_format": 2
    }
    (row,) = parsed(a_line(PAGE | {"n": "[Sale]"})).rows.to_pylist()
    assert row["action"] == "other"


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ('{"a":1', True), ('{"a":{"b":1}', True), ('{"a":"x', True), ('{"a":tr', True),
        ('{"a":-', True), ("{", True), ('{"a":"\\u00', True), ('{"a"', True),
        ('{"a":x}', False), ('{"a":1}}', False), ("a=1", False), (None, False), ('{"a":1}', False),
        ('{"a" "b"}', False), ("[" * 100_000, False),
    ],
)  # fmt: skip
def test_json_breaks_off_only_where_its_end_is_missing(text: str | None, cut: bool) -> None:
    assert breaks_off(text) is cut


def test_headers_that_refuse_come_with_each_beacon_of_their_request() -> None:
    out = parsed(a_line([PAGE, PAGE], gpc="1", dnt=1), a_line(gpc=True, dnt="0"), a_line(gpc="-"))
    assert out.rows["header:sec-gpc"].to_pylist() == ["1", "1", "1", None]
    assert out.rows["header:dnt"].to_pylist() == ["1", "1", "0", None]
    assert as_parsed(out.rows)["header:sec-gpc"].to_pylist() == ["1", "1", "1", None]
    line = {"time": "2024-07-03T22:55:52Z", "request_uri": f"/i?{QUERY}", "http_sec_gpc": "1",
            "http_dnt": ""}  # fmt: skip
    (row,) = parsed(json.dumps(line), parser=NGINX).rows.to_pylist()
    assert (row["header:sec-gpc"], row["header:dnt"]) == ("1", None)
