"""Patterns and headers: what a format may say, and what becomes of lines that it does not fit."""

# ruff: noqa: E501 (tables of cases, one a line)
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.transforms.parse.log_lines import a_line, reasons

from weir.schemas.errors import ConfigError
from weir.schemas.formats import LogFormat, format_of
from weir.transforms.parse import LogParser, Parsed, log_parser

HAPROXY = '203.0.113.7:55008 [22/Apr/2008:13:55:36.584] www~ shop/web1 0/0/0/72/72 {} 2326 - - ---- 5/4/0/1/0 0/0 "{}"\n'
IIS = b"#Fields: date time cs-method cs-uri-stem c-ip cs(User-Agent) sc-status\n"
HIT = b"2008-04-22 17:55:36 GET /a 203.0.113.7 Mozilla/5.0+(X11) 200\n"


def own(pattern: str | tuple[str, ...], **more: Any) -> LogParser:
    return LogParser.of(LogFormat(name="own", about="ours", sample="-", pattern=pattern, **more))


def rows(parsed: Parsed) -> list[dict[str, Any]]:
    """Rows by line, nulls left out."""
    found = parsed.rows.sort_by("line").to_pylist()
    return [{k: v for k, v in row.items() if v is not None and k != "line"} for row in found]


def only(name: str, line: str | bytes) -> dict[str, Any]:
    data = line.encode() if isinstance(line, str) else line
    parsed = log_parser(name).parse(data)
    assert parsed.rows.num_rows == 1, reasons(parsed)
    return rows(parsed)[0]


def test_a_pattern_names_columns_and_what_nobody_wants() -> None:
    parser = own(
        '{time:%Y-%m-%d %H:%M:%S%N} {address}  {-} "{request}" {status} {cookie:sid} {{{*}}}'
    )
    parsed = parser.parse(
        b'2008-04-22 17:55:36.5 203.0.113.7     x "GET /a HTTP/1.1" 200 s1 {a {b} c}\n'
    )
    assert rows(parsed) == [{
        "seen_at": datetime(2008, 4, 22, 17, 55, 36, 500_000, tzinfo=UTC), "address": "203.0.113.7",
        "method": "GET", "target": "/a", "status": 200, "cookie:sid": "s1",
    }]  # fmt: skip


def test_of_several_patterns_the_first_that_fits_reads_a_line() -> None:
    parser = own(("{time:%s} {host} {status}", "{time:%s} {host} {status} {user_agent}"))
    parsed = parser.parse(b"1208886936 a 200\n1208886936 b 200 curl\n" * 3)
    assert [row.get("user_agent") for row in rows(parsed)] == [None, "curl"] * 3
    assert parser.left(b"1208886936 a 200\n1208886936 b 200 curl\n" * 3) == []


