"""Access logs of JSON lines, by the layouts that ship and by one of the tests' own."""

import json
import pickle
from datetime import UTC, datetime
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from tests.transforms.parse.log_lines import reasons

from weir.schemas.formats import formats
from weir.schemas.json_layout import JsonLayout
from weir.schemas.parsed import CODED_PARSED
from weir.transforms.parse import JsonLogParser, log_parser
from weir.transforms.parse.parsed import REASONS

SHIPPED = sorted(name for name, one in formats().items() if one.json_layout)
OURS = JsonLayout.model_validate(
    {
        "time": {"field": ["ts", "time"]},
        "fields": {
            "address": ["ip", "peer"], "method": "method", "request": "request", "url": "url",
            "path": "path", "query": "query", "status": "status", "size_bytes": "size",
            "host": "host", "user_agent": "ua", "referrer": "ref", "cookies": "cookies",
            "edge_country": "country", "cookie:ID": "id", "header:dnt": "headers.Dnt.0",
        },
        "decode": ["user_agent", "referrer"],
        "only": {"log": ["access*"]},
    }
)  # fmt: skip
PARSER = JsonLogParser(OURS)


def a_hit(**properties: Any) -> bytes:
    """An object of OURS with its LF; a property given as None is left out."""
    said = {"ts": 1208886936, "ip": "203.0.113.7", "path": "/a"} | properties
    return json.dumps({k: v for k, v in said.items() if v is not None}).encode() + b"\n"


def only_row(data: bytes, parser: JsonLogParser = PARSER) -> dict[str, Any]:
    """The one row, without what is null."""
    parsed = parser.parse(data)
    assert (parsed.rows.num_rows, parsed.rejects.num_rows) == (1, 0), parsed.rejects.to_pylist()
    return {name: value for name, value in parsed.rows.to_pylist()[0].items() if value is not None}


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_format_reads_its_sample(name: str) -> None:
    parser = log_parser(name)
    assert isinstance(parser, JsonLogParser)
    row = only_row(formats()[name].sample.encode(), parser)
    hit = {key: row[key] for key in ("address", "host", "target", "method", "status", "size_bytes")}
    assert hit == {
        "address": "203.0.113.7", "host": "www.example.com", "target": "/a?b=1", "method": "GET",
        "status": 200, "size_bytes": 2326,
    }  # fmt: skip
    assert row["user_agent"] == "Mozilla/5.0 (X11)"
    assert row.get("referrer", "https://www.example.org/") == "https://www.example.org/"
    # Caddy's sample counts seconds since 1970 and so has no zone to be read.
    hour = 13 if name == "caddy" else 17
    assert row["seen_at"].replace(microsecond=0) == datetime(2008, 4, 22, hour, 55, 36, tzinfo=UTC)


def test_rows_are_coded_and_dynamic_columns_behind_them() -> None:
    rows = PARSER.parse(a_hit(id="a1", headers={"Dnt": ["1"]})).rows
    assert rows.schema.names == [*CODED_PARSED.names, "cookie:ID", "header:dnt"]
    assert rows.schema.field("address").type == CODED_PARSED.field("address").type
    assert rows["cookie:ID"].to_pylist() == ["a1"]
    assert rows.schema.field("cookie:ID").metadata[b"class"] == b"pii"
    assert PARSER.parse(b"").rows.schema.names == rows.schema.names


