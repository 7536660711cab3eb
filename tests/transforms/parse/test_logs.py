"""Access logs: what becomes a row, what is refused and why; fast means the same as slow."""

# ruff: noqa: E501 (tables of cases, one a line)
import pickle
from datetime import UTC, datetime
from random import Random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.transforms.parse.log_lines import AGENT, BYTES, a_line, nasty, reasons

from weir.schemas.errors import ConfigError
from weir.schemas.formats import formats
from weir.schemas.parsed import CODED_PARSED
from weir.transforms.parse import LogParser, Parsed, log_parser

COMBINED = log_parser("combined")


def only_row(data: bytes, parser: LogParser = COMBINED) -> dict[str, object]:
    """The one row of a line, nulls left out."""
    parsed = parser.parse(data)
    assert parsed.rows.num_rows == 1, reasons(parsed)
    return {name: value for name, value in parsed.rows.to_pylist()[0].items() if value is not None}


def outcome(parsed: Parsed) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Rows by line, and rejects."""
    return parsed.rows.sort_by("line").to_pylist(), parsed.rejects.to_pylist()


def test_a_combined_line_becomes_a_row() -> None:
    row = only_row(a_line(user="ann"))
    assert row == {
        "line": 0,
        "seen_at": datetime(2008, 4, 22, 17, 55, 36, tzinfo=UTC),
        "address": "203.0.113.7",
        "remote_user": "ann",
        "method": "GET",
        "target": "/a?b=1",
        "status": 200,
        "size_bytes": 2326,
        "referrer": "https://www.example.org/",
        "user_agent": AGENT,
    }


def test_rows_have_the_columns_of_parsed() -> None:
    assert COMBINED.parse(a_line()).rows.schema.equals(CODED_PARSED)
    assert COMBINED.parse(b"").rows.schema.equals(CODED_PARSED)


def test_a_dash_is_nothing_said_and_no_bytes_sent() -> None:
    row = only_row(a_line(size="-", referrer="-", agent="-"))
    assert row["size_bytes"] == 0
    assert "referrer" not in row
    assert row["user_agent"] == ""  # the log has it, the browser sent none


@pytest.mark.parametrize("request_line", ["-", "", r"\x16\x03\x01\x02", "hello", "\\n"])
def test_garbage_instead_of_a_request_is_a_hit_all_the_same(request_line: str) -> None:
    row = only_row(a_line(request=request_line, status="400"))
    assert row["status"] == 400
    assert "method" not in row and "target" not in row


def test_a_target_may_hold_spaces_and_a_request_lack_its_protocol() -> None:
    assert only_row(a_line(request="GET /a b HTTP/1.1"))["target"] == "/a b"
    assert only_row(a_line(request="GET /a"))["target"] == "/a"


def test_backslash_escapes_are_undone() -> None:
    row = only_row(a_line(agent=r"a \"b\" \\ \xc3\xa9 \xe9", referrer=r"\x22"))
    assert row["user_agent"] == 'a "b" \\ é \ufffd'
    assert row["referrer"] == '"'


def test_a_user_may_have_spaces_in_the_name_or_an_empty_one() -> None:
    assert only_row(a_line(user="ann lee"))["remote_user"] == "ann lee"
    assert "remote_user" not in only_row(a_line(user='""'))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (a_line(status="2x0"), "not_this_format"),
        (a_line(size="-1"), "not_this_format"),
        (a_line()[:-2] + b"\n", "not_this_format"),
        (a_line(time="30/Feb/2008:13:55:36 -0400"), "bad_time"),
        (a_line(time="22/Apr/2008:24:00:00 -0400"), "bad_time"),
        (a_line(time="01/Jan/1970:00:00:00 +0000"), "time_out_of_range"),
        (a_line(time="01/Jan/2100:00:00:00 +0000"), "time_out_of_range"),
        (b"\0\0\0" + a_line(), "nul_byte"),
        (a_line().replace(b"X11", b"\xe9"), "not_utf8"),
    ],
)
def test_a_line_that_is_no_row_is_kept_with_its_reason(line: bytes, reason: str) -> None:
    parsed = COMBINED.parse(a_line() + line + a_line())
    assert parsed.lines == 3
    assert parsed.rows["line"].to_pylist() == [0, 2]
    assert parsed.rejects.to_pylist() == [{"line": 1, "reason": reason, "raw": line.rstrip(b"\n")}]


def test_years_1990_to_2099_are_taken() -> None:
    first, last = (
        a_line(time=t) for t in ("01/Jan/1990:00:00:00 +0000", "31/Dec/2099:23:59:59 +0000")
    )
    assert COMBINED.parse(first + last).rows.num_rows == 2


def test_a_lone_cr_ends_no_line_and_crlf_does() -> None:
    lone = a_line(agent="a\rb")
    assert only_row(lone)["user_agent"] == "a\rb"
    parsed = COMBINED.parse(a_line().replace(b"\n", b"\r\n") * 3)
    assert parsed.rows["user_agent"].to_pylist() == [AGENT] * 3


def test_a_last_line_without_its_end_counts() -> None:
    assert COMBINED.parse(a_line() + a_line().rstrip(b"\n")).rows.num_rows == 2


def test_utf8_stays_and_a_byte_order_mark_goes() -> None:
    row = only_row(b"\xef\xbb\xbf" + a_line(agent="é"))
    assert (row["address"], row["user_agent"]) == ("203.0.113.7", "é")


def test_the_quarantined_bytes_of_a_line_are_at_most_64_kib() -> None:
    parsed = COMBINED.parse(b"x" * 100_000 + b"\n")
    assert len(parsed.rejects["raw"][0].as_py()) == 65536


def test_nobody_hears_what_stood_in_a_bad_line(caplog: pytest.LogCaptureFixture) -> None:
    parsed = COMBINED.parse(b"ann@example.org is not a log line\n")
    assert reasons(parsed) == {"not_this_format": 1}
    assert "ann@" not in caplog.text


def test_a_parser_pickles() -> None:
    copy = pickle.loads(pickle.dumps(COMBINED))
    assert copy == COMBINED
    assert only_row(a_line(), copy)["status"] == 200


def test_a_parser_takes_buffers() -> None:
    assert COMBINED.parse(pa.py_buffer(a_line())).lines == 1


@pytest.mark.parametrize("format_", ["combined", "nginx_combined"])
def test_the_fast_path_and_the_slow_path_agree_on_nasty_lines(format_: str) -> None:
    parser = log_parser(format_)
    for seed in range(250):
        rng = Random(seed)
        data = b"".join(
            nasty(rng) if rng.random() < 0.7 else a_line() for _ in range(rng.choice((1, 4, 30)))
        )
        fast, slow = parser.parse(data), parser.parse(data, fast=False)
        assert fast.lines == fast.rows.num_rows + fast.rejects.num_rows, seed
        assert outcome(fast) == outcome(slow), seed


@settings(max_examples=150, deadline=None)
@given(st.lists(st.binary(max_size=60) | st.just(a_line()), max_size=6), st.data())
def test_the_two_paths_agree_on_any_bytes(parts: list[bytes], data: st.DataObject) -> None:
    text = b"".join(parts)
    if data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(st.binary(max_size=3)) + text[at:]
    fast, slow = COMBINED.parse(text), COMBINED.parse(text, fast=False)
    told = fast.rows.num_rows + fast.rejects.num_rows + fast.filtered.total()
    assert fast.lines == told
    assert outcome(fast) == outcome(slow)


def test_the_fast_path_takes_what_is_usual() -> None:
    text = a_line() * 40 + a_line(agent=r"a\"b") + b"no\n"
    assert COMBINED.left(text) == [40, 41]


def test_blank_lines_are_left_out() -> None:
    text = a_line() + b"\n" + a_line() + b" \t \n\r\n"
    for fast in (True, False):
        parsed = COMBINED.parse(text, fast=fast)
        assert parsed.filtered == {"blank": 3} and parsed.lines == 5
        assert parsed.rows["line"].to_pylist() == [0, 2] and parsed.rejects.num_rows == 0
    iis = log_parser("iis")
    text = b"#Version: 1.0\n\n   \n#Fields: date time cs-uri-stem\n2008-04-22 13:55:36 /a\n\n"
    assert isinstance(iis, LogParser)
    parsed = iis.parse(text)
    assert parsed.filtered == {"header": 2, "blank": 3} and parsed.rejects.num_rows == 0
    assert parsed.rows["line"].to_pylist() == [4]


@pytest.mark.parametrize("user", [b"ann", b"-"])
def test_a_line_with_one_more_field_is_not_read_with_the_fields_shifted(user: bytes) -> None:
    text = b"www.example.com " + a_line().replace(b" - - [", b" - " + user + b" [")
    assert user + b" [" in text
    for fast in (True, False):
        assert reasons(COMBINED.parse(text, fast=fast)) == {"not_this_format": 1}


def test_a_name_may_hold_spaces_and_dashes() -> None:
    for user in (b"ann lee", b"-ann", b"ann-lee x-"):
        parsed = COMBINED.parse(a_line().replace(b" - - [", b" - " + user + b" ["))
        assert parsed.rows["remote_user"].to_pylist() == [user.decode()]


WITHOUT_HOST = (
    "apache_mixed", "combined", "combined_cookie", "combined_cookie_gpc", "combined_more", "combinedio", "common",
    "fastly", "haproxy", "icecast", "ingress_nginx", "nginx_combined", "nginx_main", "shoutcast", "ssl_request", "traefik",
)  # fmt: skip
WITHOUT_STATUS, WITHOUT_ADDRESS = ("ssl_request",), ("envoy",)
LINES = sorted(name for name in formats() if isinstance(log_parser(name), LogParser))


@pytest.mark.parametrize("name", LINES)
def test_a_shipped_format_reads_its_sample(name: str) -> None:
    sample, parser = formats()[name].sample.encode(), log_parser(name)
    assert isinstance(parser, LogParser)
    parsed = parser.parse(sample)
    assert parsed.rejects.num_rows == 0 and parsed.lines == sample.count(b"\n")
    assert parsed.rows.num_rows == parsed.lines - parsed.filtered["header"] > 0
    row = parsed.rows.sort_by("line").to_pylist()[0]
    assert row["target"].startswith("/a")
    assert row["address"] == (None if name in WITHOUT_ADDRESS else "203.0.113.7")
    assert row["status"] == (None if name in WITHOUT_STATUS else 200)
    assert row["seen_at"].strftime("%Y-%m-%d %M:%S") == "2008-04-22 55:36"
    assert row["host"] == (None if name in WITHOUT_HOST else "www.example.com")
    assert not parser.left(sample), "the sample goes the slow way"
    assert outcome(parsed) == outcome(parser.parse(sample, fast=False))


def damaged(text: bytes, rng: Random) -> bytes:
    """A log of several lines, damaged at some places in a way that logs are."""
    out = bytearray(text)
    for _ in range(rng.choice((0, 1, 2, 4))):
        at = rng.randrange(len(out))
        match rng.randrange(4):
            case 0:
                out[at : at + 1] = rng.choice(BYTES)
            case 1:
                out[at:at] = rng.choice(BYTES)
            case 2:
                del out[at : at + rng.choice((1, 1, 2, 30))]
            case 3:
                out[at:at] = out[rng.randrange(len(out)) :][: rng.choice((1, 3, 20))]
    return bytes(out)


@pytest.mark.parametrize("name", LINES)
def test_the_two_paths_agree_on_damaged_lines_of_each_format(name: str) -> None:
    parser = log_parser(name)
    assert isinstance(parser, LogParser)
    lines = formats()[name].sample.encode().splitlines(keepends=True)
    for seed in range(25):
        rng = Random(seed)
        text = b"".join(lines + rng.choices(lines, k=rng.choice((0, 2, 9))))
        data = damaged(text, rng)
        fast, slow = parser.parse(data), parser.parse(data, fast=False)
        assert fast.lines == fast.rows.num_rows + fast.rejects.num_rows + fast.filtered.total()
        assert outcome(fast) == outcome(slow), seed


def test_a_log_of_several_hosts_tells_them_apart() -> None:
    line = b"shop.example.com:443 " + a_line()
    assert only_row(line, log_parser("vhost_combined"))["host"] == "shop.example.com"


@pytest.mark.parametrize(
    ("format_", "line", "expected"),
    [
        ('%h %t "%r" %>s "%{VISITOR}C" "%{Sec-GPC}i"', b'h [T] "R" 200 "v1" "1"', {"cookie:VISITOR": "v1", "header:sec-gpc": "1"}),
        ('%h %t "%r" %>s %{uid}n', b'h [T] "R" 200 v1', {"note:uid": "v1"}),
        ('%h %t "%r" %>s "%{Set-Cookie}o"', b'h [T] "R" 200 "V=v1; Path=/; Secure"', {"set_cookie:V": "v1"}),
        ('%h %t "%m %U%q %H" %>s', b'h [T] "GET /a?b=1 HTTP/1.1" 200', {"method": "GET", "target": "/a?b=1"}),
        ('%h [%{%Y-%m-%dT%H:%M:%S%z}t] "%r" %s', b'h [2008-04-22T13:55:36-04:00] "R" 200', {"status": 200}),
        ('%{%F %T}t.%{usec_frac}t %{%z}t %h "%r" %s', b'2008-04-22 13:55:36.000000 -0400 h "R" 200', {"status": 200}),
        ('%{msec}t %h "%r" %!200,304s', b'1208886936000 h "R" 200', {"address": "h"}),
        ("%h|%t|%r|%>s|%{User-Agent}i", b"h|[T]|R|200|an agent", {"user_agent": "an agent", "target": "/x"}),
        ('$remote_addr [$time_iso8601] "$request" $status "$cookie_uid" "$http_dnt"', b'h [2008-04-22T17:55:36Z] "R" 200 "c" "1"', {"cookie:uid": "c", "header:dnt": "1"}),
        ('$msec $host "$request" $status $request_time', b'1208886936.000 www.example.com "R" 200 0.003', {"host": "www.example.com"}),
        ('${remote_addr} $time_local "$request_method" "$request_uri"', b'h 22/Apr/2008:13:55:36 -0400 "GET" "/y"', {"method": "GET", "target": "/y"}),
        ('LogFormat "%h %l %u %t \\"%r\\" %>s %b" common', b'h - - [T] "R" 200 5', {"size_bytes": 5}),
    ],
)  # fmt: skip
def test_formats_as_servers_are_told_them(
    format_: str, line: bytes, expected: dict[str, object]
) -> None:
    line = line.replace(b'"R"', b'"GET /x HTTP/1.1"').replace(b"|R|", b"|GET /x HTTP/1.1|")
    line = line.replace(b"[T]", b"[22/Apr/2008:13:55:36 -0400]")
    row = only_row(line + b"\n", log_parser(format_))
    assert row["seen_at"] == datetime(2008, 4, 22, 17, 55, 36, tzinfo=UTC)
    assert {name: row.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("format_", "says"),
    [
        ("combind", "did you mean 'combined'\\? Else write the server's own"),
        ("atuo", "no such format 'atuo'; did you mean 'auto'"),
        ("zzz", "no such format 'zzz'; write the server's own"),
        ('%h "%r" %>s', "names no time"),
        ('%h %{%j}t "%r"', "'%j' is not understood"),
        ('%h %{%H:%M:%S}t "%r"', "no whole moment"),
        ("%h%l %t", "side by side"),
        ("%h %Y %t", "no such directive '%Y'"),
    ],
)
def test_a_format_that_cannot_be_used_is_told_before_a_line_is_read(
    format_: str, says: str
) -> None:
    with pytest.raises(ConfigError, match=says):
        log_parser(format_)


DAYS = b"""#Version: 1.0
#Date: 12-Jan-1996 20:18:01
#Fields: time c-ip cs-method cs-uri-stem
00:34:23 203.0.113.7 GET /a
20:18:02 203.0.113.7 GET /b
#Date: 2002-05-24 20:18:01
20:18:02 203.0.113.7 GET /c
#Fields: date time c-ip
2002-05-25 20:18:02 203.0.113.8
#Date: 2002-02-30 00:00:00
#Fields: time c-ip cs-method cs-uri-stem
20:18:02 203.0.113.7 GET /d
#Date: soon
20:18:03 203.0.113.7 GET /e
"""


@pytest.mark.parametrize("name", ["w3c", "iis"])
@pytest.mark.parametrize("fast", [True, False])
def test_times_without_a_day_are_of_the_day_that_a_line_before_them_tells(
    name: str, fast: bool
) -> None:
    parsed = log_parser(name).parse(DAYS, fast=fast)  # type: ignore[call-arg]
    seen = [f"{row['line']} {row['seen_at']:%Y-%m-%dT%H:%M:%S}" for row in parsed.rows.to_pylist()]
    assert sorted(seen, key=lambda one: int(one.split()[0])) == [
        "3 1996-01-12T00:34:23", "4 1996-01-12T20:18:02", "6 2002-05-24T20:18:02",
        "8 2002-05-25T20:18:02",
    ]  # fmt: skip
    assert reasons(parsed) == {"bad_time": 1, "no_time": 1}
    assert parsed.filtered == {"header": 8}


def test_a_day_told_before_a_block_is_that_of_its_first_lines() -> None:
    told = b"#Fields: time c-ip\r\n#Date: 2002-05-24 20:18:01\r"
    parsed = log_parser("w3c").parse(b"20:18:02 203.0.113.7\r\n", told)  # type: ignore[call-arg]
    assert f"{parsed.rows['seen_at'][0].as_py():%F %T}" == "2002-05-24 20:18:02"