def test_a_table_may_hold_spaces_and_nothing() -> None:
    parser = own("{time:%s}|{host}|{user_agent}|{status}")
    parsed = parser.parse(b"1208886936||an agent|200\n1208886936|a|-|\n1208886936|a|b|20\n")
    assert [(row.get("user_agent"), row.get("status")) for row in rows(parsed)] == [
        ("an agent", 200),
        ("", None),
    ]
    assert reasons(parsed) == {"not_this_format": 1}


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("{addres} {time}", "no such column 'addres'"),
        ("{address} {status}", "it names no time"),
        ("{address}{time}", "side by side"),
        ("{address {time}", "double a brace"),
        ("{address} {time:%H:%M}", "no whole moment"),
        ("{address} {time:%Y-%m-%d %H:%M %j}", "'%j' is not understood"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_told_before_a_line_is_read(
    pattern: str, says: str
) -> None:
    with pytest.raises(ConfigError, match=says):
        own(pattern)


def test_a_clock_without_a_zone_is_read_in_the_sources() -> None:
    line = HAPROXY.format(200, "GET /a HTTP/1.1").encode()
    for zone, hour in (("UTC", 13), ("America/New_York", 17), ("Asia/Kolkata", 8)):
        parser = log_parser("haproxy", zone=zone)
        fast, slow = parser.parse(line), parser.parse(line, fast=False)
        assert rows(fast) == rows(slow)
        assert rows(fast)[0]["seen_at"].hour == hour


def test_the_hour_that_summer_time_skips_or_repeats_is_read_alike_by_both_paths() -> None:
    stamps = [
        f"{day}/Nov/2008:{hour:02}:{m:02}:00.000"
        for day in ("02",)
        for hour in range(4)
        for m in (0, 1, 59)
    ]
    stamps += [f"09/Mar/2008:{hour:02}:30:00.000" for hour in range(4)]
    line = HAPROXY.format(200, "-")
    data = "".join(line.replace("22/Apr/2008:13:55:36.584", stamp) for stamp in stamps).encode()
    for zone in ("America/New_York", "America/St_Johns", "Australia/Lord_Howe", "UTC"):
        parser = log_parser("haproxy", zone=zone)
        assert not parser.left(data)
        assert rows(parser.parse(data)) == rows(parser.parse(data, fast=False))


@pytest.mark.parametrize(
    "prefix",
    [
        "", "Apr 22 13:55:36 lb1 haproxy[6801]: ", "Apr  2 03:05:06 192.0.2.1 haproxy: ", "<134>Apr 22 13:55:36 lb1 haproxy[1]: ",
        "2008-04-22T13:55:36.123456+02:00 lb1 haproxy[6801]: ", "<134>1 2008-04-22T13:55:37.655Z lb1 haproxy 14389 - - ",
    ],
)  # fmt: skip
def test_syslog_may_stand_before_a_line(prefix: str) -> None:
    line = prefix + HAPROXY.format(200, "GET /a HTTP/1.1")
    assert only("haproxy", line)["address"] == "203.0.113.7"
    parser = log_parser("haproxy")
    assert isinstance(parser, LogParser) and not parser.left(line.encode())


@pytest.mark.parametrize(
    ("status", "request_line", "expected"),
    [
        ("200", "GET /a?b=1 HTTP/1.1", {"status": 200, "target": "/a?b=1"}),
        ("-1", "<BADREQ>", {}),
        (
            "200",
            "GET https://www.example.com:8443/a HTTP/2.0",
            {"status": 200, "target": "/a", "host": "www.example.com"},
        ),
    ],
)
def test_what_haproxy_says_of_a_request(
    status: str, request_line: str, expected: dict[str, Any]
) -> None:
    row = only("haproxy", HAPROXY.format(status, request_line))
    assert {k: row[k] for k in ("status", "target", "host") if k in row} == expected


@pytest.mark.parametrize(
    ("request_line", "host", "target"),
    [
        ("GET http://www.example.com/a?b HTTP/1.1", "www.example.com", "/a?b"),
        ("GET http://ann:pw@www.example.com:80 HTTP/1.1", "www.example.com", "/"),
        ("GET http://[2001:db8::1]:80/a HTTP/1.1", "[2001:db8::1]", "/a"),
        ("GET http://www.example.com?b HTTP/1.1", "www.example.com", "/?b"),
        ("CONNECT www.example.com:443 HTTP/1.1", "www.example.com", None),
        ("GET /a?u=http://other.example/ HTTP/1.1", None, "/a?u=http://other.example/"),
    ],
)
def test_a_target_that_is_a_url_tells_host_and_path(
    request_line: str, host: str | None, target: str | None
) -> None:
    row = only("combined", a_line(request=request_line))
    assert (row.get("host"), row.get("target")) == (host, target)


def test_the_host_that_a_format_names_is_believed() -> None:
    line = b"shop.example.com:443 " + a_line(request="GET http://www.example.org/a HTTP/1.1")
    row = only("vhost_combined", line)
    assert (row["host"], row["target"]) == ("shop.example.com", "/a")


def test_a_header_may_change_in_mid_file_and_comments_are_counted() -> None:
    other = b"#Fields: time date c-ip sc-status cs-uri-stem cs-uri-query\n17:55:37 2008-04-22 198.51.100.7 404 /b c=1\n"
    parsed = log_parser("iis").parse(
        b"#Software: x\n\n   \n" + IIS + HIT + b"#Date: y\n" + HIT + IIS + other
    )
    assert [(row["address"], row["target"]) for row in rows(parsed)] == [
        ("203.0.113.7", "/a"), ("203.0.113.7", "/a"), ("198.51.100.7", "/b?c=1"),
    ]  # fmt: skip
    assert parsed.filtered == {"header": 5, "blank": 2}
    assert parsed.lines == 10 and parsed.rejects.num_rows == 0


def test_lines_without_a_header_are_refused_and_a_header_from_before_is_believed() -> None:
    iis = log_parser("iis")
    assert isinstance(iis, LogParser)
    assert reasons(iis.parse(HIT * 2)) == {"no_header": 2}
    assert rows(iis.parse(HIT, IIS.rstrip())) == rows(iis.parse(IIS + HIT))


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (b"#Fields: cs-method c-ip\nGET 203.0.113.7\n", "no_time"),
        (IIS + HIT.replace(b" /a", b""), "not_this_format"),
        (IIS + HIT.replace(b"GET", b"GET GET"), "not_this_format"),
        (IIS + HIT.replace(b"04-22", b"02-30"), "bad_time"),
        (IIS + HIT.replace(b"2008", b"1970"), "time_out_of_range"),
        (IIS + HIT.replace(b"200\n", b"2x0\n"), "not_this_format"),
        (IIS + HIT.replace(b"X11", b"\xe9"), "not_utf8"),
        (IIS + HIT.replace(b"X11", b"\0"), "nul_byte"),
    ],
)
def test_a_line_that_does_not_fit_its_header_is_refused(lines: bytes, reason: str) -> None:
    assert reasons(log_parser("iis").parse(lines)) == {reason: 1}