@pytest.mark.parametrize(
    ("said", "method", "target", "host"),
    [
        ({"request": "GET /b?c HTTP/1.1"}, "GET", "/b?c", None),
        ({"request": "GET /b HTTP/1.1", "method": "PUT"}, "PUT", "/b", None),
        ({"request": "GET /b HTTP/2"}, "GET", "/b", None),
        ({"request": "\x16\x03"}, None, "/a", None),
        ({"url": "https://Example.com:443/b?c"}, None, "/b?c", "example.com"),
        ({"url": "/b", "host": "h"}, None, "/b", "h"),
        ({"query": "b=1"}, None, "/a?b=1", None), ({"query": "?b=1"}, None, "/a?b=1", None),
        ({"query": ""}, None, "/a", None), ({"path": "/a?x", "query": "b"}, None, "/a?x", None),
        ({"path": "a/b"}, None, "/a/b", None), ({"path": "a b"}, None, None, None),
        ({"path": None}, None, None, None), ({"path": "*"}, None, "*", None),
    ],
)  # fmt: skip
def test_the_target_is_put_together(
    said: dict[str, Any], method: str | None, target: str | None, host: str | None
) -> None:
    row = only_row(a_hit(**said))
    assert (row.get("method"), row.get("target"), row.get("host")) == (method, target, host)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"ip": "192.0.2.1:5100"}, {"address": "192.0.2.1"}),
        ({"ip": "[2001:db8::1]:443"}, {"address": "2001:db8::1"}),
        ({"ip": "[2001:db8::1]"}, {"address": "2001:db8::1"}),
        ({"ip": "2001:db8::1"}, {"address": "2001:db8::1"}),
        ({"ip": "-", "peer": "192.0.2.2"}, {"address": "192.0.2.2"}),
        ({"ip": None, "peer": "192.0.2.2"}, {"address": "192.0.2.2"}),
        ({"status": 0}, {"status": None}), ({"status": "404"}, {"status": 404}),
        ({"status": 200.0}, {"status": 200}), ({"status": -1}, {"status": None}),
        ({"status": "-"}, {"status": None}), ({"status": {"code": 200}}, {"status": None}),
        ({"size": "12"}, {"size_bytes": 12}), ({"size": 1e3}, {"size_bytes": 1000}),
        ({"size": -1}, {"size_bytes": None}), ({"size": 10**30}, {"size_bytes": None}),
        ({"country": "de"}, {"edge_country": "DE"}), ({"host": {"name": "x"}}, {"host": None}),
        ({"cookies": {"ID": "a1", "n": 2, "x": {}}}, {"cookies": "ID=a1; n=2"}),
        ({"cookies": ["ID=a1", "b=c"]}, {"cookies": "ID=a1; b=c"}),
        ({"cookies": "ID=a1"}, {"cookies": "ID=a1"}), ({"cookies": {}}, {"cookies": None}),
        ({"cookies": "{no json"}, {"cookies": "{no json"}),
        ({"cookies": "[" * 5000}, {"cookies": "[" * 5000}),
        ({"ua": "Mozilla%2F5.0+%28X11%29"}, {"user_agent": "Mozilla/5.0 (X11)"}),
        ({"ua": "Bot%20(+http://b)"}, {"user_agent": "Bot (+http://b)"}),
        ({"ua": "Mozilla/5.0 (X11) a+b"}, {"user_agent": "Mozilla/5.0 (X11) a+b"}),
        ({"ref": "https%3A%2F%2Fr%2F%3Fq%3D1"}, {"referrer": "https://r/?q=1"}),
        ({"ref": "https://r/?q=a%26b"}, {"referrer": "https://r/?q=a%26b"}),
        ({"ts": None, "time": "22/Apr/2008:17:55:36 +0000"}, {"line": 0}),
    ],
)  # fmt: skip
def test_what_is_made_of_a_value(said: dict[str, Any], expected: dict[str, Any]) -> None:
    row = only_row(a_hit(**said))
    assert {name: row.get(name) for name in expected} == expected
    assert row["seen_at"] == datetime(2008, 4, 22, 17, 55, 36, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"level":"error","ts":1208886936,"msg":"no such host"}\n', "not_this_format"),
        (b"{}\n", "not_this_format"), (a_hit(ip="-", path="")[:-1] + b"\n", "not_this_format"),
        (a_hit(ts=None), "no_time"), (a_hit(ts="-"), "no_time"), (a_hit(ts="soon"), "bad_time"),
        (a_hit(ts={"s": 1}), "no_time"), (a_hit(ts=5), "time_out_of_range"),
        (a_hit(status="ok"), "wrong_type"), (a_hit(status=True), "wrong_type"),
        (a_hit(size="1 KB"), "wrong_type"), (a_hit(size=float("nan")), "wrong_type"),
        (b"127.0.0.1 - - [22/Apr/2008]\n", "not_json"),
    ],
)  # fmt: skip
def test_a_refused_line_has_its_reason_number_and_bytes(line: bytes, reason: str) -> None:
    assert reason in REASONS
    parsed = PARSER.parse(a_hit() + line + a_hit())
    assert parsed.rejects.to_pylist() == [{"line": 1, "reason": reason, "raw": line[:-1]}]
    assert parsed.rows["line"].to_pylist() == [0, 2]
    assert parsed.lines == 3


def test_lines_of_another_log_are_filtered() -> None:
    parsed = PARSER.parse(a_hit(log="access.a") + a_hit(log="error") + a_hit() + b'{"log":"x"}\n')
    assert parsed.rows["line"].to_pylist() == [0, 2]
    assert parsed.filtered == {"other_log": 2}


def test_caddy_tells_its_access_log_from_its_others() -> None:
    sample = formats()["caddy"].sample
    error = sample.replace("http.log.access.log0", "http.log.error")
    start = '{"level":"info","ts":1208872536.1,"msg":"serving initial configuration"}\n'
    parsed = log_parser("caddy").parse((sample + error + start).encode())
    assert (parsed.rows.num_rows, parsed.filtered) == (1, {"other_log": 1})
    assert reasons(parsed) == {"not_this_format": 1}


def test_caddys_redacted_cookies_are_none() -> None:
    sample = formats()["caddy"].sample.replace('"Accept"', '"Cookie":["REDACTED"],"Accept"')
    assert "cookies" not in only_row(sample.encode(), log_parser("caddy"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "stamp", ["2008-04-22T17:55:36Z", 1208886936, 1208886936000000000, "1208886936000000000"]
)
def test_cloudflare_stamps_in_each_of_its_ways(stamp: Any) -> None:
    sample = json.loads(formats()["cloudflare_logpush"].sample) | {"EdgeStartTimestamp": stamp}
    row = only_row(json.dumps(sample).encode(), log_parser("cloudflare_logpush"))  # type: ignore[arg-type]
    assert row["seen_at"] == datetime(2008, 4, 22, 17, 55, 36, tzinfo=UTC)


def _rows(parsed_rows: pa.Table, first: int = 0) -> list[dict[str, Any]]:
    rows = parsed_rows.to_pylist()
    return [row | {"line": row["line"] + first} for row in rows]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_line_means_the_same_alone_and_among_others(name: str) -> None:
    """What is skipped for a whole block at once must change nothing."""
    parser, rng = log_parser(name), Random(name)
    lines = [_damaged(json.loads(formats()[name].sample), rng) for _ in range(150)]
    parsed = parser.parse(b"\n".join(lines))
    rows, refused, filtered = [], [], 0
    for number, line in enumerate(lines):
        alone = parser.parse(line)
        rows += _rows(alone.rows, number)
        refused += _rows(alone.rejects, number)
        filtered += alone.filtered.total()
    assert _rows(parsed.rows) == rows
    assert parsed.rejects.to_pylist() == refused
    assert parsed.filtered.total() == filtered
    assert len(rows) > 20


_ODD = (
    None, "", "-", 0, -1, 200, "404", 1.5, True, "x", "/é b", "203.0.113.9:80", "GET /c HTTP/1.0",
    {"a": "b"}, ["c=d"], "%41+b", "https://h.example/x?y", 1208872536, "2008-04-22T13:55:36Z", "%",
)  # fmt: skip


def _damaged(said: Any, rng: Random) -> bytes:
    for _ in range(rng.choice((0, 1, 1, 2, 3, 6))):
        at = said
        while True:
            key = rng.choice(list(at)) if isinstance(at, dict) else rng.randrange(len(at))
            if not isinstance(at[key], dict | list) or not at[key] or rng.random() < 0.1:
                break
            at = at[key]
        at[key] = rng.choice(_ODD)
    return json.dumps(said, ensure_ascii=rng.random() < 0.5).encode()


def test_a_parser_can_be_sent_to_a_worker() -> None:
    assert pickle.loads(pickle.dumps(PARSER)) == PARSER


def test_messages_of_other_loggers_are_filtered_though_they_have_no_request() -> None:
    """Caddy writes all its loggers to one file unless it is told otherwise."""
    message = {"level": "info", "ts": 1208872536.1, "logger": "tls", "msg": "done"}
    nobodys = {"level": "info", "ts": 1208872536.1, "msg": "no logger is stated"}
    sample = formats()["caddy"].sample.strip()
    lines = "\n".join([json.dumps(message), sample, json.dumps(nobodys), '{"logger":"tls"}'])
    parsed = log_parser("caddy").parse(lines.encode())
    assert (parsed.rows["line"].to_pylist(), parsed.filtered) == ([1], {"other_log": 2})
    assert (reasons(parsed), parsed.lines) == ({"not_this_format": 1}, 4)


@pytest.mark.parametrize("gpc, dnt", [("sec-gpc", "dnt"), ("Sec-GPC", "DNT"), ("Sec-Gpc", "Dnt")])
def test_headers_that_refuse_are_found_however_they_are_spelled(gpc: str, dnt: str) -> None:
    said = {
        "cloudflare_logpush": {"RequestHeaders": {gpc: "1", dnt: "0"}},
        "caddy": {"request": {"method": "GET", "headers": {gpc: ["1"], dnt: ["0"]}}},
        "traefik_json": {f"request_{gpc}": "1", f"request_{dnt}": "0"},
    }
    for name, more in said.items():
        line = json.loads(formats()[name].sample.strip().split("\n")[0]) | more
        row = only_row(json.dumps(line).encode(), log_parser(name))  # type: ignore[arg-type]
        assert (row["header:sec-gpc"], row["header:dnt"]) == ("1", "0"), name