def test_values_may_stand_in_quotes_or_not_from_line_to_line() -> None:
    quoted = HIT.replace(b"Mozilla/5.0+(X11)", b'"Mozilla/5.0 (X11; ""a"" b+c)"')
    agents = [row["user_agent"] for row in rows(log_parser("iis").parse(IIS + (HIT + quoted) * 3))]
    assert agents == ["Mozilla/5.0 (X11)", 'Mozilla/5.0 (X11; "a" b+c)'] * 3


def test_a_backslash_in_a_table_is_one() -> None:
    fields = IIS.replace(b"sc-status", b"sc-status cs-username")
    row = rows(log_parser("iis").parse(fields + HIT.rstrip() + b" EXAMPLE\\nann\n"))[0]
    assert row["remote_user"] == "EXAMPLE\\nann"


def test_fields_that_the_format_does_not_name_are_not_read() -> None:
    fields = IIS.replace(b"sc-status", b"sc-status x-member-name")
    assert "lee" not in str(rows(log_parser("iis").parse(fields + HIT.rstrip() + b" lee\n")))


def test_a_line_with_too_few_of_many_quoted_values_is_told_at_once() -> None:
    names = " ".join(f"x-{n}" for n in range(60))
    line = b'"2008-04-22" "17:55:36" ' + b'"a b" ' * 58 + b'"c\n'
    parsed = log_parser("w3c").parse(f"#Fields: date time {names}\n".encode() + line)
    assert reasons(parsed) == {"not_this_format": 1}


def test_a_format_may_be_a_file_beside_the_configuration(tmp_path: Path) -> None:
    ours = (
        "name: ours\nabout: ours\nsample: 1208886936;203.0.113.7\npattern: '{time:%s};{address}'\n"
    )
    (tmp_path / "ours.yaml").write_text(ours)
    assert rows(log_parser("./ours.yaml", tmp_path).parse(b"1208886936;203.0.113.7\n"))
    (tmp_path / "bad.yaml").write_text(ours.replace("pattern", "patern"))
    with pytest.raises(ConfigError, match="did you mean 'pattern'"):
        format_of("bad.yaml", tmp_path)
    with pytest.raises(ConfigError, match=r"none\.yaml: no such file"):
        format_of("none.yaml", tmp_path)
    (tmp_path / "empty.yaml").write_text("")
    with pytest.raises(ConfigError, match="not a format"):
        format_of("empty.yaml", tmp_path)


def test_every_digit_of_a_stamp_is_looked_at() -> None:
    line = HAPROXY.format(200, "GET /a HTTP/1.1").encode()
    start = line.index(b"22/Apr")
    damaged = [
        line[:at] + char + line[at + 1 :]
        for at in range(start, line.index(b"]"))
        for char in (b"x", b" ", b":", b"\xd9")
        if line[at : at + 1] != char
    ]
    data = line + b"".join(damaged) + line
    parser = log_parser("haproxy")
    fast = parser.parse(data)
    assert fast.rows["line"].to_pylist() == [0, len(damaged) + 1]
    assert fast.rejects.to_pylist() == parser.parse(data, fast=False).rejects.to_pylist()


@pytest.mark.parametrize(
    "peer", ["a:1:", ":1", "a:", "a:123456", "a", "2001:db8::1:80", "::", "a:b:c", "[::1]:9"]
)
def test_the_last_colon_with_something_behind_it_parts_address_and_port(peer: str) -> None:
    line = HAPROXY.format(200, "GET /a HTTP/1.1")
    data = (line + line.replace("203.0.113.7:55008", peer) + line).encode()
    parser = log_parser("haproxy")
    fast, slow = parser.parse(data), parser.parse(data, fast=False)
    assert (rows(fast), reasons(fast)) == (rows(slow), reasons(slow))


def test_an_earlier_pattern_has_precedence_where_only_the_slow_path_sees_that_it_fits() -> None:
    parser = own(
        ('{time:%s} {remote_user} "{request}"', '{time:%s} {host} {remote_user} "{request}"')
    )
    data = b'1208886936 ann lee "GET /a HTTP/1.1"\n'
    assert rows(parser.parse(data))[0]["remote_user"] == "ann lee"
